import { describe, expect, test } from "vitest";
import type { Finding, FindingKind } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import { findingWords, wordsOf } from "../../src/report/finding-words.js";
import { everyFinding, example, findingOf } from "./finding-examples.js";

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
      { ...findingOf["declared-type-not-kept"], values: 0, first: null },
      "person.age is declared INTEGER; it becomes text.",
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

  test("has no mend without a number to keep to", () => {
    expect(wordsOf(limit("VARCHAR", 3)).mend).toBeNull();
  });
});

describe("time-unit-unclear", () => {
  const seen = (...words: string[]): string => mend({ ...findingOf["time-unit-unclear"], seen: words });

  test("multiplies only where nothing but seconds and milliseconds was seen", () => {
    expect(seen("4 seconds since 1970", "2 milliseconds since 1970")).toContain("* 1000");
    expect(seen("4 seconds since 1970", "2 milliseconds since 1970", "1 zero")).not.toContain("* 1000");
    expect(seen("4 milliseconds since 1970", "2 microseconds since 1970")).not.toContain("* 1000");
    expect(seen("4 seconds since 1970", "or seconds since 2001")).toContain("SELECT typeof(");
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

test("an index or constraint of another name needs no mend", () => {
  expect(wordsOf({ ...findingOf["name-changed"], what: "index" }).mend).toBeNull();
});
