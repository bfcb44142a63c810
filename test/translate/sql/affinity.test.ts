import { describe, expect, test } from "vitest";
import type { Affinity } from "../../../src/model/sqlite.js";
import { plainReal, storedLiteral } from "../../../src/translate/sql/affinity.js";
import { parseDefault } from "../../../src/translate/sql/literal.js";
import { openMemory } from "../plan-of.js";

const declaredAs: Readonly<Record<Affinity, string>> = {
  INTEGER: "INTEGER",
  NUMERIC: "NUMERIC",
  REAL: "REAL",
  TEXT: "TEXT",
  BLOB: "BLOB",
};

const literals = (
  "NULL|0|-0|1|-1|9007199254740993|9223372036854775807|-9223372036854775808|9223372036854775808|0x1F|1.0|1.5|-0.0|0.0|1e3|1e15|1e18|9.3e18|-9.3e18|1e300|" +
  "1e-7|0.0001|0.1|123456.789|1e999|'x'|''|'1'|' 1 '|'\t1\n'|'1 x'|'01'|'+1'|'-1'|'1.0'|'1.'|'.5'|'.'|'1e3'|'1e'|'0x1F'|'1_000'|'9223372036854775807'|" +
  "'9223372036854775808'|'1e400'|'Infinity'|'NaN'|'-'|'１'|'\u00a01'|x''|x'31'|TRUE|'true'"
).split("|");

describe("storedLiteral", () => {
  test.each(Object.keys(declaredAs) as Affinity[])(
    "is what SQLite stores in a column of %s affinity, or nothing",
    (affinity) => {
      const columns = literals.map((sql, index) => `c${index} ${declaredAs[affinity]} DEFAULT ${sql}`);
      const database = openMemory(`CREATE TABLE t (${columns.join(", ")}); INSERT INTO t DEFAULT VALUES`);
      const cells = literals.map((sql, index) => {
        const row = database
          .prepare(`SELECT typeof(c${index}) AS type, c${index} AS value FROM t`)
          .safeIntegers(true)
          .get();
        return [sql, row] as const;
      });
      database.close();
      const unsure = literals.filter((sql) => {
        const literal = parseDefault(sql);
        return literal !== null && storedLiteral(literal, affinity) === null;
      });
      expect(cells.filter(([sql]) => !unsure.includes(sql)).map(([sql, cell]) => [sql, cell])).toEqual(
        literals.filter((sql) => !unsure.includes(sql)).map((sql) => [sql, cellOf(sql, affinity)]),
      );
      expect(unsure).toEqual(
        affinity === "TEXT"
          ? ["9223372036854775808", "-0.0", "1e15", "1e18", "9.3e18", "-9.3e18", "1e300", "1e-7", "1e999"]
          : [],
      );
    },
  );
});

/** As the driver gives it. */
function cellOf(sql: string, affinity: Affinity): unknown {
  const literal = parseDefault(sql);
  const stored = literal === null ? null : storedLiteral(literal, affinity);
  switch (stored?.kind) {
    case "integer":
      return { type: "integer", value: BigInt(stored.digits) };
    case "real":
      return { type: "real", value: stored.value };
    case "text":
      return { type: "text", value: stored.text };
    case "blob":
      return { type: "blob", value: Buffer.from(stored.hex, "hex") };
    case "null":
      return { type: "null", value: null };
    default:
      return undefined;
  }
}

describe("plainReal", () => {
  test.each([
    [0, "0.0"],
    [-0, null],
    [1, "1.0"],
    [-2.5, "-2.5"],
    [0.1, "0.1"],
    [0.0001, "0.0001"],
    [0.00001, null],
    [999999999999999, "999999999999999.0"],
    [1e15, null],
    [0.1 + 0.2, null],
    [Infinity, null],
    [NaN, null],
  ])("of %d is %j", (value, text) => {
    expect(plainReal(value)).toBe(text);
  });
});
