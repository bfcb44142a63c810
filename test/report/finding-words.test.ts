import { describe, expect, test } from "vitest";
import type { Finding, FindingKind, KeyRefusal, TypeOffer } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import { findingWords, wordsOf } from "../../src/report/finding-words.js";
import { everyFinding, example, findingOf, timesSeen } from "./finding-examples.js";

const what = (finding: Finding): string => wordsOf(finding).what;
const mend = (finding: Finding): string => wordsOf(finding).mend ?? "";

test.each(everyFinding.map((finding) => [finding.kind, finding] as const))(
  "%s names its table, and says so in sentences",
  (_kind, finding) => {
    if (finding.at.table !== null) expect(what(finding)).toContain(finding.at.table);
    if ("column" in finding.at) expect(what(finding)).toContain(finding.at.column);
    expect(what(finding)).toMatch(/\.$/u);
    expect(`${what(finding)} ${mend(finding)}`).not.toMatch(/undefined|null|NaN|\[object/u);
  },
);

test("every kind has words", () => {
  expect(Object.keys(findingWords)).toEqual(Object.keys(findingInfo) as FindingKind[]);
});

describe("what blocks or is lost", () => {
  test("can always be mended", () => {
    for (const finding of everyFinding)
      if (findingInfo[finding.kind].severity === "blocks" || findingInfo[finding.kind].answersNo)
        expect(mend(finding)).not.toBe("");
  });
});

describe("names", () => {
  const odd = { table: 'a "b".c', column: "d e" };

  test("are quoted in sentences where they would blur", () => {
    expect(what({ ...findingOf["zoneless-as-utc"], at: odd })).toBe(
      '"a ""b"".c"."d e": 2 times without an offset are taken as UTC.',
    );
  });

  test("are quoted in SQL", () => {
    expect(mend({ ...findingOf["null-in-not-null"], at: odd })).toContain(
      'UPDATE "a ""b"".c" SET "d e" = 0 WHERE "d e" IS NULL;',
    );
  });

  test("without a letter are shown as such", () => {
    expect(
      what({
        ...findingOf["name-changed"],
        what: "table",
        at: { table: "" },
        from: "",
        to: "table_1",
        why: "empty",
      }),
    ).toBe('the table "" is called "table_1" in PostgreSQL, because PostgreSQL has no empty names.');
  });
});

describe("rows of a table without a rowid", () => {
  const first = { ...example("blob", "x'00ff'"), at: { rowid: null, key: ["'a'", "5"] } };
  const finding: Finding = { ...findingOf["value-misfit"], rows: 1200, first };

  test("get no UPDATE, which would meet other rows as well", () => {
    const { mend } = wordsOf(finding);
    expect(mend).toContain("SELECT");
    expect(mend).not.toContain("UPDATE");
  });

  test("are named by their key", () => {
    expect(what(finding)).toBe(
      "person.note: 1,200 rows cannot go in, because a value cannot become text; the first is blob x'00ff' at key ('a', 5): it holds a NUL character, which PostgreSQL text cannot store; nothing is written while there is such a row.",
    );
  });

  test("are looked for by their storage class, never by _rowid_", () => {
    expect(mend(finding)).toContain(`FROM "person" WHERE typeof("note") = 'blob';`);
    expect(mend(finding)).not.toContain("_rowid_");
  });
});

describe("one and many", () => {
  test.each<[finding: Finding, words: string]>([
    [
      { ...findingOf["zoneless-as-utc"], values: 1 },
      "person.seen: 1 time without an offset is taken as UTC.",
    ],
    [
      { ...findingOf["values-converted"], values: 1, first: null },
      "person.phone: 1 INTEGER value becomes text.",
    ],
    [
      { ...findingOf["declared-type-not-kept"], values: 2, first: null },
      "person.age is declared INTEGER, but 2 values are of another kind; the column becomes text, which holds them all.",
    ],
    [
      { ...findingOf["null-in-not-null"], rows: 1, first: null },
      "person.name is declared NOT NULL, but 1 row holds NULL; NOT NULL is left out.",
    ],
    [
      { ...findingOf["orphan-rows"], rows: 1, first: [] },
      "person (team_id): 1 row points to no row of team; the foreign key is made NOT VALID: it holds for what is written from now on.",
    ],
  ])("%#: %o", (finding, words) => {
    expect(what(finding)).toBe(words);
  });

  test("of many orphans three are named", () => {
    const first = ["rowid 1", "rowid 2", "rowid 3", "rowid 4"];
    expect(what({ ...findingOf["orphan-rows"], rows: 2502, first })).toContain(
      "2,502 rows point to no row of team (first: rowid 1, rowid 2, rowid 3);",
    );
  });
});

describe("length-limit-dropped", () => {
  const limit = (declared: string, longest: number): Finding => ({
    ...findingOf["length-limit-dropped"],
    declared,
    longest,
  });

  test.each<[what: string, finding: Finding, words: string, sql: string]>([
    [
      "a text too long",
      limit("NVARCHAR ( 5 )", 6),
      "its longest value has 6 characters",
      'SET "name" = substr("name", 1, 5) WHERE length("name") > 5;',
    ],
    [
      "numbers among short texts",
      limit("VARCHAR(10)", 3),
      "not all of its values are text",
      'SET "name" = substr("name", 1, 10)',
    ],
    [
      "too many digits",
      limit("DECIMAL(10,2)", 12),
      "not all of its values keep to that",
      'SET "name" = round("name", 2) WHERE "name" <> round("name", 2);',
    ],
  ])("%s", (_what, finding, words, sql) => {
    expect(what(finding)).toContain(words);
    expect(mend(finding)).toContain(sql);
  });
});

describe("a line for a mapping says what becomes of the rows that do not fit even so", () => {
  const offering = (offer: Partial<TypeOffer>): string => {
    const { offer: whole } = findingOf["declared-type-not-kept"];
    return mend({ ...findingOf["declared-type-not-kept"], offer: { ...whole, ...offer } }).split("\n")[0]!;
  };
  const line = 'say in a mapping: tables: { "person": { columns: { "age": { type: bigint } } } }';

  test.each<[what: string, offer: Partial<TypeOffer>, words: string]>([
    ["none", { rejected: 0 }, `To have it bigint all the same, ${line}`],
    [
      "one",
      { rejected: 1 },
      `To have it bigint all the same, with --on-reject quarantine for the 1 row that does not fit even so, ${line}`,
    ],
    [
      "many",
      { rejected: 1200 },
      `To have it bigint all the same, with --on-reject quarantine for the 1,200 rows that do not fit even so, ${line}`,
    ],
    [
      "some, perhaps",
      { rejected: null },
      `To have it bigint all the same, with --on-reject quarantine for rows that do not fit even so, ${line}`,
    ],
  ])("%s", (_what, offer, words) => {
    expect(offering(offer)).toBe(words);
  });

  test("words and types with a comma are quoted", () => {
    expect(
      offering({
        type: "numeric(10,2)",
        policy: { empty: "null", trueWords: ["yes", "1"], falseWords: ["no", "0"], invalidUtf8: "replace" },
      }),
    ).toContain(
      '{ type: "numeric(10,2)", empty: null, true: ["yes", "1"], false: ["no", "0"], invalid-utf8: replace }',
    );
  });
});

describe("time-unit-unclear", () => {
  const seen = (...counted: Parameters<typeof timesSeen>): string =>
    mend({ ...findingOf["time-unit-unclear"], seen: timesSeen(...counted) });

  test("multiplies only where nothing but seconds and milliseconds was seen", () => {
    expect(seen({ seconds: 4, milliseconds: 2 })).toContain("* 1000");
    expect(seen({ seconds: 4, milliseconds: 2, zero: 1 })).not.toContain("* 1000");
    expect(seen({ milliseconds: 4, microseconds: 2 })).not.toContain("* 1000");
    expect(seen({ seconds: 4 }, true)).toContain("SELECT typeof(");
  });
});

describe("orphan-rows", () => {
  const inTarget = (rejectedParents: number): string =>
    mend({ ...findingOf["orphan-rows"], foundIn: "target", rejectedParents });

  test("sends nobody to a check of SQLite's that would show nothing", () => {
    expect(inTarget(1)).toContain("1 row of team was rejected: settle it as the findings of team say");
    expect(inTarget(1200)).toContain("1,200 rows of team were rejected: settle them");
    expect(inTarget(0)).toContain("write the values just as their parents have them");
    for (const words of [inTarget(0), inTarget(1)]) expect(words).not.toContain("PRAGMA");
  });
});

describe("key-not-made", () => {
  test("looks for equal rows only where there are some", () => {
    const words = (cause: KeyRefusal): string => mend({ ...findingOf["key-not-made"], cause });
    expect(words("duplicates")).toContain("HAVING count(*) > 1");
    expect(words("entry-too-large")).toContain("2,704 bytes");
    expect(words("too-many-columns")).toContain("fewer columns");
    for (const cause of ["entry-too-large", "too-many-columns", "other"] as const)
      expect(words(cause)).not.toContain("SELECT");
  });
});

describe("identity-exhausted", () => {
  test("of a type that a mapping made narrow is mended there first", () => {
    const narrow = { ...findingOf["identity-exhausted"], type: "smallint", largest: "32767" };
    expect(what(narrow)).toContain("has used 32,767, the largest number of smallint");
    expect(mend(narrow).split("\n")[0]).toBe(
      'Say in a mapping: tables: { "person": { columns: { "id": { type: bigint } } } }',
    );
    expect(mend(findingOf["identity-exhausted"])).not.toContain("mapping");
  });
});

describe("name-taken", () => {
  test("renames what can be renamed", () => {
    expect(mend({ ...findingOf["name-taken"], what: "materialized view" })).toContain(
      'ALTER MATERIALIZED VIEW "public"."person" RENAME TO "another_name";',
    );
  });

  test("writes no SQL about what it does not know", () => {
    expect(mend({ ...findingOf["name-taken"], what: "composite; DROP" })).toBe(
      "Rename what is there, in PostgreSQL.",
    );
  });
});

describe("names in another style", () => {
  const names = Array.from({ length: 1006 }, (_, index) => ({
    what: "column" as const,
    table: "Order Line",
    from: `C${index}`,
    to: `c${index}`,
  }));
  const styled = (count: number) =>
    wordsOf({ ...findingOf["names-styled"], style: "lower", names: names.slice(0, count) }).what;

  test("are counted, and a few are shown", () => {
    expect(styled(1)).toBe(
      '1 name is in lower case in PostgreSQL, as names: lower asks for: "Order Line".C0 -> c0.',
    );
    expect(styled(5)).toMatch(/"Order Line"\.C4 -> c4\.$/);
    expect(styled(1006)).toMatch(/^1,006 names are .*"Order Line"\.C4 -> c4 and 1,001 more\.$/);
  });

  test("of views and triggers are shown alone", () => {
    const view = { what: "view", table: "V", from: "V", to: "v" } as const;
    const trigger = { what: "trigger", table: "V", from: "T", to: "t" } as const;
    expect(wordsOf({ ...findingOf["names-styled"], names: [view, trigger] }).what).toMatch(
      /asks for: V -> v, T -> t\.$/,
    );
  });
});

test("a view of another name is told without its place, and no statement of SQLite renames it", () => {
  const view = { what: "view", at: { table: "v" }, from: "v", to: "v_2", why: "collision" } as const;
  expect(wordsOf({ ...findingOf["name-changed"], ...view })).toEqual({
    what: 'the view "v" is called "v_2" in PostgreSQL, because another one has that name there.',
    mend: null,
  });
});

test("an index or constraint of another name needs no mend", () => {
  expect(wordsOf({ ...findingOf["name-changed"], what: "index" }).mend).toBeNull();
});
