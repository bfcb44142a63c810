import { describe, expect, test } from "vitest";
import { findMerged, type MergedKeys } from "../../src/export/merged-values.js";
import { makeSample } from "./sample.js";

/** Of the columns of table t; `folded` are those without case. */
async function merged(
  sql: string,
  columns: readonly string[],
  folded: readonly boolean[] = columns.map(() => true),
  as: "citext" | "icu" = "citext",
): Promise<MergedKeys["pairs"]> {
  const sample = await makeSample(sql);
  return drained(findMerged(sample.source, [{ table: sample.table("t"), columns }], folded, as));
}

function drained(search: Generator<null, MergedKeys>): MergedKeys["pairs"] {
  let turn = search.next();
  while (turn.done !== true) turn = search.next();
  expect(turn.value.tooMany).toBe(false);
  return turn.value.pairs;
}

const rows = (...values: readonly string[]): string =>
  `CREATE TABLE t (c); INSERT INTO t VALUES ${values.map((value) => `(${value})`).join(", ")}`;

describe("nothing is merged", () => {
  test.each([
    ["by A to Z, which NOCASE folds", rows("'Bob'", "'bob'", "'ÉA'", "'Éa'")],
    ["by the same value twice", rows("'é'", "'é'")],
    ["by another accent", rows("'é'", "'è'", "'e'")],
    ["by a NULL", rows("NULL", "NULL", "'é'")],
    ["by what stands behind a NUL", rows("'a' || char(0) || 'b'", "'a' || char(0) || 'c'", "'a'")],
    ["by numbers", rows("1", "2.5", "'x'")],
    ["in an empty table", "CREATE TABLE t (c)"],
  ])("%s", async (_, sql) => {
    expect(await merged(sql, ["c"])).toEqual([]);
    expect(await merged(sql, ["c"], [true], "icu")).toEqual([]);
  });

  test("where another column of the key differs, or one has NULL", async () => {
    const sql = `CREATE TABLE t (a, c); INSERT INTO t VALUES (1, 'É'), (2, 'é'), (NULL, 'Ö'), (NULL, 'ö')`;
    expect(await merged(sql, ["a", "c"], [false, true])).toEqual([]);
  });

  test("by a column that tells case", async () => {
    const sql = `CREATE TABLE t (a, c); INSERT INTO t VALUES ('É', 'x'), ('é', 'x'), ('A', 'Ö'), ('a', 'ö')`;
    expect(await merged(sql, ["a", "c"], [false, true])).toEqual([]);
  });
});

describe("what SQLite keeps apart is named", () => {
  test("both values as they are", async () => {
    expect(await merged(rows("'É'", "'x'", "'é'"), ["c"])).toEqual([[["É"], ["é"]]]);
  });

  test("the whole key", async () => {
    const sql = `CREATE TABLE t (a, c); INSERT INTO t VALUES (1, 'É'), (1, 'é'), (2, 'é')`;
    expect(await merged(sql, ["a", "c"], [false, true])).toEqual([
      [
        ["1", "É"],
        ["1", "é"],
      ],
    ]);
  });

  test("where A to Z differ besides", async () => {
    expect(await merged(rows("'Éa'", "'éA'"), ["c"])).toEqual([[["Éa"], ["éA"]]]);
  });

  test("also behind a NUL", async () => {
    expect(await merged(rows("'a' || char(0) || 'É'", "'a' || char(0) || 'é'"), ["c"])).toHaveLength(1);
  });

  test("a plain value that one beyond ASCII is equal to, whichever row comes first", async () => {
    expect(await merged(rows("'k'", "char(0x212a)"), ["c"])).toEqual([[["\u212a"], ["k"]]]);
    expect(await merged(rows("char(0x212a)", "'K'"), ["c"])).toEqual([[["\u212a"], ["K"]]]);
  });

  test("a plain value among other plain ones, each once", async () => {
    expect(await merged(rows("'k'", "'K'", "'l'", "char(0x212a)"), ["c"])).toHaveLength(2);
  });

  test("ten pairs at most", async () => {
    const many = Array.from({ length: 30 }, (_, at) => [`'É${at}'`, `'é${at}'`]).flat();
    expect(await merged(rows(...many), ["c"])).toHaveLength(10);
  });

  test("by icu what citext tells apart", async () => {
    const sql = rows("'x²'", "'X2'");
    expect(await merged(sql, ["c"], [true], "citext")).toEqual([]);
    expect(await merged(sql, ["c"], [true], "icu")).toEqual([[["x²"], ["X2"]]]);
  });

  test("in UTF-16 as in UTF-8", async () => {
    const sql = `PRAGMA encoding = 'UTF-16le'; ${rows("'É'", "'plain'", "'é'")}`;
    expect(await merged(sql, ["c"])).toEqual([[["É"], ["é"]]]);
  });
});

test("both sides of a foreign key are held against one another", async () => {
  const sample = await makeSample(
    `CREATE TABLE t (c); CREATE TABLE k (d); INSERT INTO t VALUES ('É'), ('a'); INSERT INTO k VALUES ('A'), ('é')`,
  );
  const sides = [
    { table: sample.table("t"), columns: ["c"] },
    { table: sample.table("k"), columns: ["d"] },
  ];
  expect(drained(findMerged(sample.source, sides, [true], "citext"))).toEqual([[["É"], ["é"]]]);
});

test("others may run in between", async () => {
  const sample = await makeSample(
    `CREATE TABLE t (c); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT 'é' || i FROM n`,
  );
  const turns = [
    ...findMerged(sample.source, [{ table: sample.table("t"), columns: ["c"] }], [true], "citext"),
  ];
  expect(turns).toEqual([null, null]);
});
