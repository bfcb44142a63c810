import type Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { typeWords } from "../../../src/model/postgres.js";
import { decide, decisionOf, kept, planFor, told } from "../decision.js";
import { columnOf, findingsOf, planOf, type Content } from "../plan-of.js";

describe("a declared type that every value fits", () => {
  test.each<[string, string, readonly string[]]>([
    ["INTEGER", "bigint", ["1", "-9223372036854775808", "NULL"]],
    ["TINYINT(1)", "bigint", ["0", "1"]],
    ["REAL", "double precision", ["1.5", "2", "9e999", "-9e999", "-0.0"]],
    ["NUMERIC", "numeric", ["1", "1.5", "9007199254740993", "9e999"]],
    ["DECIMAL(5,2)", "numeric(5,2)", ["123.45", "-0.5", "7", "0.05"]],
    ["DECIMAL(2,2)", "numeric(2,2)", ["0.05", "-0.99", "0"]],
    ["DECIMAL(3)", "numeric(3,0)", ["999", "-1"]],
    ["BOOLEAN", "boolean", ["0", "1", "NULL"]],
    ["BOOLEAN", "boolean", ["'true'", "'F'", "'t'", "'False'", "1", "0.0", "x'00'", "x'01'"]],
    ["TEXT", "text", ["'a'", "''"]],
    ["VARCHAR(3)", "varchar(3)", ["'abc'", "'日本語'", "''"]],
    ["BLOB", "bytea", ["x'00ff'", "x''"]],
    ["JSON", "jsonb", [`'{"a":1}'`, "'[]'", "1", "1.5", `'"x"'`, "'null'"]],
    [
      "UUID",
      "uuid",
      [
        "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'",
        "'{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}'",
        "x'f81d4fae7dec11d0a76500a0c91e6bf6'",
      ],
    ],
    ["DATE", "date", ["'2024-02-29'", "'0001-01-01'"]],
    ["TIME", "time", ["'09:30'", "'23:59:59.999999'"]],
    ["DATETIME", "timestamptz", ["'2024-02-29T09:30:00Z'", "'2024-02-29 09:30:00+02:00'"]],
  ])("%s stays: %s", (declared, type, values) => {
    expect(decide(declared, ...values)).toEqual(kept(type));
  });

  test.each([
    ["INTEGER", "bigint"],
    ["REAL", "double precision"],
    ["NUMERIC", "numeric"],
    ["DECIMAL(10,2)", "numeric(10,2)"],
    ["BOOLEAN", "boolean"],
    ["TEXT", "text"],
    ["VARCHAR(30)", "varchar(30)"],
    ["BLOB", "bytea"],
    ["JSON", "jsonb"],
    ["UUID", "uuid"],
    ["DATE", "date"],
    ["TIME", "time"],
    ["TIMESTAMP", "timestamptz"],
    // by evidence, and there is none
    ["", "text"],
    ["ANY", "text"],
    ["POINT", "text"],
  ])("%s without values is %s, with NULLs as well", (declared, type) => {
    expect(decide(declared)).toEqual(kept(type));
    expect(decide(declared, "NULL", "NULL")).toEqual(kept(type));
  });

  test("says why", () => {
    const because = (plan: Plan): string => columnOf(plan, "t", "c").because;
    expect(because(planFor("INTEGER", "1", "2"))).toBe("declared INTEGER, all 2 values fit");
    expect(because(planFor("VARCHAR(2)", "'ab'", "'abc'"))).toBe(
      "declared VARCHAR(2), all 2 values fit without the limit",
    );
    expect(because(planFor("DECIMAL(3,1)", "1.25"))).toBe(
      "declared DECIMAL(3,1), its one value fits without the limit",
    );
    expect(because(planFor("DATE", "'2024-05-17 09:00:00'"))).toBe(
      "declared DATE, its one value fits as timestamptz",
    );
    expect(because(planFor("INTEGER"))).toBe("declared INTEGER, no values");
    expect(because(planFor("DATETIME", "1600000000", "'2024-01-01'"))).toBe(
      "declared DATETIME, all 2 values fit, 1 number as seconds since 1970",
    );
    expect(because(planFor("DATETIME", "2459000.75"))).toBe(
      "declared DATETIME, its one value fits, 1 number as Julian days",
    );
    expect(because(planFor("INTEGER", "1", "'x'"))).toBe(
      "declared INTEGER, but not every value fits; 1 integer, 1 text",
    );
    expect(because(planFor("DATETIME", "5"))).toBe(
      "declared DATETIME, but the unit of its numbers is unclear; 1 integer",
    );
    expect(because(planFor("", "5", "2.5", "x'00'"))).toBe("no declared type; 1 integer, 1 real, 1 blob");
    expect(because(planFor("POINT"))).toBe("declared POINT, no values");
  });
});

describe("values that are converted to the declared type", () => {
  test.each<[string, readonly string[], string, readonly string[]]>([
    // A blob in a text column may be text; a text in a blob column is bytes.
    ["TEXT", ["'a'", "x'c3a9'"], "text", ["values-converted 1 BLOB"]],
    ["BLOB", ["x'ff'", "'a'"], "bytea", ["values-converted 1 TEXT"]],
    ["BLOB", ["'a'", "'b'"], "bytea", ["values-converted 2 TEXT"]],
    ["JSON", ["'{}'", "x'7b7d'"], "jsonb", ["values-converted 1 BLOB"]],
    // beyond int64 SQLite keeps a REAL, in an INTEGER column too
    ["INTEGER", ["1", "-9223372036854775808.0"], "bigint", ["values-converted 1 REAL"]],
  ])("%s of %j becomes %s, and that is said", (declared, values, type, findings) => {
    expect(decide(declared, ...values)).toEqual(told(type, ...findings));
  });

  test("take integers written as text in a column that leaves them so", () => {
    // A view of old data: text from before the column was declared INTEGER.
    const plan = planOf((database) => {
      database.unsafeMode();
      database.exec(
        "CREATE TABLE t (c TEXT); INSERT INTO t VALUES ('12'), ('-5'); PRAGMA writable_schema = ON",
      );
      database.exec(
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (c INTEGER)'; PRAGMA writable_schema = RESET",
      );
    });
    expect(decisionOf(plan)).toEqual(told("bigint", "values-converted 2 TEXT"));
  });
});

describe("a declared type that not every value fits", () => {
  test.each<[string, readonly string[], string, readonly string[]]>([
    ["INTEGER", ["1", "'x'"], "text", ["declared-type-not-kept 1"]],
    ["INTEGER", ["1", "1.5"], "double precision", ["declared-type-not-kept 1"]],
    ["INTEGER", ["9007199254740993", "1.5"], "numeric", ["declared-type-not-kept 1"]],
    ["INTEGER", ["x'00'"], "bytea", ["declared-type-not-kept 1"]],
    ["INTEGER", ["9223372036854775808"], "double precision", ["declared-type-not-kept 1"]],
    ["BOOLEAN", ["0", "2"], "bigint", ["declared-type-not-kept 1"]],
    ["BOOLEAN", ["'yes'", "1"], "text", ["declared-type-not-kept 1"]],
    ["BOOLEAN", ["x'02'", "x'00'"], "bytea", ["declared-type-not-kept 1"]],
    ["REAL", ["1.5", "'x'"], "text", ["declared-type-not-kept 1"]],
    ["NUMERIC", ["1", "'12.3D0'"], "text", ["declared-type-not-kept 1"]],
    ["TEXT", ["'a'", "x'ff'"], "bytea", ["declared-type-not-kept 1"]],
    ["VARCHAR(3)", ["'a'", "x'ff'"], "bytea", ["declared-type-not-kept 1"]],
    ["BLOB", ["'a'", "1"], "text", ["declared-type-not-kept 1"]],
    ["BLOB", ["1", "2"], "bigint", ["declared-type-not-kept 2"]],
    ["JSON", ["'{}'", "'{a}'"], "text", ["declared-type-not-kept 1"]],
    ["JSON", ["'{}'", "''"], "text", ["declared-type-not-kept 1"]],
    ["JSON", [`'"\\u0000"'`], "text", ["declared-type-not-kept 1"]],
    ["JSON", ["9e999"], "double precision", ["declared-type-not-kept 1"]],
    ["UUID", ["'f81d4fae'"], "text", ["declared-type-not-kept 1"]],
    ["UUID", ["x'f81d4fae'"], "bytea", ["declared-type-not-kept 1"]],
    // NUMERIC affinity has eaten it: peers.md, part 4
    ["UUID", ["'12345678123456781234567812345678'"], "double precision", ["declared-type-not-kept 1"]],
    ["DATE", ["'2024-02-30'"], "text", ["declared-type-not-kept 1"]],
    ["DATE", ["'yesterday'", "'2024-01-01'"], "text", ["declared-type-not-kept 1"]],
    ["TIME", ["'24:00'"], "text", ["declared-type-not-kept 1"]],
    ["TIME", ["34200"], "bigint", ["declared-type-not-kept 1"]],
    ["TIME", ["'09:30:00+02'"], "text", ["declared-type-not-kept 1"]],
    ["DATETIME", ["''"], "text", ["declared-type-not-kept 1"]],
    ["DATETIME", ["x'00'"], "bytea", ["declared-type-not-kept 1"]],
    ["DATETIME", ["'2024-01-01 00:00:60'"], "text", ["declared-type-not-kept 1"]],
    ["DATETIME", ["'2024-01-01 00:00:00.1234567'"], "text", ["declared-type-not-kept 1"]],
  ])("%s of %j becomes %s", (declared, values, type, findings) => {
    expect(decide(declared, ...values)).toEqual(told(type, ...findings));
  });

  test("names the first value that does not fit", () => {
    const [found] = findingsOf(planFor("INTEGER", "1", "'x'", "'y'"), "declared-type-not-kept");
    expect(found).toEqual({
      kind: "declared-type-not-kept",
      at: { table: "t", column: "c" },
      declared: "INTEGER",
      type: "text",
      offer: { type: "bigint", unit: null, policy: {}, rejected: 2 },
      values: 2,
      first: { at: { rowid: "2", key: null }, storageClass: "text", value: "'x'" },
    });
  });

  test("does not show a value that fits for one that does not", () => {
    const [found] = findingsOf(planFor("BLOB", "x'00'", "1.5"), "declared-type-not-kept");
    expect(found?.first?.value).toBe("1.5");
  });
});

describe("a declared limit", () => {
  test.each<[string, readonly string[], string, number]>([
    ["VARCHAR(3)", ["'abcd'"], "text", 4],
    ["VARCHAR(3)", ["'日本語です'", "'x'"], "text", 5],
    ["CHAR(1)", ["'ab'"], "text", 2],
    // Blanks count: PostgreSQL would cut them without a word.
    ["VARCHAR(3)", ["'ab  '"], "text", 4],
    ["DECIMAL(5,2)", ["123.456"], "numeric", 6],
    ["DECIMAL(5,2)", ["1234"], "numeric", 4],
    ["DECIMAL(3)", ["1.5"], "numeric", 2],
    ["DECIMAL(5,2)", ["1e-7"], "numeric", 7],
    ["DECIMAL(5,2)", ["9e999"], "numeric", 0],
  ])("%s of %j is dropped: %s", (declared, values, type, longest) => {
    expect(decide(declared, ...values)).toEqual(told(type, `length-limit-dropped ${longest}`));
  });

  test.each([
    // The largest of PostgreSQL: documentation, 8.1.2 and 8.3.
    ["VARCHAR(10485760)", "varchar(10485760)"],
    ["VARCHAR(10485761)", "text"],
    ["CHAR(0)", "text"],

    ["NUMERIC(1000,1000)", "numeric(1000,1000)"],
    ["NUMERIC(1001)", "numeric"],
    ["NUMERIC(5,6)", "numeric"],
    ["NUMERIC(0)", "numeric"],
    ["NUMERIC(-5,2)", "numeric"],
  ])("%s that PostgreSQL cannot have is %s", (declared, type) => {
    expect(decide(declared)).toEqual(kept(type));
  });
});

describe("texts as times", () => {
  test("without an offset are taken as UTC, and that is said", () => {
    expect(decide("DATETIME", "'2024-01-01 00:00:00'", "'2024-01-01'", "'2024-01-01T00:00:00Z'")).toEqual(
      told("timestamptz", "zoneless-as-utc 2"),
    );
  });

  test("that are dates are no instants: nothing is taken as UTC", () => {
    expect(decide("DATE", "'2024-01-01'", "'2024-01-02'")).toEqual(kept("date"));
  });

  test("of a date column with a clock time need a timestamp", () => {
    expect(decide("DATE", "'2024-01-01'", "'2024-01-02 12:00'")).toEqual(
      told("timestamptz", "zoneless-as-utc 2"),
    );
    expect(decide("DATE", "'2024-01-01'", "'2024-01-02T00:00:00Z'")).toEqual(
      told("timestamptz", "zoneless-as-utc 1"),
    );
  });
});

describe("a column without a type", () => {
  test.each<[string, readonly string[], string, readonly string[]]>([
    ["integers", ["1", "2"], "bigint", []],
    ["reals", ["1.5", "9e999", "-0.0"], "double precision", []],
    ["integers and reals", ["1", "2.5"], "double precision", []],
    ["whole reals", ["1.0"], "double precision", []],
    ["long integers and reals", ["9007199254740993", "2.5", "9e999"], "numeric", []],
    [
      "long integers and -0.0",
      ["9007199254740993", "-0.0"],
      "text",
      ["values-converted 1 INTEGER", "values-converted 1 REAL"],
    ],
    ["texts", ["'a'", "'1'"], "text", []],
    ["texts and integers", ["'a'", "1"], "text", ["values-converted 1 INTEGER"]],
    [
      "texts, integers and reals",
      ["'a'", "1", "2.5"],
      "text",
      ["values-converted 1 INTEGER", "values-converted 1 REAL"],
    ],
    ["blobs", ["x'ff'", "x''"], "bytea", []],
    ["blobs and texts", ["x'ff'", "'a'"], "bytea", ["values-converted 1 TEXT"]],
    ["blobs that are text, and texts", ["x'61'", "'a'"], "bytea", ["values-converted 1 TEXT"]],
    [
      "blobs that are text, and integers",
      ["x'61'", "1"],
      "text",
      ["values-converted 1 INTEGER", "values-converted 1 BLOB"],
    ],
    ["what looks like JSON", ["'{}'"], "text", []],
    ["what looks like a uuid", ["'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'"], "text", []],
    ["what looks like a date", ["'2024-01-01'"], "text", []],
  ])("of %s", (_, values, type, findings) => {
    expect(decide("", ...values)).toEqual(told(type, ...findings));
  });
});

describe("values that no type holds", () => {
  const blocked = (content: Content) => {
    const plan = planOf(content);
    const [found] = findingsOf(plan, "value-misfit");
    return {
      type: typeWords(columnOf(plan, "t", "c").type),
      rows: found?.rows,
      first: found?.first,
      reason: found?.reason,
    };
  };

  test("are numbers beside blobs that are no text", () => {
    expect(blocked("CREATE TABLE t (c); INSERT INTO t VALUES (1), (x'ff'), (x'fe')")).toEqual({
      type: "text",
      rows: 2,
      first: { at: { rowid: "2", key: null }, storageClass: "blob", value: "x'ff'" },
      reason: "it is not valid UTF-8, which PostgreSQL text must be",
    });
  });

  test("show the blob that is no text, not one that is", () => {
    expect(blocked("CREATE TABLE t (c TEXT); INSERT INTO t VALUES (x'61'), (x'ff')")).toMatchObject({
      type: "bytea",
    });
    const mixed = (database: Database.Database): void => {
      // A number in a TEXT column: declared after it was written.
      database.unsafeMode();
      database.exec(
        "CREATE TABLE t (c); INSERT INTO t VALUES (x'61'), (1), (x'ff'); PRAGMA writable_schema = ON",
      );
      database.exec(
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (c TEXT)'; PRAGMA writable_schema = RESET",
      );
    };
    expect(blocked(mixed)).toMatchObject({
      type: "text",
      rows: 1,
      first: { value: "x'ff'", at: { rowid: "3" } },
    });
  });

  test.each([
    ["TEXT", "text"],
    ["VARCHAR(30)", "varchar(30)"],
    ["", "text"],
    ["JSON", "text"],
  ])("are texts with a NUL in a column declared %j", (declared, type) => {
    expect(
      blocked(`CREATE TABLE t (c ${declared}); INSERT INTO t VALUES ('x'), ('a' || char(0) || 'b')`),
    ).toMatchObject({
      type,
      rows: 1,
      first: { at: { rowid: "2" } },
      reason: expect.stringMatching(/NUL/) as unknown,
    });
  });

  test("are texts that are no UTF-8", () => {
    expect(
      blocked("CREATE TABLE t (c TEXT); INSERT INTO t VALUES ('x'), (CAST(x'c328' AS TEXT))"),
    ).toMatchObject({
      type: "text",
      rows: 1,
      first: { at: { rowid: "2" }, storageClass: "text" },
      reason: expect.stringMatching(/UTF-8/) as unknown,
    });
  });

  test("do not block where bytes are kept", () => {
    for (const declared of ["BLOB", ""]) {
      const plan = planOf(
        `CREATE TABLE t (c ${declared}); INSERT INTO t VALUES (x'ff'), ('a' || char(0)), (CAST(x'ff' AS TEXT))`,
      );
      expect(decisionOf(plan)).toEqual(told("bytea", "values-converted 2 TEXT"));
    }
  });
});
