import { describe, expect, test } from "vitest";
import type { ExistingPlan, QuietWay, SetAsideItem } from "../../src/model/existing.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import { plainStyle } from "../../src/report/style.js";
import { migrationText } from "../../src/report/terminal.js";
import {
  copied,
  different,
  embedded,
  identical,
  migrated,
  notCarried,
  plan,
  server,
  shop,
  unproven,
} from "./examples.js";
import { stepOutcomes } from "./history-examples.js";
import { everyFinding, findingOf } from "./finding-examples.js";

const text = (changes: Partial<MigrationOutcome>): string => migrationText(migrated(changes), plainStyle);
const lastLine = (changes: Partial<MigrationOutcome>): string =>
  text(changes).trimEnd().split("\n").at(-1) ?? "";
const album = copied("album", 15_332);

describe("migrationText", () => {
  test("a plain migration", () => {
    expect(text({})).toMatchInlineSnapshot(`
      "Migrated shop.db to embedded:./shop.pg (PostgreSQL 18.4), schema public, run 3, in 2.10 s

        table     rows  copied  verdict
        artist     275     275  identical
        album   15,332  15,332  identical
        total   15,607  15,607

        made: 2 primary keys, 1 unique constraint, 1 index, 1 foreign key, 2 identity columns

      open it with: sqlift serve ./shop.pg
      undo it with: sqlift undo embedded:./shop.pg 3
      identical: 2 tables, 15,607 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves
      "
    `);
  });

  const key: SetAsideItem = {
    kind: "foreign key",
    schema: "public",
    table: "album",
    name: "k",
    parent: { schema: "public", name: "artist" },
    definition: "",
    awaySql: "",
    backSql: [],
    validateSql: null,
  };
  const trigger: SetAsideItem = { ...key, kind: "trigger", parent: null };

  test.each<[quiet: QuietWay, setAside: readonly SetAsideItem[], links: number, words: string]>([
    ["replica", [], 2, "made: nothing; triggers were kept quiet, and no row breaks the 2 foreign keys"],
    ["replica", [], 0, "made: nothing; triggers were kept quiet, and there are no foreign keys"],
    ["set-aside", [key], 1, "made: nothing; 1 foreign key was set aside, and is as before"],
    [
      "set-aside",
      [key, trigger],
      1,
      "made: nothing; 1 foreign key, 1 trigger were set aside, and are as before",
    ],
    ["ordered", [], 1, "made: nothing; 1 foreign key stayed in place"],
    ["ordered", [], 0, "made: nothing"],
  ])("into tables that were there, %s", (quiet, setAside, links, words) => {
    const existing = {
      strategy: "direct" as const,
      quiet,
      groups: [],
      setAside,
      links: Array.from({ length: links }) as ExistingPlan["links"],
      sequences: [],
    };
    expect(text({ plan: { ...plan(), existing } }).split("\n")).toContain(`  ${words}`);
  });

  test("with SQL files, of which some failed", () => {
    const lines = text({ steps: stepOutcomes }).split("\n");
    expect(lines.slice(1, 8)).toEqual([
      "",
      "Steps",
      "         1 file       done earlier",
      "  after  steps/2.sql  done in 1.20 s",
      "  after  steps/3.sql  failed: line 1: no",
      "  after  steps/4.sql  pending",
      "",
    ]);
    expect(lastLine({ steps: stepOutcomes })).toMatch(/; but 1 SQL file failed, 1 SQL file not run yet$/);
    expect(lastLine({ status: "blocked", steps: stepOutcomes })).toMatch(
      /nothing was written but by the steps$/,
    );
  });

  test("that only finished what another had left", () => {
    const finished = { status: "finished", tables: [], verdicts: [], validated: false } as const;
    expect(text(finished)).toMatchInlineSnapshot(`
      "Finished the move of shop.db to embedded:./shop.pg (PostgreSQL 18.4), schema public, run 3, in 2.10 s

      open it with: sqlift serve ./shop.pg
      undo it with: sqlift undo embedded:./shop.pg 3
      finished: the rows were in place, and nothing is left to do
      "
    `);
    expect(lastLine({ ...finished, steps: stepOutcomes })).toMatch(
      /^the rows were in place; 1 SQL file failed/,
    );
  });

  test("with rejected rows, which have a column then", () => {
    const tables = [copied("artist", 275), { ...album, copied: 15_330, rejected: 2 }];
    const verdicts = [
      identical("artist", 275),
      {
        ...identical("album", 15_332),
        verdict: "identical-under-policy",
        rejected: 2,
        reason: "2 rows rejected",
      },
    ] as const;
    expect(text({ tables, verdicts }).split("\n").slice(2, 6)).toEqual([
      "  table     rows  copied  rejected  verdict",
      "  artist     275     275         0  identical",
      "  album   15,332  15,330         2  identical under policy  2 rows rejected",
      "  total   15,607  15,605         2",
    ]);
    expect(lastLine({ tables, verdicts })).toMatch(/; but 2 rows did not fit: see sqlift\.rejected_rows$/);
  });

  test("with rejected rows and a key that was not made, each said for itself", () => {
    const tables = [copied("artist", 275), { ...album, copied: 15_331, rejected: 1 }];
    const findings = [findingOf["rows-rejected"], findingOf["key-not-made"]];
    expect(lastLine({ tables, findings })).toContain(
      "; but 1 row did not fit: see sqlift.rejected_rows, and 1 key could not be made as in the source",
    );
  });

  test("blocked", () => {
    const findings = [findingOf["value-misfit"], findingOf["too-many-columns"]];
    expect(text({ status: "blocked", tables: [], verdicts: [], validated: false, run: null, findings }))
      .toMatchInlineSnapshot(`
        "Did not migrate shop.db to embedded:./shop.pg (PostgreSQL 18.4), schema public, in 2.10 s

        Blocks (2)
          value-misfit  docs/findings/value-misfit.md
            person.note: 1 row cannot go in, because a value cannot become text; the first is text 'a\\u0000b' at rowid 7: it holds a NUL character, which PostgreSQL text cannot store; nothing is written while there is such a row.
              mend: Say in a mapping: tables: { "person": { columns: { "note": { nul: strip } } } }
                or: Keep these rows apart, whole, in the target's sqlift.rejected_rows: --on-reject quarantine
                or: Look with SELECT _rowid_, quote("note") FROM "person" WHERE _rowid_ = 7; and put a value that fits, for example UPDATE "person" SET "note" = NULL WHERE _rowid_ = 7;
          too-many-columns  docs/findings/too-many-columns.md
            wide has 1,700 columns; PostgreSQL takes 1,600 in a table.
              mend: Move columns to a second table with the same key: CREATE TABLE ... AS SELECT ..., then ALTER TABLE "wide" DROP COLUMN ...;

        blocked: 2 findings block, nothing was written
        "
      `);
  });

  test("refused for a difference", () => {
    expect(
      text({
        status: "refused",
        verdicts: [different("artist"), identical("album", 15_332)],
        target: server,
      }),
    ).toMatchInlineSnapshot(`
      "Did not migrate shop.db to postgres://me@db.example/shop (PostgreSQL 16.2), schema public, run 3, in 2.10 s

        table     rows  copied  verdict
        artist     275     275  different  1 row is missing
        album   15,332  15,332  identical
        total   15,607  15,607

      refused: different: 1 of 2 tables (artist) differs; nothing of this run remains in the target
      "
    `);
  });

  test("a key that could not be made, a foreign key that is NOT VALID, an object left behind", () => {
    const tables = shop.tables.map((table) => ({
      ...table,
      foreignKeys: table.foreignKeys.map((key) => ({ ...key, orphans: 3 })),
    }));
    const findings = [
      { ...findingOf["key-not-made"], at: { table: "album" }, name: "album_title_key" },
      findingOf["name-changed"],
    ];
    expect(text({ plan: { ...shop, tables }, findings, notCarried: notCarried.slice(0, 1) }))
      .toMatchInlineSnapshot(`
        "Migrated shop.db to embedded:./shop.pg (PostgreSQL 18.4), schema public, run 3, in 2.10 s

          table     rows  copied  verdict
          artist     275     275  identical
          album   15,332  15,332  identical
          total   15,607  15,607

          made: 2 primary keys, 1 index, 1 foreign key (1 NOT VALID), 2 identity columns

        Warnings (1)
          key-not-made  docs/findings/key-not-made.md
            album: album_title_key (code) could not be made; the rows are there without it. PostgreSQL says: Key (code)=(1) is duplicated.
              mend: Look for rows that became equal, in PostgreSQL: SELECT "code", count(*) FROM "album" GROUP BY "code" HAVING count(*) > 1; Correct them in SQLite and migrate again.

        Notes (1)
          name-changed  docs/findings/name-changed.md
            person: the column "xmin" is called "xmin_" in PostgreSQL, because PostgreSQL has a system column of that name.
              mend: To choose the name yourself: ALTER TABLE "person" RENAME COLUMN "xmin" TO "another_name";

        Not carried over (1)
          view  cheap_albums  views are not translated yet
              CREATE VIEW cheap_albums AS …

        open it with: sqlift serve ./shop.pg
        undo it with: sqlift undo embedded:./shop.pg 3
        identical: 2 tables, 15,607 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves; but 1 key could not be made as in the source
        "
      `);
  });

  test("many notes are only counted", () => {
    const notes = Array.from({ length: 4 }, () => findingOf["values-converted"]);
    expect(text({ findings: notes })).toContain("\n4 notes: sqlift plan shows them\n");
    expect(text({ findings: notes })).not.toContain("values-converted");
    expect(text({ findings: notes.slice(1) })).toContain("Notes (3)");
  });

  test.each<[what: string, changes: Partial<MigrationOutcome>, line: string]>([
    [
      "everything is proven",
      {},
      "identical: 2 tables, 15,607 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves",
    ],
    [
      "a table has no digest",
      { verdicts: [{ ...identical("artist", 275), sourceDigest: null }, identical("album", 15_332)] },
      "identical: 2 tables, 15,607 rows proven equal by count, and every byte or SHA-256 digest, and by figures that both databases computed themselves",
    ],
    [
      "a policy was asked for",
      {
        verdicts: [
          identical("artist", 275),
          { ...identical("album", 15_332), verdict: "identical-under-policy" },
        ],
      },
      "identical under the policy that was asked for: 2 tables, 15,607 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves",
    ],
    [
      "a table differs",
      { verdicts: [different("artist"), identical("album", 15_332)] },
      "different: 1 of 2 tables (artist) differs",
    ],
    [
      "one differs, one is unproven",
      { verdicts: [different("artist"), unproven("album", false)] },
      "different: 1 of 2 tables (artist) differs, and 1 of 2 tables (album) is unproven",
    ],
    [
      "a table is unproven",
      { verdicts: [identical("artist", 275), unproven("album", false)] },
      "unproven: 1 of 2 tables (album) could not be proven equal",
    ],
    [
      "a verdict is missing",
      { verdicts: [identical("artist", 275)] },
      "unproven: 1 of 2 tables (album) could not be proven equal",
    ],
    [
      "nobody asked for validation",
      { verdicts: [], validated: false },
      "not validated (asked): 2 tables, 15,607 rows copied",
    ],
    [
      "one table was left unproven as asked",
      { verdicts: [identical("artist", 275), unproven("album", true)] },
      "identical: 1 table, 275 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves; not validated (asked): 1 of 2 tables (album)",
    ],
    [
      "a row is lost",
      { tables: [copied("artist", 275), { ...album, copied: 15_331 }] },
      "failed: 1 of 2 tables (album) not copied whole",
    ],
    [
      "one failed, one was not run",
      {
        tables: [
          { ...copied("artist", 275), status: "failed", copied: 3 },
          { ...album, status: "not-run", copied: 0 },
        ],
      },
      "failed: 1 of 2 tables (artist) not copied whole, 1 not run",
    ],
    ["a table is not even mentioned", { tables: [copied("artist", 275)] }, "failed: 1 not run"],
    [
      "refused after a failure",
      { status: "refused", verdicts: [], tables: [{ ...album, status: "failed", copied: 3 }] },
      "refused: 1 of 1 table (album) not copied whole, 1 not run; nothing of this run remains in the target",
    ],
    [
      "refused for what was found",
      { status: "refused", verdicts: [], findings: [findingOf["key-not-made"]] },
      "refused: the findings above forbid it; nothing of this run remains in the target",
    ],
    [
      "one finding blocks",
      { status: "blocked", findings: [findingOf["name-taken"]], tables: [] },
      "blocked: 1 finding blocks, nothing was written",
    ],
    [
      "keys are missing",
      {
        findings: everyFinding.filter(
          ({ kind }) => kind === "key-not-made" || kind === "null-in-primary-key",
        ),
      },
      "identical: 2 tables, 15,607 rows proven equal by count and SHA-256 digest, and by figures that both databases computed themselves; but 2 keys could not be made as in the source",
    ],
    [
      "there was nothing to move",
      { plan: plan(), tables: [], verdicts: [] },
      "nothing to move: there are no tables",
    ],
  ])("ends with the truth where %s", (_what, changes, line) => {
    expect(lastLine(changes)).toBe(line);
  });

  test("shows failed and not-run tables as such, not as unproven", () => {
    const printed = text({
      tables: [
        { ...album, status: "failed", copied: 3 },
        { ...copied("artist", 275), status: "not-run", copied: 0 },
      ],
      verdicts: [],
    });
    expect(printed).toMatch(/album +15,332 +3 +failed\n/u);
    expect(printed).toMatch(/artist +275 +0 +not run\n/u);
  });

  test("tells how to open what was made, and only then", () => {
    expect(text({ target: { ...embedded, embeddedDirectory: "./it's here" } })).toContain(
      `open it with: sqlift serve './it'\\''s here'\n`,
    );
    expect(text({ target: server })).toContain("open it with: psql postgres://me@db.example/shop\n");
    expect(text({ target: { ...server, words: "service shop" } })).not.toContain("open it");
    expect(text({ status: "refused" })).not.toContain("open it");
  });

  test("more tables than five are not all named", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const changes = {
      plan: plan(),
      tables: names.map((name) => copied(name, 1)),
      verdicts: names.map(different),
    };
    expect(lastLine(changes)).toBe("different: 7 of 7 tables (a, b, c, d, e, 2 more) differ");
  });

  test("a table that was left unproven as asked gives no reason, one that was not does", () => {
    const verdicts = [unproven("artist", true), unproven("album", false)];
    expect(text({ verdicts })).toMatch(/artist .* not validated \(asked\)\n/u);
    expect(text({ verdicts })).toMatch(/album .* unproven +the connection was lost\n/u);
  });

  test("nothing from the source or the target can steer the terminal", () => {
    const evil = "a\u001b[2J\nb";
    const printed = text({
      plan: plan({ source: { ...shop.source, file: evil }, schema: evil }),
      tables: [copied(evil, 1)],
      verdicts: [{ ...different(evil), reason: evil }],
      target: { words: `postgres://${evil}`, embeddedDirectory: null, serverVersion: evil },
    });
    expect(printed).not.toContain("\u001b");
    expect(printed.split("\n").filter((line) => line.startsWith("b"))).toEqual([]);
  });
});
