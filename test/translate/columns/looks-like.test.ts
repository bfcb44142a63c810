import { describe, expect, test } from "vitest";
import { planFor } from "../decision.js";
import { mappingOf, rule } from "../mapping-of.js";
import { findingsOf, planOf } from "../plan-of.js";
import { pgType } from "../../../src/model/postgres.js";

/** `timestamptz from seconds, 2020-09-13 to 2020-09-13`, or null. */
const look = (declared: string, ...values: readonly string[]): string | null => {
  const [found] = findingsOf(planFor(declared, ...values), "looks-like");
  if (found === undefined) return null;
  const { like, unit, days } = found;
  return `${like}${unit === null ? "" : ` from ${unit}`}${days === null ? "" : `, ${days.join(" to ")}`}`;
};

const uuid = "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'";

describe("nothing is offered", () => {
  test.each<[string, string, readonly string[]]>([
    ["for no values", "INTEGER", ["NULL"]],
    ["for small numbers", "INTEGER", ["7", "1600000000"]],
    ["for numbers of two units", "INTEGER", ["1600000000", "1600000000000"]],
    ["for times before 2000", "INTEGER", ["900000000"]],
    ["for times from 2100 on", "INTEGER", ["4102444800"]],
    ["for zeros alone", "INTEGER", ["0", "0"]],
    ["for ones alone", "INTEGER", ["1"]],
    ["for a two among zeros and ones", "INTEGER", ["0", "1", "2"]],
    ["for a text that is none among UUIDs", "TEXT", [uuid, "'x'"]],
    ["for an empty text among dates", "TEXT", ["'2024-01-01'", "''"]],
    ["for a day that there is not", "TEXT", ["'2023-02-30'"]],
    ["for JSON that is no object and no array", "TEXT", ["'\"a\"'", "'null'"]],
    ["for digits with a zero before them", "TEXT", ["'0123'"]],
    ["for words", "TEXT", ["'yes'", "'no'"]],
    ["for blobs of another length", "BLOB", ["zeroblob(16)", "zeroblob(15)"]],
    ["for a declared length", "VARCHAR(40)", [uuid]],
    ["for mixed classes", "", ["1600000000000", "'2024-01-01'"]],
    ["where the declaration says it already", "DATETIME", ["1600000000000"]],
  ])("%s", (_words, declared, values) => {
    expect(look(declared, ...values)).toBeNull();
  });

  test("for a rowid, nor for what points at one", () => {
    const plan = planOf(`CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1600000000);
      CREATE TABLE t (p_id INTEGER REFERENCES p (id)); INSERT INTO t VALUES (1600000000)`);
    expect(findingsOf(plan, "looks-like")).toEqual([]);
  });

  test("where a mapping has decided", () => {
    const mapping = mappingOf({ types: [rule("INTEGER", { type: pgType("bigint") })] });
    const plan = planOf("CREATE TABLE t (c INTEGER); INSERT INTO t VALUES (0), (1)", [mapping]);
    expect(findingsOf(plan, "looks-like")).toEqual([]);
  });
});

test.each<[string, readonly string[], string]>([
  ["INTEGER", ["0", "1", "NULL"], "boolean"],
  ["INTEGER", ["946684800", "4102444799"], "timestamptz from seconds, 2000-01-01 to 2099-12-31"],
  ["BIGINT", ["1600000000000", "1602000000000"], "timestamptz from milliseconds, 2020-09-13 to 2020-10-06"],
  ["", ["1600000000000000"], "timestamptz from microseconds, 2020-09-13 to 2020-09-13"],
  ["INTEGER", ["1600000000000000001"], "timestamptz from nanoseconds, 2020-09-13 to 2020-09-13"],
  ["INTEGER", ["13350000000000000"], "timestamptz from webkit, 2024-01-17 to 2024-01-17"],
  ["TEXT", ["'2024-01-01'", "'2024-12-31'"], "date"],
  ["TEXT", ["'2024-01-01'", "'2024-01-01T10:00:00Z'"], "timestamptz"],
  ["TEXT", ["'10:00'", "'23:59:59.5'"], "time"],
  ["TEXT", [uuid, "'{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}'"], "uuid"],
  ["TEXT", [`'{"a":1}'`, "'[]'"], "jsonb"],
  ["TEXT", ["'true'", "'F'"], "boolean"],
  ["TEXT", ["'12'", "'-7'"], "bigint"],
  ["TEXT", ["'12'", "'-7.50'"], "numeric"],
  ["BLOB", ["zeroblob(16)"], "uuid"],
])("%s of %s is offered as %s", (declared, values, like) => {
  expect(look(declared, ...values)).toBe(like);
});
