/**
 * The second check alone: what SQLite and PostgreSQL compute by themselves agrees for an honest copy, and each figure sees
 * what it is there to see.
 */
import type { Database } from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ColumnPlan, TablePlan } from "../../../src/model/plan.js";
import { arrayType, pgType } from "../../../src/model/postgres.js";
import { compareFigures, type AggregateComparison } from "../../../src/validate/aggregates/compare.js";
import { askAbout, sourceFigures } from "../../../src/validate/aggregates/source.js";
import { targetFigures } from "../../../src/validate/aggregates/target.js";
import { withReadTransaction } from "../../../src/validate/target/read-transaction.js";
import { columnPlan, makeSource, makeTarget, tablePlan, type SourceFile, type TestTarget } from "../room.js";

let target: TestTarget;
let source: SourceFile | null = null;

beforeAll(async () => {
  target = await makeTarget();
});
afterAll(() => target.remove());
afterEach(async () => {
  source?.remove();
  source = null;
  await target.query("DROP TABLE IF EXISTS t");
});

const compare = async (table: TablePlan): Promise<AggregateComparison> => {
  const { database } = source!.source;
  const asked = askAbout(database, table);
  const found = await withReadTransaction(target.session, () =>
    targetFigures(target.session, "public", table, asked, { by: "all" }),
  );
  return compareFigures(asked, sourceFigures(database, table, asked, null)!.figures, found);
};

/** One column `c`: what SQLite stores, and what PostgreSQL is given. */
const column = async (
  plan: ColumnPlan,
  type: string,
  stored: readonly unknown[],
  given: readonly (string | null)[],
  declared = "",
): Promise<AggregateComparison> => {
  source = await makeSource(`CREATE TABLE t (c ${declared})`, (database: Database) => {
    for (const value of stored) database.prepare("INSERT INTO t VALUES (?)").run(value);
  });
  await target.query(`CREATE TABLE t (c ${type})`);
  for (const value of given) await target.query("INSERT INTO t VALUES ($1)", [value]);
  return compare(tablePlan("t", [plan]));
};

const agreed = (...aggregates: string[]): AggregateComparison =>
  ({ compared: [{ column: "c", aggregates }], disagreements: [] }) as unknown as AggregateComparison;

describe("a copy that is wrong in a way of its own", () => {
  const largest = 2n ** 63n - 1n;

  test.each<[string, ColumnPlan, string, unknown[], (string | null)[], string]>([
    [
      "NULL for ''",
      columnPlan("c", "text"),
      "text",
      ["", "a"],
      [null, "a"],
      "the number of values in column c is 1, but 2 by the source",
    ],
    [
      "a smallest number",
      columnPlan("c", "bigint"),
      "bigint",
      [-largest - 1n, 5n],
      ["-9223372036854775807", "5"],
      "the smallest value in column c is -9223372036854775807, but -9223372036854775808 by the source",
    ],
    [
      "a sum beyond 64 bits",
      columnPlan("c", "bigint"),
      "bigint",
      [largest, 7n, 0n, largest],
      [`${largest}`, "8", "0", `${largest}`],
      "the sum in column c is 18446744073709551622, but 18446744073709551621 by the source",
    ],
    [
      "a sum of numbers below zero",
      columnPlan("c", "integer"),
      "integer",
      [-5n, -4n, -1n],
      ["-5", "-3", "-1"],
      "the sum in column c is -9, but -10 by the source",
    ],
    [
      "one ulp",
      columnPlan("c", "double precision"),
      "float8",
      [0.1, 7],
      ["0.1", "7.000000000000001"],
      "the greatest value in column c is 7.000000000000001, but 7 by the source",
    ],
    [
      "NaN",
      columnPlan("c", "double precision"),
      "float8",
      [0.1, 7],
      ["0.1", "NaN"],
      "the greatest value in column c is NaN, but 7 by the source",
    ],
    [
      "false for true",
      columnPlan("c", "boolean"),
      "boolean",
      [1n, 0n, 1n],
      ["true", "false", "false"],
      "the number of true values in column c is 1, but 2 by the source",
    ],
    [
      "milliseconds read as seconds",
      columnPlan("c", "timestamp with time zone", "milliseconds"),
      "timestamptz",
      [1_600_000_000n],
      ["2020-09-13 12:26:40Z"],
      "the smallest value in column c is 2020-09-13T12:26:40Z, but 1970-01-19T12:26:40Z by the source",
    ],
    [
      "an infinite time",
      columnPlan("c", "timestamp with time zone", "seconds"),
      "timestamptz",
      [0n, 9n],
      ["1970-01-01 00:00:00Z", "infinity"],
      "the greatest value in column c is Infinity, but 1970-01-01T00:00:09Z by the source",
    ],
    [
      "one microsecond",
      columnPlan("c", "timestamp without time zone"),
      "timestamp",
      ["2024-02-29 23:59:59.999999"],
      ["2024-02-29 23:59:59.999998"],
      "the smallest value in column c is 2024-02-29T23:59:59.999998Z, but 2024-02-29T23:59:59.999999Z by the source",
    ],
    [
      "the next day",
      columnPlan("c", "date"),
      "date",
      ["2024-02-29"],
      ["2024-03-01"],
      "the smallest value in column c is 2024-03-01T00:00:00Z, but 2024-02-29T00:00:00Z by the source",
    ],
    [
      "a letter's case",
      columnPlan("c", "text"),
      "text",
      ["b", "Bob"],
      ["b", "bob"],
      "the smallest value in column c is 'b', but 'Bob' by the source",
    ],
    [
      "a blank at the end",
      columnPlan("c", "text"),
      "text",
      ["a", "b", "c"],
      ["a", "b ", "c"],
      "the number of bytes in column c is 4, but 3 by the source",
    ],
    [
      "a composed letter",
      columnPlan("c", "text"),
      "text",
      ["a", "e\u0301", "語"],
      ["a", "é", "語"],
      "the number of bytes in column c is 6, but 7 by the source",
    ],
    [
      "a byte more",
      columnPlan("c", "bytea"),
      "bytea",
      [Buffer.from([0, 1])],
      ["\\x000102"],
      "the number of bytes in column c is 3, but 2 by the source",
    ],
    [
      "a uuid that is gone",
      columnPlan("c", "uuid"),
      "uuid",
      ["c0ffee00-0000-4000-8000-000000000000"],
      [null],
      "the number of values in column c is 0, but 1 by the source",
    ],
  ])("%s is seen", async (_, plan, type, stored, given, words) => {
    expect((await column(plan, type, stored, given)).disagreements[0]).toBe(words);
  });
});

describe("an honest copy agrees", () => {
  const long = "x".repeat(300);

  test.each<[string, ColumnPlan, string, unknown[], (string | null)[], string[]]>([
    ["no rows", columnPlan("c", "bigint"), "bigint", [], [], ["values"]],
    ["NULLs alone", columnPlan("c", "text"), "text", [null], [null], ["values"]],
    [
      "whole REAL as bigint",
      columnPlan("c", "bigint"),
      "bigint",
      [2.0, 3n],
      ["2", "3"],
      ["values", "minimum", "maximum", "sum"],
    ],
    [
      "-0.0",
      columnPlan("c", "double precision"),
      "float8",
      [-0.0, 0n],
      ["-0", "0"],
      ["values", "minimum", "maximum"],
    ],
    [
      "infinities",
      columnPlan("c", "double precision"),
      "float8",
      [-Infinity, Infinity],
      ["-Infinity", "Infinity"],
      ["values", "minimum", "maximum"],
    ],
    [
      "single precision",
      columnPlan("c", "real"),
      "real",
      [Math.fround(0.1)],
      ["0.1"],
      ["values", "minimum", "maximum"],
    ],
    [
      "a scale",
      columnPlan("c", pgType("numeric", 9, 2)),
      "numeric(9,2)",
      [0.1, 3n],
      ["0.1", "3"],
      ["values", "minimum", "maximum"],
    ],
    // The REAL is 2^60, and written with digits that are more than the INTEGER.
    [
      "REAL and INTEGER beyond 2^53 as numeric",
      columnPlan("c", "numeric"),
      "numeric",
      [2 ** 60, 2n ** 60n + 1n],
      ["1152921504606847000", "1152921504606846977"],
      ["values"],
    ],
    [
      "texts by their bytes",
      columnPlan("c", "text"),
      "text",
      ["\u{10000}", "\uffee", long, `${long}é`],
      ["\u{10000}", "\uffee", long, `${long}é`],
      ["values", "minimum", "maximum", "octets"],
    ],
    [
      "blanks that fill up",
      columnPlan("c", pgType("character", 5)),
      "char(5)",
      ["ab", ""],
      ["ab", ""],
      ["values", "minimum", "maximum", "octets"],
    ],
    [
      "TEXT and BLOB as bytea",
      columnPlan("c", "bytea"),
      "bytea",
      ["a\0b", Buffer.from("é")],
      ["\\x610062", "\\xc3a9"],
      ["values", "octets"],
    ],
    ["numbers in text", columnPlan("c", "text"), "text", [10n, "9"], ["10", "9"], ["values"]],
    ["words for true", columnPlan("c", "boolean"), "boolean", ["t", 1n], ["true", "true"], ["values"]],
    [
      "nanoseconds",
      columnPlan("c", "timestamp with time zone", "nanoseconds"),
      "timestamptz",
      [-1000n],
      ["1969-12-31 23:59:59.999999Z"],
      ["values", "minimum", "maximum"],
    ],
    [
      "Julian days",
      columnPlan("c", "timestamp without time zone", "julian"),
      "timestamp",
      [2_440_588n, 0n],
      ["1970-01-01 12:00:00", "4714-11-24 12:00:00 BC"],
      ["values", "minimum", "maximum"],
    ],
    [
      "seconds since 2001",
      columnPlan("c", "timestamp with time zone", "core-data"),
      "timestamptz",
      [0n],
      ["2001-01-01 00:00:00Z"],
      ["values", "minimum", "maximum"],
    ],
    [
      "microseconds since 1601",
      columnPlan("c", "timestamp with time zone", "webkit"),
      "timestamptz",
      [0n],
      ["1601-01-01 00:00:00Z"],
      ["values", "minimum", "maximum"],
    ],
    [
      "REAL between INTEGER counts",
      columnPlan("c", "timestamp with time zone", "seconds"),
      "timestamptz",
      [1n, 1.5, 2n],
      ["1970-01-01 00:00:01Z", "1970-01-01 00:00:01.5Z", "1970-01-01 00:00:02Z"],
      ["values", "minimum", "maximum"],
    ],
    [
      "REAL counts",
      columnPlan("c", "timestamp with time zone", "seconds"),
      "timestamptz",
      [1.5],
      ["1970-01-01 00:00:01.5Z"],
      ["values"],
    ],
    [
      "year 1",
      columnPlan("c", "timestamp with time zone"),
      "timestamptz",
      ["0001-01-01T00:00:00.5Z"],
      ["0001-01-01 00:00:00.5Z"],
      ["values", "minimum", "maximum"],
    ],
    [
      "two spellings",
      columnPlan("c", "timestamp with time zone"),
      "timestamptz",
      ["2020-01-01T01:00:00", "2020-01-01 02:00:00"],
      ["2020-01-01 01:00:00Z", "2020-01-01 02:00:00Z"],
      ["values"],
    ],
    [
      "offsets",
      columnPlan("c", "timestamp with time zone"),
      "timestamptz",
      ["2020-01-01 01:00:00+02"],
      ["2019-12-31 23:00:00Z"],
      ["values"],
    ],
    [
      "times of day",
      columnPlan("c", "time without time zone"),
      "time",
      ["23:59", "00:01"],
      ["23:59", "00:01"],
      ["values", "minimum", "maximum"],
    ],
    ["arrays", columnPlan("c", arrayType(pgType("integer"))), "integer[]", ["[1]"], ["{1}"], ["values"]],
    ["json", columnPlan("c", "json"), "json", ["{}"], ["{}"], ["values", "minimum", "maximum", "octets"]],
    ["jsonb", columnPlan("c", "jsonb"), "jsonb", ["[1,2]"], ["[1, 2]"], ["values"]],
    [
      "a zone",
      { ...columnPlan("c", "timestamp with time zone"), zone: "Europe/Rome" },
      "timestamptz",
      ["2020-01-01 01:00:00"],
      ["2020-01-01 00:00:00Z"],
      ["values"],
    ],
    ["base64", { ...columnPlan("c", "bytea"), decode: "base64" }, "bytea", ["AAA="], ["\\x0000"], ["values"]],
  ])("%s", async (_, plan, type, stored, given, aggregates) => {
    expect(await column(plan, type, stored, given)).toEqual(agreed(...aggregates));
  });

  test("a column's own collation and affinity are not asked", async () => {
    const plan = columnPlan("c", "text");
    const type = `text COLLATE "en-x-icu"`;
    const given = ["b", "A", "a", "B"];
    const compared = await column(plan, type, given, given, "TEXT COLLATE NOCASE");
    expect(compared).toEqual(agreed("values", "minimum", "maximum", "octets"));
  });

  test("what a policy may change is left out", async () => {
    const plan = { ...columnPlan("c", "text"), policy: { nul: "strip" } } as const;
    expect(await column(plan, "text", ["a\0"], ["a"])).toEqual({ compared: [], disagreements: [] });
  });

  test("of a UTF-16 file no texts are compared", async () => {
    source = await makeSource(
      "PRAGMA encoding = 'UTF-16'; CREATE TABLE t (c, d, e); INSERT INTO t VALUES ('é', '2020-01-01', 7)",
    );
    await target.query("CREATE TABLE t (c text, d date, e int)");
    await target.query("INSERT INTO t VALUES ('é', '2020-01-01', 7)");
    const columns = [columnPlan("c", "text"), columnPlan("d", "date"), columnPlan("e", "integer")];
    expect(await compare(tablePlan("t", columns))).toEqual({
      compared: [
        { column: "c", aggregates: ["values"] },
        { column: "d", aggregates: ["values"] },
        { column: "e", aggregates: ["values", "minimum", "maximum", "sum"] },
      ],
      disagreements: [],
    });
  });

  test("a table without rowids, of more columns than one query takes", async () => {
    const names = Array.from({ length: 700 }, (_, index) => `c${index}`);
    const places = names.join(", ");
    const values = names.map((_, index) => index).join(", ");
    source = await makeSource(
      `CREATE TABLE t (${names.map((name, at) => `${name} INTEGER${at === 0 ? " PRIMARY KEY" : ""}`).join(", ")}) WITHOUT ROWID;
       INSERT INTO t VALUES (${values})`,
    );
    await target.query(`CREATE TABLE t (${names.map((name) => `${name} int`).join(", ")})`);
    await target.query(`INSERT INTO t (${places}) VALUES (${values})`);
    const table = tablePlan(
      "t",
      names.map((name) => columnPlan(name, "integer")),
      { withoutRowid: true },
    );
    const honest = await compare(table);
    expect(honest.compared).toHaveLength(700);
    expect(honest.disagreements).toEqual([]);
    await target.query("UPDATE t SET c699 = 698");
    expect((await compare(table)).disagreements[0]).toBe(
      "the smallest value in column c699 is 698, but 699 by the source",
    );
  });
});

test("a column that SQLite computes when it is read is not asked about", async () => {
  // It has no value: to compute it is an error.
  source = await makeSource(
    "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1); ALTER TABLE t ADD COLUMN day TEXT AS (json_extract('{', '$'))",
  );
  const { database } = source.source;
  const table = tablePlan("t", [columnPlan("n", "bigint"), columnPlan("day", "date")]);
  const asked = askAbout(database, table);
  expect(asked.map(({ stored }) => stored)).toEqual(["n"]);
  expect(sourceFigures(database, table, asked, null)?.figures).toMatchObject({
    rows: 1n,
    columns: [{ sum: 1n }],
  });
});
