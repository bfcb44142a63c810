/** What each policy makes of values, and that it makes nothing of those that fit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../../src/model/plan.js";
import type { ColumnPolicy, PolicyName } from "../../../src/model/policy.js";
import {
  arrayType,
  otherType,
  pgType,
  typeWords,
  type PgType,
  type PgTypeName,
  type TimeUnit,
} from "../../../src/model/postgres.js";
import { describeValue } from "../../../src/transform/explain/describe.js";
import { spellField } from "../../../src/transform/encode/spell-field.js";
import { amended, policies } from "../amended.js";
import { about, anyText, anyValue } from "../arbitraries.js";
import { arrayCells, cells, moodType } from "../cells.js";
import { asType, columnPlan, encoded, one, textBytes, type Value } from "../values.js";

const columnOf = (
  type: PgTypeName | PgType,
  policy: ColumnPolicy,
  unit: TimeUnit | null = null,
): ColumnPlan => ({ ...columnPlan("c", type, unit), policy });

type Case = readonly [PgTypeName | PgType, ColumnPolicy, Value, string | null, (readonly PolicyName[])?];

const char3 = pgType("character", 3);
const varchar3 = pgType("character varying", 3);
const decimal = pgType("numeric", 5, 2);
const clock = (precision?: number): PgType =>
  pgType("time without time zone", ...(precision === undefined ? [] : [precision]));
const stamp = (precision?: number): PgType =>
  pgType("timestamp with time zone", ...(precision === undefined ? [] : [precision]));
const wall = pgType("timestamp without time zone", 0);
const round = { excess: "round" } as const;
const cut = { excess: "truncate" } as const;
const strip = { nul: "strip" } as const;
const repair = { nul: "replace", invalidUtf8: "replace" } as const;
const noRange = { outOfRange: "null" } as const;
const noEmpty = { empty: "null" } as const;
const yesNo = { trueWords: ["Yes", "JÄ", "1.5"], falseWords: ["no", ""] } as const;

const cases: readonly Case[] = [
  // NUL and invalid UTF-8.
  ["text", strip, "a\0b\0", "'ab'", ["nul"]],
  ["text", strip, "\0", "''", ["nul"]],
  ["text", { nul: "replace" }, "a\0", "'a\ufffd'", ["nul"]],
  ["text", strip, textBytes(0x61, 0, 0xff), null],
  ["text", { invalidUtf8: "replace" }, textBytes(0x61, 0, 0xff), null],
  ["text", repair, textBytes(0x61, 0, 0xff), "'a\ufffd\ufffd'", ["nul", "invalidUtf8"]],
  ["text", repair, "a\0", "'a\ufffd'", ["nul"]],
  [
    "text",
    { invalidUtf8: "replace" },
    textBytes(0xf0, 0x9f, 0x98, 0x41, 0xc0, 0x80),
    "'\ufffdA\ufffd\ufffd'",
    ["invalidUtf8"],
  ],
  // Nobody said of a blob that it is text.
  ["text", repair, Buffer.of(0x61, 0, 0xff), null],
  ["bytea", repair, textBytes(0x61, 0, 0xff), "'\\x6100ff'", []],
  ["jsonb", strip, '{"a\0":1}', `'{"a":1}'`, ["nul"]],
  ["json", { nul: "replace" }, '["\0"]', `'["\ufffd"]'`, ["nul"]],
  ["jsonb", repair, textBytes(0x22, 0xff, 0x22), `'"\ufffd"'`, ["invalidUtf8"]],
  ["jsonb", repair, '"\\u0000"', null],
  ["jsonb", strip, "[\0", null],
  ["bigint", strip, "12\0", "12", ["nul"]],
  ["bigint", { nul: "replace" }, "12\0", null],
  [moodType, strip, "ab\0c", "'abc'", ["nul"]],
  [arrayType(pgType("text")), strip, '["a\0"]', `'{"a"}'`, ["nul"]],
  [otherType("xml"), strip, "<a/>\0", "'<a/>'", ["nul"]],
  // Empty text.
  ["bigint", noEmpty, "", "NULL", ["empty"]],
  ["bigint", noEmpty, " \t\r\n\v\f", "NULL", ["empty"]],
  ["bigint", noEmpty, "\u00a0", null],
  ["bigint", noEmpty, "x", null],
  ["bigint", noEmpty, Buffer.alloc(0), null],
  ["date", noEmpty, "", "NULL", ["empty"]],
  ["jsonb", noEmpty, "  ", "NULL", ["empty"]],
  ["uuid", noEmpty, "", "NULL", ["empty"]],
  ["inet", noEmpty, "", "NULL", ["empty"]],
  ["boolean", noEmpty, "", "NULL", ["empty"]],
  [arrayType(pgType("bigint")), noEmpty, "", "NULL", ["empty"]],
  ["text", noEmpty, "", "''", []],
  [char3, noEmpty, " ", null],
  ["bytea", noEmpty, " ", "'\\x20'", []],
  [moodType, noEmpty, " ", null],
  [otherType("xml"), noEmpty, "", "''", []],
  ["bigint", { ...noEmpty, ...strip }, " \0", "NULL", ["nul", "empty"]],
  // Out of range.
  ["date", noRange, "0000-00-00", "NULL", ["outOfRange"]],
  ["date", noRange, "2023-02-30", "NULL", ["outOfRange"]],
  ["date", noRange, "300000-01-01", "NULL", ["outOfRange"]],
  ["date", noRange, "2020-01-01 12:00", null],
  ["date", noRange, "", null],
  ["date", noRange, "01/02/2020", null],
  [clock(), noRange, "25:00", "NULL", ["outOfRange"]],
  [clock(), noRange, "12", null],
  [stamp(), noRange, "0000-00-00 00:00:00", "NULL", ["outOfRange"]],
  [stamp(), noRange, 1e300, null],
  [wall, noRange, "2020-01-01 12:00+02", null],
  ["bigint", noRange, "9223372036854775808", null],
  ["integer", noRange, 2n ** 31n, null],
  // Words.
  ["boolean", yesNo, "yes", "true", ["trueWords"]],
  ["boolean", yesNo, "YES", "true", ["trueWords"]],
  ["boolean", yesNo, "j\u00c4", "true", ["trueWords"]],
  ["boolean", yesNo, "j\u00e4", null],
  ["boolean", yesNo, "NO", "false", ["falseWords"]],
  ["boolean", yesNo, "", "false", ["falseWords"]],
  ["boolean", { ...yesNo, ...noEmpty }, "", "false", ["falseWords"]],
  ["boolean", yesNo, " yes", null],
  ["boolean", yesNo, 1.5, null],
  ["boolean", yesNo, Buffer.from("yes"), null],
  ["boolean", { trueWords: ["f"] }, "f", "false", []],
  ["boolean", { ...yesNo, ...strip }, "yes\0", "true", ["nul", "trueWords"]],
  ["text", yesNo, "yes", "'yes'", []],
  // Text too long.
  [varchar3, cut, "abcd", "'abc'", ["excess"]],
  [varchar3, round, "\u{1f600}\u{1f600}\u00e9\u{1f600}", "'\u{1f600}\u{1f600}\u00e9'", ["excess"]],
  [varchar3, cut, 12345n, "'123'", ["excess"]],
  [varchar3, cut, Buffer.from("abcd"), "'abc'", ["excess"]],
  [varchar3, cut, Buffer.of(0x61, 0x61, 0x61, 0xff), null],
  [varchar3, cut, "abcd\0", null],
  [varchar3, { ...cut, ...strip }, "abcd\0", "'abc'", ["nul", "excess"]],
  [varchar3, { ...cut, ...strip }, "abc\0", "'abc'", ["nul"]],
  [char3, cut, "ab ", "'ab'", ["excess"]],
  [char3, cut, "ab  x", "'ab'", ["excess"]],
  [char3, cut, "   ", "''", ["excess"]],
  [pgType("character varying"), cut, "abcd", "'abcd'", []],
  // Digits.
  [decimal, round, "1.005", "1.01", ["excess"]],
  [decimal, cut, "1.009", "1.00", ["excess"]],
  [decimal, round, -1.005, "-1.01", ["excess"]],
  [decimal, cut, -1.009, "-1.00", ["excess"]],
  [decimal, round, "0.0049", "0.00", ["excess"]],
  [decimal, round, "-0.0049", "0.00", ["excess"]],
  [decimal, cut, "-0.009", "0.00", ["excess"]],
  [decimal, round, "999.995", null],
  [decimal, cut, "999.995", "999.99", ["excess"]],
  [decimal, round, "1000", null],
  [decimal, round, 1000.001, null],
  [decimal, round, "1e-7", null],
  [decimal, round, "abc", null],
  [decimal, round, -0, null],
  [decimal, round, Infinity, null],
  [decimal, round, 1e-7, "0.00", ["excess"]],
  [pgType("numeric", 3), round, "1.5", "2", ["excess"]],
  [pgType("numeric", 3), round, -2.5, "-3", ["excess"]],
  [pgType("numeric", 5, 5), round, "0.000005", "0.00001", ["excess"]],
  ["numeric", round, "1.005", "1.005", []],
  ["bigint", round, 1.5, null],
  // Bits.
  ["real", round, 0.1, "0.10000000149011612", ["excess"]],
  ["real", cut, 0.1, "0.10000000149011612", ["excess"]],
  ["real", round, "0.1", "0.10000000149011612", ["excess"]],
  ["real", round, "0.10", null],
  ["real", round, 16_777_217n, "16777216", ["excess"]],
  ["real", round, 16_777_219n, "16777220", ["excess"]],
  // Half of a float's last bit and one more: the double between is the half itself.
  ["real", round, 2n ** 62n + 2n ** 38n + 1n, String(2 ** 62 + 2 ** 39), ["excess"]],
  ["real", round, -(2n ** 62n) - 2n ** 38n - 1n, String(-(2 ** 62) - 2 ** 39), ["excess"]],
  ["real", round, 2n ** 62n + 2n ** 38n, String(2 ** 62), ["excess"]],
  ["real", round, 1e39, null],
  ["real", round, 1e-60, null],
  ["real", round, -0, "-0", []],
  ["double precision", round, 2n ** 53n + 1n, null],
  // Times.
  [clock(0), round, "12:00:00.5", "'12:00:01'", ["excess"]],
  [clock(0), cut, "12:00:00.5", "'12:00:00'", ["excess"]],
  [clock(2), round, "12:00:00.1249999", "'12:00:00.120000'", ["excess"]],
  [clock(2), round, "12:00:00.125", "'12:00:00.130000'", ["excess"]],
  [clock(0), round, "23:59:59.5", null],
  [clock(0), cut, "23:59:59.5", "'23:59:59'", ["excess"]],
  [clock(), round, "12:00:00.1234567", "'12:00:00.123457'", ["excess"]],
  [clock(), round, "12:00:00.1234565", "'12:00:00.123457'", ["excess"]],
  [clock(), round, "12:00:00.12345649999", "'12:00:00.123456'", ["excess"]],
  [clock(), round, "25:00:00.1234567", null],
  [clock(0), round, 1n, null],
  [stamp(), round, "2020-01-01T12:00:00.1234567Z", "'2020-01-01 12:00:00.123457+00'", ["excess"]],
  [stamp(), cut, "2020-01-01T12:00:00.123456789+02:00", "'2020-01-01 10:00:00.123456+00'", ["excess"]],
  // Once, not to microseconds first.
  [stamp(0), round, "2020-01-01T12:00:00.49999999Z", "'2020-01-01 12:00:00+00'", ["excess"]],
  [stamp(0), round, "2020-01-01T12:00:00.5Z", "'2020-01-01 12:00:01+00'", ["excess"]],
  // Halves before 2000 go back in time, as PostgreSQL has it.
  [stamp(0), round, "1999-12-31T23:59:58.5Z", "'1999-12-31 23:59:58+00'", ["excess"]],
  [stamp(0), round, "1999-12-31T23:59:58.50000001Z", "'1999-12-31 23:59:59+00'", ["excess"]],
  [stamp(0), cut, "1999-12-31T23:59:59.999Z", "'1999-12-31 23:59:59+00'", ["excess"]],
  [stamp(0), round, "294276-12-31T23:59:59.5Z", null],
  [stamp(0), round, "noon", null],
  [wall, round, "2020-01-01 12:00:00.5+02", null],
  [wall, round, "2020-01-01 12:00:00.5", "'2020-01-01 12:00:01'", ["excess"]],
  ["date", cut, "2020-01-01 12:00", null],
  // NULL.
  ["bigint", { nullAs: "0" }, null, "0", ["nullAs"]],
  ["bigint", { nullAs: "none" }, null, null],
  ["bigint", { nullAs: "0" }, "x", null],
  ["boolean", { nullAs: "nein", falseWords: ["nein"] }, null, "false", ["nullAs"]],
  ["text", { nullAs: "" }, null, "''", ["nullAs"]],
  ["text", {}, null, null],
];

const titled = cases.map((each) => {
  const [type, policy, value, became] = each;
  const title = `${typeWords(asType(type))} of ${describeValue(one(value), 0)} by ${JSON.stringify(policy)}: ${became ?? "rejected"}`;
  return { title, each };
});

test.each(titled)("$title", ({ each: [type, policy, value, became, by = []] }) => {
  const found = amended(columnOf(type, policy), value);
  expect(found?.became ?? null).toBe(became);
  expect(found?.by ?? []).toEqual(by);
});

test.each<readonly [PgType, ColumnPolicy, Value, TimeUnit, string | null]>([
  [stamp(), round, 1_600_000_000_000_000_500n, "nanoseconds", "'2020-09-13 12:26:40.000001+00'"],
  [stamp(), cut, 1_600_000_000_000_000_999n, "nanoseconds", "'2020-09-13 12:26:40+00'"],
  [stamp(), round, -1n, "nanoseconds", "'1970-01-01 00:00:00+00'"],
  [stamp(), cut, -1n, "nanoseconds", "'1969-12-31 23:59:59.999999+00'"],
  [stamp(3), round, 1_600_000_000_000_500_000n, "nanoseconds", "'2020-09-13 12:26:40.001000+00'"],
  [stamp(0), round, 1_600_000_000_500n, "milliseconds", "'2020-09-13 12:26:41+00'"],
  [stamp(0), cut, 1_600_000_000.75, "seconds", "'2020-09-13 12:26:40+00'"],
  [stamp(0), cut, Infinity, "seconds", null],
  [stamp(), noRange, 2n ** 62n, "seconds", "NULL"],
  [stamp(), noRange, Infinity, "seconds", "NULL"],
  [pgType("date"), noRange, 1n, "seconds", null],
])("%j by %j: %s %s is %s", (type, policy, value, unit, became) => {
  expect(amended(columnOf(type, policy, unit), value)?.became ?? null).toBe(became);
});

test("a column that is NOT NULL keeps its misfits", () => {
  const policy = { empty: "null", outOfRange: "null" } as const;
  const column = { ...columnOf("date", policy), notNull: true };
  expect(amended(column, "")).toBe(null);
  expect(amended(column, "0000-00-00")).toBe(null);
});

describe("of random values and policies", () => {
  test.each([...cells, ...arrayCells])("$name", ({ type, unit }) => {
    const value = fc.oneof(anyValue, about[type.name] ?? anyText);
    // How PostgreSQL's text comes back as another SQLite value than it was.
    const isOneWay = type.name === "array" || type.name === "bytea";
    fc.assert(
      fc.property(value, policies, (each, policy) => {
        const column = columnOf(type, policy, unit);
        const plain = each === null ? null : encoded(type, unit, one(each), 0);
        const found = amended(column, each);
        if (plain !== null) {
          // What fits is not changed, nor counted.
          expect(found?.by).toEqual([]);
          expect(found?.field.equals(plain)).toBe(true);
          return;
        }
        if (found === null) return;
        expect(found.by).not.toEqual([]);
        if (found.became === "NULL" || isOneWay || found.became.includes(" BC'")) return;
        // What a value became fits as it is, and is not changed any more.
        const spelled = { text: spellField(asType(type), found.field, 4, found.field.length) };
        const again = amended(column, spelled);
        expect(again?.field.toString("hex")).toBe(found.field.toString("hex"));
        expect(again?.by).toEqual([]);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 400) },
    );
  });
});
