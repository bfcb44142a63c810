/** By name what the properties of canonical-kinds-properties.test.ts meet by chance or not at all. */
import { describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  typeWords,
  type PgType,
} from "../../../src/model/postgres.js";
import { canonicalField } from "../../../src/validate/canonical/column-form.js";
import { RowBytes } from "../../../src/validate/canonical/row-bytes.js";

type Value = string | bigint | number | Buffer;

/** The field's bytes after OID and length, or the reason why there are none. A string is TEXT. */
const convert = (type: PgType, value: Value): Buffer | string => {
  const row = new RowBytes(1);
  const isText = typeof value === "string";
  const misfit = canonicalField({ type, unit: null }).write(isText ? Buffer.from(value) : value, isText, row);
  if (misfit !== null) expect(row.view()).toHaveLength(4);
  return misfit ?? Buffer.from(row.view().subarray(12));
};

const mood = enumType("public.mood", ["sad", "1", "é"]);
const char3 = pgType("character", 3);
const timestamp = pgType("timestamp without time zone");
const blob = (hex: string): Buffer => Buffer.from(hex, "hex");

describe("values that do not convert", () => {
  const refused: readonly [PgType, Value, RegExp][] = [
    [pgType("smallint"), 32768n, /beyond 16 bits/],
    [pgType("smallint"), "-32769", /beyond 16 bits/],
    [pgType("smallint"), 1e5, /beyond 16 bits/],
    [pgType("smallint"), 0.5, /not a whole number/],
    [pgType("integer"), 2147483648n, /beyond 32 bits/],
    [pgType("integer"), blob("01"), /not an integer/],
    [pgType("real"), 0.1, /not held exactly by a real/],
    [pgType("real"), "0.1", /not held exactly by a real/],
    [pgType("real"), 16777217n, /not held exactly by a real/],
    [pgType("real"), 2n ** 53n + 1n, /by a double/],
    [pgType("real"), 1e39, /not held exactly by a real/],
    [pgType("real"), 1e-46, /not held exactly by a real/],
    [pgType("real"), "one", /not a number/],
    [char3, "abcd", /4 characters long, longer than 3/],
    [char3, "abc ", /4 characters long/],
    [char3, "a ", /ends with a blank/],
    [char3, "ab ", /ends with a blank/],
    [char3, " ", /ends with a blank/],
    [char3, 1.5e10, /13 characters long/],
    [char3, "a\0", /NUL/],
    [char3, blob("ff"), /UTF-8/],
    [citextType("public.citext"), "a\0", /NUL/],
    [mood, "Sad", /none of the labels/],
    [mood, "", /none of the labels/],
    [mood, 1, /none of the labels/],
    [mood, blob("e9"), /none of the labels/],
    [mood, "e\u0301", /none of the labels/],
    [pgType("json"), "", /not JSON/],
    [pgType("json"), "{a:1}", /not JSON/],
    [pgType("json"), "\ufeff1", /not JSON/],
    [pgType("json"), '"\0"', /NUL/],
    [pgType("json"), blob("22ff22"), /UTF-8/],
    [pgType("json"), Infinity, /infinite/],
    [pgType("json"), -0, /-0\.0/],
    [timestamp, 1n, /no unit/],
    [timestamp, "2000-02-30", /does not exist/],
    [pgType("timestamp without time zone", 3), "2000-01-01 00:00:00.0001", /more than 3 digits/],
    [pgType("timestamp with time zone", 0), "2000-01-01 00:00:00.5", /more than 0 digits/],
    [pgType("time without time zone", 5), "00:00:00.000001", /more than 5 digits/],
    [pgType("inet"), "10", /not an address/],
    [pgType("inet"), "1.2.3.256", /not an address/],
    [pgType("inet"), " 1.2.3.4", /not an address/],
    [pgType("inet"), "1:::1.2.3.4", /not an address/],
    [pgType("inet"), ":1.2.3.4", /not an address/],
    [pgType("inet"), "fe80::1%eth0", /not an address/],
    [pgType("inet"), 16909060n, /not text/],
    [pgType("inet"), blob("01020304"), /not text/],
    [pgType("cidr"), "10.0.0.1/8", /right of its mask/],
    [pgType("cidr"), "::1/127", /right of its mask/],
    [pgType("cidr"), "example.org", /not a network/],
    [pgType("macaddr"), "08:00-2b:01:02:03", /not a MAC address/],
    [pgType("macaddr"), "08:00:2b:01:02", /not a MAC address/],
    [pgType("macaddr"), "08:00:2b:01:02:03:04:05", /not a MAC address/],
    [pgType("macaddr"), "0x08002b010203", /not a MAC address/],
    [arrayType(pgType("text")), 1n, /not an array/],
    [arrayType(pgType("text")), "{a,b}", /not JSON/],
    [arrayType(pgType("text")), "", /not JSON/],
    [arrayType(pgType("text")), '"a"', /not a JSON array/],
    [arrayType(pgType("text")), '["a",]', /not JSON/],
    [arrayType(pgType("text")), '["a",]]', /not JSON/],
    [arrayType(pgType("text")), "[,]", /not JSON/],
    [arrayType(pgType("text")), "[:]", /not JSON/],
    [arrayType(pgType("jsonb")), "[}]", /not JSON/],
    [arrayType(pgType("text")), '["a" "b"]', /not JSON/],
    [arrayType(pgType("text")), '["a"', /not JSON/],
    [arrayType(pgType("text")), '["a"] 1', /not JSON/],
    [arrayType(pgType("text")), "[nul]", /not JSON/],
    [arrayType(pgType("text")), '["\\u0000"]', /\\u0000/],
    [arrayType(pgType("text")), '["\\ud800"]', /surrogate/],
    [arrayType(pgType("text")), blob("5b22ff225d"), /UTF-8/],
    [arrayType(pgType("integer")), "[[1]]", /element that is an array or object/],
    [arrayType(pgType("integer")), "[1, 2.5]", /element, number 2, that is not a whole number/],
    [arrayType(pgType("integer")), '[null, "x"]', /number 2, that is not an integer/],
    [arrayType(pgType("integer")), "[true]", /element that is true or false/],
    [arrayType(pgType("smallint")), "[32768]", /number 1, that is beyond 16 bits/],
    [arrayType(pgType("double precision")), "[9007199254740993]", /number 1, that is not held exactly/],
    [arrayType(pgType("numeric", 4, 2)), "[1.5, 0.125]", /number 2, that has more than 2 digits/],
    [arrayType(mood), '["sad", "glad"]', /number 2, that is none of the labels/],
    [arrayType(pgType("jsonb")), "[[1,]]", /not JSON/],
    [arrayType(pgType("jsonb")), "[[1}]", /not JSON/],
  ];

  test.each(refused.map(([type, value, reason]) => ({ words: typeWords(type), type, value, reason })))(
    "$words does not take $value",
    ({ type, value, reason }) => {
      expect(convert(type, value)).toMatch(reason);
    },
  );
});

describe("values that do", () => {
  test.each<[PgType, Value, string]>([
    [char3, "abc", "abc"],
    [char3, "", ""],
    [char3, " a", " a"],
    [char3, "😀é😀", "😀é😀"],
    [char3, 12n, "12"],
    [mood, 1n, "1"],
    [mood, blob("c3a9"), "é"],
    [pgType("json"), 1e23, "1e+23"],
    [pgType("json"), 2, "2"],
    [pgType("json"), -(2n ** 63n), "-9223372036854775808"],
    [pgType("json"), ' {"a" : 1,"a":1.0}\n', ' {"a" : 1,"a":1.0}\n'],
  ])("%o has %s as %j", (type, value, expected) => {
    expect(convert(type, value).toString("utf8")).toBe(expected);
  });

  test("of a type that cannot be compared are only there", () => {
    const any = otherType("public.geometry(Point,4326)");
    for (const value of ["", 0n, 0, blob("c3a9")]) expect(convert(any, value)).toEqual(blob("01"));
    expect(convert(any, blob("ff"))).toMatch(/UTF-8/);
  });

  test.each<[PgType, string, string]>([
    [
      arrayType(pgType("text")),
      "[1.50, -0, 1e2, 12345678901234567890]",
      '["1.50", "-0", "1e2", "12345678901234567890"]',
    ],
    [arrayType(pgType("integer")), "[1.0, 1e2]", '[1, "100"]'],
    [arrayType(pgType("boolean")), "[1, 0, true]", '["t", "f", "true"]'],
    [arrayType(pgType("numeric")), "[12345678901234567890.10]", '["12345678901234567890.1"]'],
    [arrayType(pgType("double precision")), "[20778361825586310, 1.10]", '["20778361825586310", "1.1"]'],
    [arrayType(pgType("jsonb")), '[{"b":1,"a":[ "]" ]}, "x", 1.0]', '[ {"a":["]"],"b":1},"x",1.0 ]'],
  ])("%o is the same of %s and %s", (type, one, other) => {
    expect(convert(type, one)).toBeInstanceOf(Buffer);
    expect(convert(type, one)).toEqual(convert(type, other));
  });
});
