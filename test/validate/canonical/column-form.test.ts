import { describe, expect, test } from "vitest";
import { pgType, typeWords, type PgType, type TimeUnit } from "../../../src/model/postgres.js";
import { canonicalField } from "../../../src/validate/canonical/column-form.js";
import { RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import { testedType, vectors } from "../../../src/validate/self-test/vectors.js";

type Value = string | bigint | number | Buffer;

/** The field's bytes after OID and length, or the reason why there are none. A string is TEXT. */
const convert = (type: PgType, value: Value, unit: TimeUnit | null = null): Buffer | string => {
  const row = new RowBytes(1);
  const isText = typeof value === "string";
  const misfit = canonicalField({ type, unit }).write(isText ? Buffer.from(value) : value, isText, row);
  return misfit ?? Buffer.from(row.view().subarray(12));
};

const reason = (type: PgType, value: Value, unit: TimeUnit | null = null): string => {
  const converted = convert(type, value, unit);
  return typeof converted === "string" ? converted : `converts to ${converted.toString("hex")}`;
};

const text = (type: PgType, value: Value): string => {
  const converted = convert(type, value);
  return typeof converted === "string" ? `misfit: ${converted}` : converted.toString("utf8");
};

const instant = (value: Value, unit: TimeUnit | null = null): bigint | string => {
  const converted = convert(pgType("timestamp with time zone"), value, unit);
  return typeof converted === "string" ? converted : converted.readBigInt64BE();
};

const blob = (hex: string): Buffer => Buffer.from(hex, "hex");

describe("values that do not convert", () => {
  type Refusal = readonly [PgType, Value, TimeUnit | null, RegExp];
  const refused: readonly Refusal[] = [
    [pgType("boolean"), 2n, null, /neither 0 nor 1/],
    [pgType("boolean"), -0, null, /neither 0 nor 1/],
    [pgType("boolean"), 0.5, null, /neither 0 nor 1/],
    [pgType("boolean"), "yes", null, /none of t, f/],
    [pgType("boolean"), "", null, /none of t, f/],
    [pgType("boolean"), " t", null, /none of t, f/],
    [pgType("boolean"), "1", null, /none of t, f/],
    [pgType("boolean"), blob("0100"), null, /neither 0 nor 1/],
    [pgType("boolean"), blob(""), null, /neither 0 nor 1/],
    [pgType("bigint"), 1.5, null, /not a whole number/],
    [pgType("bigint"), -0, null, /not a whole number/],
    [pgType("bigint"), 2 ** 63, null, /not a whole number/],
    [pgType("bigint"), Infinity, null, /not a whole number/],
    [pgType("bigint"), "007", null, /not an integer/],
    [pgType("bigint"), "-0", null, /not an integer/],
    [pgType("bigint"), "+1", null, /not an integer/],
    [pgType("bigint"), "1 ", null, /not an integer/],
    [pgType("bigint"), "", null, /not an integer/],
    [pgType("bigint"), "9223372036854775808", null, /beyond 64 bits/],
    [pgType("bigint"), blob("31"), null, /not an integer/],
    [pgType("double precision"), 2n ** 53n + 1n, null, /not held exactly/],
    [pgType("double precision"), 2n ** 63n - 1n, null, /not held exactly/],
    [pgType("double precision"), "0.1000000000000000055", null, /not how a double/],
    [pgType("double precision"), "1e400", null, /not how a double/],
    [pgType("double precision"), "1e-400", null, /not how a double/],
    [pgType("double precision"), "0.10", null, /not how a double/],
    [pgType("double precision"), "-0", null, /not how a double/],
    [pgType("double precision"), "0x1p3", null, /not a number/],
    [pgType("double precision"), "NaN", null, /not a number/],
    [pgType("double precision"), blob("31"), null, /not a number/],
    [pgType("numeric"), "1,5", null, /not a number/],
    [pgType("numeric"), ".", null, /not a number/],
    [pgType("numeric"), "NaN", null, /not a number/],
    [pgType("numeric"), "1".repeat(131_073), null, /more digits/],
    [pgType("numeric"), `0.${"0".repeat(16_384)}`, null, /more digits/],
    [pgType("numeric", 5, 2), `0.${"0".repeat(16_384)}`, null, /more digits/],
    ...["+1", "01", ".5", "1.", "1e2", " 1"].map((written): Refusal => [
      pgType("numeric"),
      written,
      null,
      /not a number as it is usually written/,
    ]),
    [pgType("numeric"), -0, null, /-0/],
    [pgType("numeric"), "-0.0", null, /-0/],
    [pgType("numeric"), blob("31"), null, /not a number/],
    [pgType("numeric", 5, 2), 1000n, null, /more than 3 digits before/],
    [pgType("numeric", 5, 2), 0.125, null, /more than 2 digits after/],
    [pgType("numeric", 5, 2), "999.995", null, /more than 2 digits after/],
    [pgType("numeric", 5, 2), Infinity, null, /infinite/],
    [pgType("numeric", 2, 4), "0.01", null, /more than -2 digits before/],
    [pgType("text"), "a\0b", null, /NUL/],
    [pgType("text"), blob("ff"), null, /UTF-8/],
    [pgType("text"), blob("c080"), null, /UTF-8/],
    [pgType("text"), blob("eda080"), null, /UTF-8/],
    [pgType("text"), blob("f4908080"), null, /UTF-8/],
    [pgType("text"), blob("e282"), null, /UTF-8/],
    [pgType("character varying", 3), "äöüß", null, /4 characters long/],
    [pgType("character varying", 3), "abc ", null, /4 characters long/],
    [pgType("character varying", 3), 1234n, null, /4 characters long/],
    [pgType("bytea"), 1n, null, /not bytes/],
    [pgType("bytea"), 1.5, null, /not bytes/],
    [pgType("uuid"), 1n, null, /not a UUID/],
    [pgType("uuid"), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", null, /not a UUID/],
    [pgType("uuid"), "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", null, /not a UUID/],
    [pgType("uuid"), "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", null, /not a UUID/],
    [pgType("uuid"), "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", null, /not a UUID/],
    [pgType("uuid"), blob("00".repeat(15)), null, /16 bytes/],
    [pgType("uuid"), Buffer.from("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), null, /16 bytes/],
    [pgType("jsonb"), "", null, /not JSON/],
    [pgType("jsonb"), "{a:1}", null, /not JSON/],
    [pgType("jsonb"), "[1,]", null, /not JSON/],
    [pgType("jsonb"), "'a'", null, /not JSON/],
    [pgType("jsonb"), "\ufeff1", null, /not JSON/],
    [pgType("jsonb"), '"\u001f"', null, /not JSON/],
    [pgType("jsonb"), '"\\u0000"', null, /u0000/],
    [pgType("jsonb"), '["\\ud800"]', null, /surrogate/],
    [pgType("jsonb"), "1e131072", null, /beyond PostgreSQL's numeric/],
    [pgType("jsonb"), blob("ff"), null, /UTF-8/],
    [pgType("jsonb"), -0, null, /-0\.0/],
    [pgType("jsonb"), `${"[".repeat(2001)}${"]".repeat(2001)}`, null, /deeper than 2000/],
    [pgType("json"), `${'{"[":'.repeat(2001)}1${"}".repeat(2001)}`, null, /deeper than 2000/],
    [pgType("jsonb"), -Infinity, null, /infinite/],
    [pgType("date"), "2020-02-30", null, /does not exist/],
    [pgType("date"), "2100-02-29", null, /does not exist/],
    [pgType("date"), "2020-01-01 00:00:01", null, /time of day/],
    [pgType("date"), "2020-01-01 00:00+01:00", null, /time of day/],
    [pgType("date"), "2020-01-01 00:00Z", null, /offset/],
    [pgType("date"), 86_401n, "seconds", /time of day/],
    [pgType("date"), 20_200_101n, null, /no unit/],
    [pgType("date"), blob("00"), "seconds", /BLOB/],
    [pgType("time without time zone"), "24:00", null, /does not exist/],
    [pgType("time without time zone"), "12:60", null, /does not exist/],
    [pgType("time without time zone"), "12:00Z", null, /not an ISO 8601/],
    [pgType("time without time zone"), 86_399n, "seconds", /not text/],
    [pgType("time without time zone"), 0.5, "julian", /not text/],
    [pgType("timestamp with time zone"), "2020-13-01", null, /does not exist/],
    [pgType("timestamp with time zone"), "2020-00-10", null, /does not exist/],
    [pgType("timestamp with time zone"), "2020-01-01 24:00:00", null, /does not exist/],
    [pgType("timestamp with time zone"), "2016-12-31T23:59:60Z", null, /does not exist/],
    [pgType("timestamp with time zone"), "2020-01-01T00:00:00.0000001", null, /parts of a microsecond/],
    [pgType("timestamp with time zone"), "2020-01-01T00:00:00+16:00", null, /offset/],
    [pgType("timestamp with time zone"), "2020-01-01T00:00:00 CET", null, /ISO 8601/],
    [pgType("timestamp with time zone"), "01/02/2020", null, /ISO 8601/],
    [pgType("timestamp with time zone"), "02020-01-01", null, /ISO 8601/],
    [pgType("timestamp without time zone"), "2020-01-01T00:00:00+01:00", null, /offset/],
    [pgType("timestamp with time zone"), "2020-1-1", null, /ISO 8601/],
    [pgType("timestamp with time zone"), "2020-01-01\n", null, /ISO 8601/],
    [pgType("timestamp with time zone"), "1600000000", "seconds", /ISO 8601/],
    [pgType("timestamp with time zone"), "-4713-11-23", null, /outside the years/],
    [pgType("timestamp with time zone"), "294277-01-01", null, /outside the years/],
    [pgType("timestamp with time zone"), 2n ** 63n - 1n, "seconds", /outside the years/],
    [pgType("timestamp with time zone"), 1e300, "seconds", /outside the years/],
    [pgType("timestamp with time zone"), Infinity, "seconds", /infinite/],
    [pgType("timestamp with time zone"), 1n, "nanoseconds", /parts of a microsecond/],
    [pgType("timestamp with time zone"), 1n, null, /no unit/],
    [pgType("timestamp with time zone"), blob("00"), "seconds", /BLOB/],
  ];

  test.each(refused.map(([type, value, unit, why]) => ({ type, value, unit, why, name: typeWords(type) })))(
    "$name refuses $value ($unit)",
    ({ type, value, unit, why }) => {
      expect(reason(type, value, unit)).toMatch(why);
    },
  );
});

describe("values that convert", () => {
  test.each([1n, 1, "t", "T", "true", "True", "TRUE", blob("01")])("boolean takes %s for true", (value) => {
    expect(convert(pgType("boolean"), value)).toEqual(blob("01"));
  });

  test.each([0n, 0, "f", "F", "false", "FALSE", blob("00")])("boolean takes %s for false", (value) => {
    expect(convert(pgType("boolean"), value)).toEqual(blob("00"));
  });

  test.each([
    [2, 2n],
    [-(2 ** 63), -(2n ** 63n)],
    [1e18, 10n ** 18n],
    ["-9223372036854775808", -(2n ** 63n)],
    ["0", 0n],
  ])("bigint takes %s exactly", (value, expected) => {
    expect((convert(pgType("bigint"), value) as Buffer).readBigInt64BE()).toBe(expected);
  });

  test.each([
    [2n ** 53n, 2 ** 53],
    [-(2n ** 63n), -(2 ** 63)],
    ["0.1", 0.1],
    ["1e+23", 1e23],
    ["2", 2],
    ["2.0", 2],
    ["-0.0", -0],
    [-0, -0],
    [Infinity, Infinity],
  ])("double precision takes %s", (value, expected) => {
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(expected);
    expect(convert(pgType("double precision"), value)).toEqual(bits);
  });

  test.each<[Value, string]>([
    [1e23, "100000000000000000000000"],
    [1.5e-7, "0.00000015"],
    [Infinity, "Infinity"],
    [-Infinity, "-Infinity"],
    ["15.500", "15.5"],
    ["-0.5", "-0.5"],
    [120n, "120"],
  ])("numeric has %s as %s", (value, expected) => {
    expect(text(pgType("numeric"), value)).toBe(expected);
  });

  test.each<[PgType, Value]>([
    [pgType("numeric", 5, 2), 999.99],
    [pgType("numeric", 5, 2), "-999.9900"],
    [pgType("numeric", 5, 2), 0n],
    [pgType("numeric", 2, 4), "0.0099"],
    [pgType("numeric", 3, -2), "12300"],
    [pgType("numeric", 2, 4), "0.000000"],
  ])("%o holds %s", (type, value) => {
    expect(text(type, value)).not.toMatch(/misfit/);
  });

  test.each<[Value, string]>([
    [2, "2.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [-1e-7, "-1e-7"],
    [999_999_999_999_999, "999999999999999.0"],
    [1e15, "1000000000000000"],
    [1e23, "1e+23"],
    [Infinity, "Inf"],
    [-Infinity, "-Inf"],
    [-(2n ** 63n), "-9223372036854775808"],
    [" a  ", " a  "],
    [Buffer.from("é"), "é"],
  ])("text has %s as %j", (value, expected) => {
    expect(text(pgType("text"), value)).toBe(expected);
  });

  test("varchar counts characters, not bytes or UTF-16 units", () => {
    expect(text(pgType("character varying", 3), "😀é\u0301")).toBe("😀é\u0301");
  });

  test("bytea takes the bytes of TEXT, valid UTF-8 or not", () => {
    const row = new RowBytes(1);
    expect(canonicalField({ type: pgType("bytea"), unit: null }).write(blob("ff00"), true, row)).toBeNull();
    expect(row.view().subarray(12)).toEqual(blob("ff00"));
  });

  test.each(["a0eebc999c0b4ef8bb6d6bb9bd380a11", "{A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11}"])(
    "uuid reads %s",
    (value) => {
      expect(convert(pgType("uuid"), value)).toEqual(blob("a0eebc999c0b4ef8bb6d6bb9bd380a11"));
    },
  );

  test("uuid takes 16 bytes", () => {
    expect(convert(pgType("uuid"), blob("a0".repeat(16)))).toEqual(blob("a0".repeat(16)));
  });

  test.each<[Value, string]>([
    [9007199254740993n, "9007199254740993"],
    [2.0, "2"],
    [0.1, "0.1"],
    [Buffer.from('{"b":1,"a":[ ]}'), '{"a": [], "b": 1}'],
  ])("jsonb has %s as %s", (value, expected) => {
    expect(text(pgType("jsonb"), value)).toBe(expected);
  });

  test("one instant in all its spellings is one instant", () => {
    const expected = BigInt(Date.UTC(2020, 8, 13, 12, 26, 40)) * 1000n - 946_684_800_000_000n;
    const spellings: readonly [Value, TimeUnit | null][] = [
      ["2020-09-13 12:26:40", null],
      ["2020-09-13T12:26:40.000000000Z", null],
      ["2020-09-13T12:26:40 UTC", null],
      ["2020-09-13 12:26:40GMT", null],
      ["2020-09-13 14:26:40+02:00", null],
      ["2020-09-13 14:26:40 +0200", null],
      ["2020-09-13 07:56:40-04:30", null],
      ["2020-09-13 14:26:40+02", null],
      ["+2020-09-13 12:26:40", null],
      [1_600_000_000n, "seconds"],
      [1_600_000_000, "seconds"],
      [1_600_000_000_000n, "milliseconds"],
      [1_600_000_000_000_000n, "microseconds"],
      [1_600_000_000_000_000_000n, "nanoseconds"],
    ];
    expect(spellings.map(([value, unit]) => instant(value, unit))).toEqual(spellings.map(() => expected));
  });

  test.each<[number, TimeUnit, bigint]>([
    [0.000_000_5, "seconds", 0n], // below a half: the double is 4.99999999999999977e-7
    [0.5, "microseconds", 1n],
    [-0.5, "microseconds", -1n],
    [1.5, "microseconds", 2n],
    [-1.5, "microseconds", -2n],
    [2_440_587.5, "julian", 0n],
    [2_440_588, "julian", 43_200_000_000n],
    [2_440_587.5 + 2 ** -14, "julian", 5_273_438n], // 5273437.5
    [2_440_587.5 - 2 ** -14, "julian", -5_273_438n],
  ])("a REAL of %d %s is rounded to the nearest microsecond, halves away from zero", (value, unit, unix) => {
    expect(instant(value, unit)).toBe(unix - 946_684_800_000_000n);
  });

  test.each<[Value, TimeUnit | null]>([
    ["2000-01-02", null],
    ["2000-01-02 00:00:00", null],
    [946_771_200n, "seconds"],
    [2_451_545.5, "julian"],
  ])("date takes %s (%s) for the second of January 2000", (value, unit) => {
    expect(convert(pgType("date"), value, unit)).toEqual(blob("00000001"));
  });

  test("time takes text for a second and a half past midnight", () => {
    expect((convert(pgType("time without time zone"), "00:00:01.5") as Buffer).readBigInt64BE()).toBe(
      1_500_000n,
    );
  });
});

describe("vectors of the self-test", () => {
  test.each(Object.keys(vectors) as (keyof typeof vectors)[])(
    "no two of %s have the same canonical bytes",
    (type) => {
      const own = vectors[type].map(({ source }) =>
        source === null ? "NULL" : reason(testedType(type), source, "microseconds"),
      );
      expect(new Set(own).size).toBe(own.length);
    },
  );
});
