import { describe, expect, test } from "vitest";
import { plainStyle } from "../../src/report/style.js";
import { validationText } from "../../src/report/terminal.js";
import { different, identical, unproven, validated, objectFault } from "./examples.js";
import { findingOf } from "./finding-examples.js";

const text = (changes: Parameters<typeof validated>[0]): string =>
  validationText(validated(changes), plainStyle);

describe("validationText", () => {
  test("no verdict is no proof", () => {
    expect(text({ verdicts: [] })).toMatchInlineSnapshot(`
      "Validated postgres://me@db.example/shop (PostgreSQL 16.2) against the plan in its run history, in 1.20 s

      unproven: no table was compared
      "
    `);
  });

  test("a file without tables leaves nothing to compare", () => {
    expect(text({ verdicts: [], findings: [findingOf["nothing-to-move"]] })).toMatch(
      /\nnothing to compare: there are no tables\n$/,
    );
  });

  test("what somebody left out takes neither the totals nor the policy away", () => {
    const changed = { ...identical("album", 12), verdict: "identical-under-policy" } as const;
    expect(text({ verdicts: [identical("artist", 275), changed, unproven("song", true)] }))
      .toMatchInlineSnapshot(`
      "Validated postgres://me@db.example/shop (PostgreSQL 16.2) against the plan in its run history, in 1.20 s

        table   source rows  target rows  verdict
        artist          275          275  identical
        album            12           12  identical under policy
        song              -            -  not validated (asked)
        total           287          287

      identical under the policy that was asked for: 2 tables, 287 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves; not validated (asked): 1 of 3 tables (song)
      "
    `);
    expect(text({ verdicts: [identical("artist", 275), unproven("song", true)] })).toMatch(
      /\nidentical: 1 table, 275 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves; not validated \(asked\): 1 of 2 tables \(song\)\n$/,
    );
    expect(text({ verdicts: [unproven("song", true)] })).toMatch(
      / total +- +-\n\nnot validated \(asked\)\n$/,
    );
  });

  test("what is broken beyond the rows, with its mend, and the last line says so", () => {
    const unread = { ...objectFault("unproven"), kind: "sequence-unread" as const };
    const words = text({ objects: [objectFault("no"), unread] });
    expect(words).toContain(
      "\nbeyond the rows\n  sequence album_id_seq gives 1 next, but column album.id goes up to 9: inserts will collide\n" +
        "      mend: SELECT setval('album_id_seq', 9, true);\n",
    );
    expect(words).toMatch(
      /\n\ndifferent: 1 thing beyond the rows is broken; unproven: the next value of sequence album_id_seq, which this role may not read; the rows are identical: 2 tables, .*\n$/,
    );
    expect(text({ objects: [objectFault("listed")] })).toMatch(
      /\nidentical: .*databases computed themselves\n$/,
    );
  });

  test("what is worse than the rows comes before them, what is not comes after them", () => {
    const last = (...[changes]: Parameters<typeof text>): string =>
      text(changes).trimEnd().split("\n").at(-1) ?? "";
    const [no, unread] = [objectFault("no"), { ...objectFault("unproven"), kind: "unread" as const }];
    const unknown = "unproven: what stands beyond the rows of album_id_seq";
    expect(last({ objects: [unread], verdicts: [unproven("song", true)] })).toBe(
      `not validated (asked); but ${unknown}`,
    );
    expect(last({ objects: [unread], verdicts: [unproven("song", false)] })).toBe(
      `unproven: 1 of 1 table (song) could not be proven equal; but ${unknown}`,
    );
    expect(last({ objects: [unread, no], verdicts: [different("song")] })).toBe(
      `different: 1 of 1 table (song) differs; but 1 thing beyond the rows is broken; but ${unknown}`,
    );
    expect(last({ objects: [unread], verdicts: [], findings: [findingOf["nothing-to-move"]] })).toBe(
      `${unknown}; nothing to compare: there are no tables`,
    );
  });

  test("what is unproven beyond the rows by name, the first five", () => {
    const unread = Array.from({ length: 7 }, (_, at) => ({
      ...objectFault("unproven"),
      kind: "sequence-unread" as const,
      name: `s${at}`,
    }));
    expect(text({ objects: unread })).toMatch(
      /\nunproven: the next values of 7 sequences \(s0, s1, s2, s3, s4, 2 more\), which this role may not read; the rows are identical: /,
    );
    const other = { ...objectFault("unproven"), kind: "unread" as const, name: "album" };
    expect(text({ objects: [...unread, other] })).toMatch(
      /, which this role may not read, and what stands beyond the rows of album; the rows are identical: /,
    );
  });

  test("a function that mends has its lines one under another", () => {
    const fault = { ...objectFault("listed"), mend: "CREATE FUNCTION f\nBEGIN\u001bEND;" };
    expect(text({ objects: [fault] })).toContain("      mend: CREATE FUNCTION f\n        BEGIN\\u001bEND;\n");
  });

  test("the last line says by what: digests or bytes, and figures of so many as were compared", () => {
    const first = identical("artist", 2);
    const without = { ...identical("album", 1), aggregates: null };
    const said = (...verdicts: readonly (typeof first)[]): string =>
      text({ verdicts }).trimEnd().split("proven equal").at(-1) ?? "";
    expect(said(first)).toBe(
      " by count and SHA-256 digest, and by figures that both databases computed themselves",
    );
    expect(said(first, without)).toBe(
      " by count and SHA-256 digest, and of 1 table also by figures that both databases computed themselves",
    );
    expect(said(without)).toBe(" by count and SHA-256 digest");
    const bytes = { ...without, sourceDigest: null, targetDigest: null };
    expect(said(bytes)).toBe(" by count, and every byte or SHA-256 digest");
    expect(said(bytes, without)).toBe(" by count, and every byte or SHA-256 digest");
  });

  test("different and unproven, with the reasons", () => {
    expect(
      text({
        verdicts: [different("artist"), unproven("album", false), unproven("song", true)],
        planFrom: "target-columns",
        findings: [findingOf["zoneless-as-utc"]],
      }),
    ).toMatchInlineSnapshot(`
      "Validated postgres://me@db.example/shop (PostgreSQL 16.2) against its own columns (no run history), in 1.20 s

        table   source rows  target rows  verdict
        artist          275          274  different              1 row is missing
        album             -            -  unproven               the connection was lost
        song              -            -  not validated (asked)
        total             -            -

      Notes (1)
        zoneless-as-utc  docs/findings/zoneless-as-utc.md
          person.seen: 2 times without an offset are taken as UTC.
            mend: If they are local times, say in a mapping of which zone, for example tables: { "person": { columns: { "seen": { zone: Europe/Berlin } } } }

      different: 1 of 3 tables (artist) differs, and 1 of 3 tables (album) is unproven; not validated (asked): 1 of 3 tables (song)
      "
    `);
  });

  test("rejected rows are not proven equal, and the last line says so", () => {
    const verdict = { ...identical("artist", 275), verdict: "identical-under-policy", rejected: 2 } as const;
    expect(text({ verdicts: [verdict] })).toContain(
      "1 table, 273 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves; but 2 rows did not fit: see sqlift.rejected_rows\n",
    );
  });

  test("columns that were not compared stand in one line, the first twenty by name", () => {
    const lacking = { ...identical("artist", 275), target: "artists", notCompared: ["stock", "odd name"] };
    expect(text({ verdicts: [lacking, identical("album", 1)] })).toContain(
      '\n\n  not compared: artists.stock, artists."odd name"\n\nidentical: ',
    );
    const many = { ...lacking, notCompared: Array.from({ length: 22 }, (_, at) => `c${at}`) };
    expect(text({ verdicts: [many] })).toContain(", artists.c19, 2 more\n");
    expect(text({})).not.toContain("not compared");
  });

  test("identical, with a table of another name", () => {
    expect(text({ verdicts: [identical("artist", 275), { ...identical("xmin", 3), target: "xmin_" }] }))
      .toMatchInlineSnapshot(`
        "Validated postgres://me@db.example/shop (PostgreSQL 16.2) against the plan in its run history, in 1.20 s

          table             source rows  target rows  verdict
          artist                    275          275  identical
          xmin    -> xmin_            3            3  identical
          total                     278          278

        identical: 2 tables, 278 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves
        "
      `);
  });
});
