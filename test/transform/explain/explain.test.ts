import { expect, test } from "vitest";
import {
  arrayType,
  pgType,
  type PgType,
  typeWords,
  type PgTypeName,
  type TimeUnit,
} from "../../../src/model/postgres.js";
import type { RejectCode } from "../../../src/model/reject.js";
import { explainMisfit } from "../../../src/transform/explain/explain.js";
import { edgeValues } from "../edge-values.js";
import { arrayCells, cells, moodType } from "../cells.js";
import { describeValue } from "../../../src/transform/explain/describe.js";
import { accepts, asType, columnPlan, one, textBytes, type Value } from "../values.js";

const explained = (
  type: PgTypeName | PgType,
  value: Value,
  unit: TimeUnit | null = null,
): readonly [RejectCode, string] => {
  const { code, reason } = explainMisfit(columnPlan("c", type, unit), one(value), 0);
  return [code, reason];
};

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test.each<readonly [PgTypeName | PgType]>([
  ["text"],
  [pgType("character varying", 9)],
  ["jsonb"],
  [moodType],
])("text that PostgreSQL cannot hold has its reason in %j", (type) => {
  const reason = "it is not valid UTF-8, which PostgreSQL text must be";
  expect(explained(type, textBytes(0x22, 0xff, 0x22))).toEqual(["invalid-utf8", reason]);
  const nul = "it holds a NUL character, which PostgreSQL text cannot store";
  expect(explained(type, "a\0b")).toEqual(["nul", nul]);
});

test("a blob with such bytes is no text", () => {
  expect(explained("text", Buffer.of(0xff))).toEqual([
    "storage-class",
    "it is not valid UTF-8, which PostgreSQL text must be",
  ]);
  expect(explained("jsonb", Buffer.of(0x22, 0, 0x22))[0]).toBe("storage-class");
});

const now = pgType("timestamp with time zone");
const wall = pgType("timestamp without time zone");
const bigints = arrayType(pgType("bigint"));
const second = "it has more than 0 digits after the second's point";
const timeOfDay = "it has a time of day, which date does not keep";

const reasons: readonly (readonly [PgTypeName | PgType, Value, RejectCode, string])[] = [
  // A number or a time that the type does not hold, against what is none.
  ["smallint", 32768n, "range", "it is beyond smallint, which goes from -32768 to 32767"],
  ["integer", 2n ** 31n, "range", "it is beyond integer, which goes from -2147483648 to 2147483647"],
  ["integer", "2147483648", "range", "it is beyond integer, which goes from -2147483648 to 2147483647"],
  [
    "bigint",
    "9223372036854775808",
    "range",
    "it is beyond bigint, which goes from -9223372036854775808 to 9223372036854775807",
  ],
  [
    "bigint",
    1e19,
    "range",
    "it is beyond bigint, which goes from -9223372036854775808 to 9223372036854775807",
  ],
  ["bigint", "abc", "syntax", "it is not an integer, written with digits alone"],
  ["bigint", "", "syntax", "it is not an integer, written with digits alone"],
  ["bigint", "1.0", "syntax", "it is not an integer, written with digits alone"],
  ["bigint", 1.5, "precision", "it is not a whole number"],
  ["bigint", -0, "range", "it is -0.0, which bigint does not tell from 0"],
  ["bigint", Infinity, "range", "it is infinite, and bigint holds finite numbers alone"],
  ["bigint", Buffer.of(1), "storage-class", "a blob has no equal in bigint"],
  ["double precision", 2n ** 53n + 1n, "precision", "double precision, of 64 bits, does not hold it exactly"],
  ["double precision", "1e400", "range", "it is beyond double precision"],
  [
    "double precision",
    "1.50",
    "syntax",
    "it is not the shortest spelling of a number of 64 bits, by which it would come back",
  ],
  ["real", 0.1, "precision", "real, of 32 bits, does not hold it exactly"],
  ["real", 16_777_217n, "precision", "real, of 32 bits, does not hold it exactly"],
  ["real", 1e39, "range", "it is beyond real, of 32 bits"],
  ["real", "1e-60", "range", "it is beyond real, of 32 bits"],
  [pgType("numeric", 5, 2), "1234.5", "range", "it has more than 3 digits before the point"],
  [pgType("numeric", 5, 2), 1.005, "precision", "it has more than 2 digits after the point"],
  [pgType("numeric", 5, 2), Infinity, "range", "it is infinite, and numeric(5,2) holds finite numbers alone"],
  ["numeric", "-0.00", "range", "it is -0.0, which numeric does not tell from 0"],
  ["numeric", "9".repeat(131073), "range", "it has more than 131072 digits before the point"],
  ["numeric", `0.${"0".repeat(16384)}`, "precision", "it has more than 16383 digits after the point"],
  ["numeric", "1e5", "syntax", "it is not a decimal number, plainly written"],
  ["boolean", 2n, "range", "it is neither 0 nor 1"],
  ["boolean", 1.5, "range", "it is neither 0 nor 1"],
  ["boolean", "yes", "syntax", "this text has no equal in boolean"],
  ["boolean", Buffer.of(7), "storage-class", "a blob has no equal in boolean"],
  ["uuid", "x", "syntax", "it is not a UUID in a spelling of PostgreSQL's"],
  ["uuid", Buffer.of(7), "storage-class", "it is a blob of other than 16 bytes"],
  ["uuid", 7n, "storage-class", "this integer has no equal in uuid"],
  ["bytea", 7n, "storage-class", "this integer has no equal in bytea"],
  ["inet", "localhost", "syntax", "this text has no equal in inet"],
  // Dates and times.
  ["date", "2023-02-30", "range", "there is no such time within date"],
  ["date", "0000-00-00", "range", "there is no month 0"],
  ["date", "2020-01-32", "range", "there is no day 32"],
  ["date", "300000-01-01", "range", "there is no such time within date"],
  ["date", "1000000-01-01", "range", "there is no such time within date"],
  ["date", "2020-01-01 12:00", "precision", timeOfDay],
  ["date", "2020-01-01 00:00:00.0000001", "precision", timeOfDay],
  ["date", "2020-01-01T00:00:00Z", "offset", "its offset would be lost: date has no zone"],
  ["date", "01/02/2020", "syntax", "it is not a date or time as ISO 8601 writes it"],
  ["date", "", "syntax", "it is not a date or time as ISO 8601 writes it"],
  ["date", 1n, "storage-class", "this integer has no equal in date"],
  [now, "0000-00-00 00:00:00", "range", "there is no month 0"],
  [now, "2020-01-01T24:00:00Z", "range", "a day ends with 23:59:59"],
  [now, "2016-12-31 23:59:60", "range", "a day ends with 23:59:59"],
  [now, "2020-01-01 12:00+16:00", "range", "there is no such time within timestamptz"],
  [now, "2020-01-01 12:00:00.1234567", "precision", "it has more than 6 digits after the second's point"],
  [now, "2023-02-30 12:00:00.1234567", "range", "there is no such time within timestamptz"],
  [now, "noon", "syntax", "it is not a date or time as ISO 8601 writes it"],
  [now, Buffer.from("2020-01-01"), "storage-class", "a blob has no equal in timestamptz"],
  [pgType("timestamp with time zone", 0), "2020-01-01 12:00:00.5", "precision", second],
  [wall, "2020-01-01 12:00+02", "offset", "its offset would be lost: timestamp has no zone"],
  [wall, "2020-01-01 12:00:00.1234567+02", "offset", "its offset would be lost: timestamp has no zone"],
  [wall, "noon", "syntax", "it is not a date or time as ISO 8601 writes it"],
  [pgType("time without time zone", 0), "12:00:00.5", "precision", second],
  [
    "time without time zone",
    "12:00:00.0000001",
    "precision",
    "it has more than 6 digits after the second's point",
  ],
  ["time without time zone", "25:00", "range", "a day ends with 23:59:59"],
  ["time without time zone", "2020-01-01 12:00", "syntax", "it is not a time as ISO 8601 writes it"],
  ["time without time zone", 12n, "storage-class", "this integer has no equal in time"],
  // What a type would change.
  [pgType("character varying", 3), "abcd", "length", "it is longer than 3 characters"],
  [pgType("character varying", 1), 12n, "length", "it is longer than 1 character"],
  [pgType("character", 3), "abcd", "length", "it is longer than 3 characters"],
  [pgType("character", 3), 1234n, "length", "it is longer than 3 characters"],
  [
    pgType("character", 3),
    "ab ",
    "trailing-blank",
    "it ends with a blank, which does not differ from those that fill up the type",
  ],
  [moodType, "gone", "label", "it is none of the labels"],
  [moodType, 7n, "label", "it is none of the labels"],
  // JSON.
  ["jsonb", "{", "json", "it is not JSON"],
  ["json", "{", "json", "it is not JSON"],
  ["jsonb", '"\\u0000"', "json", "it holds \\u0000, which jsonb cannot store"],
  ["jsonb", '"\\ud800"', "json", "it holds half of a surrogate pair, which jsonb cannot store"],
  ["jsonb", "1e999999", "json", "it holds a number beyond the range of numeric"],
  ["jsonb", nested(2001), "json", "it is nested deeper than 2000 levels"],
  ["json", nested(2001), "json", "it is nested deeper than 2000 levels"],
  ["jsonb", '"\0"', "nul", "it holds a NUL character, which PostgreSQL text cannot store"],
  ["jsonb", Infinity, "range", "JSON has no infinite numbers"],
  ["jsonb", -0, "range", "it is -0.0, which jsonb does not tell from 0"],
  [bigints, '["x"]', "syntax", "it is not a JSON array of values that all fit bigint"],
  [bigints, "[", "json", "it is not JSON"],
  [bigints, 1n, "storage-class", "this integer has no equal in bigint[]"],
];

const titled = reasons.map((each) => {
  const [type, value, code] = each;
  const title = `${typeWords(asType(type))} does not take ${describeValue(one(value), 0)}: ${code}`;
  return [title, ...each] as const;
});

test.each(titled)("%s", (_title, type, value, code, reason) => {
  expect(accepts(type, null, value)).toBe(false);
  expect(explained(type, value)).toEqual([code, reason]);
});

test.each<readonly [PgTypeName, TimeUnit, Value, RejectCode, string]>([
  [
    "timestamp with time zone",
    "nanoseconds",
    1n,
    "precision",
    "it has more than 6 digits after the second's point",
  ],
  [
    "timestamp with time zone",
    "seconds",
    2n ** 62n,
    "range",
    "counted in seconds, it is beyond the years of timestamptz",
  ],
  ["timestamp with time zone", "seconds", -Infinity, "range", "it is infinite"],
  ["date", "seconds", 1n, "precision", timeOfDay],
])("%s of %s does not take %s", (type, unit, value, code, reason) => {
  expect(accepts(type, unit, value)).toBe(false);
  expect(explained(type, value, unit)).toEqual([code, reason]);
});

test("a text that stands for NULL has the reason of a text", () => {
  const column = { ...columnPlan("c", "bigint"), policy: { nullAs: "none" } };
  expect(explainMisfit(column, one(null), 0)).toEqual({
    code: "syntax",
    reason: "of 'none', which stands for NULL: it is not an integer, written with digits alone",
  });
});

test("every value that is refused has a reason", () => {
  for (const { type, unit } of [...cells, ...arrayCells]) {
    for (const value of edgeValues) {
      if (value === null || accepts(type, unit, value)) continue;
      const [code, reason] = explained(type, value, unit);
      expect(reason).not.toBe("");
      // Of a text something can be said but that it is one.
      if (typeof value === "string") expect(code).not.toBe("storage-class");
    }
  }
});
