import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeValue, placeOf, storageClassOf } from "../../../src/transform/explain/describe.js";
import { anyText } from "../arbitraries.js";
import { batchOf, columnOf, one, textBytes, type Value } from "../values.js";

// eslint-disable-next-line no-control-regex -- control characters are what must not be shown
const obeyed = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const words = (value: Value): string => describeValue(one(value), 0);

describe("describeValue", () => {
  test("leaves nothing in that a terminal would obey or turn around", () => {
    expect(words("a\u001b[2Jb\0\n\u009b\u202ec\u2066")).toBe(
      "'a\\u001b[2Jb\\u0000\\u000a\\u009b\\u202ec\\u2066'",
    );
    fc.assert(fc.property(anyText, (value) => !obeyed.test(words(value))));
  });

  test("writes values as SQL does", () => {
    expect(
      [null, 12n, -(2n ** 63n), 1.5, 1, -0, "it's", "", Buffer.from([0, 255]), Buffer.alloc(0)].map(words),
    ).toEqual([
      "NULL",
      "12",
      "-9223372036854775808",
      "1.5",
      "1.0",
      "-0.0",
      "'it''s'",
      "''",
      "x'00ff'",
      "x''",
    ]);
  });

  test("cuts what is longer than 60 bytes and says how long it is", () => {
    expect(words("x".repeat(60))).toBe(`'${"x".repeat(60)}'`);
    expect(words("x".repeat(61))).toBe(`'${"x".repeat(60)}'... (61 bytes)`);
    expect(words(Buffer.alloc(1000))).toBe(`x'${"00".repeat(60)}'... (1000 bytes)`);
  });

  test("cuts no character in two", () => {
    for (const shift of [0, 1, 2, 3]) {
      for (const character of ["\u00e9", "\u20ac", "\u{1f600}"]) {
        expect(words("x".repeat(shift) + character.repeat(50))).not.toContain("\ufffd");
      }
    }
    expect(words("x".repeat(59) + "\u00e9\u00e9")).toBe(`'${"x".repeat(59)}'... (63 bytes)`);
  });

  test("cuts bytes that are no UTF-8 somewhere", () => {
    expect(words(textBytes(...Buffer.alloc(100, 0x80)))).toContain("(100 bytes)");
  });
});

test("storageClassOf tells the five storage classes", () => {
  const batch = columnOf([null, 0n, 1n, 300n, 1.5, "", "x", Buffer.alloc(0), Buffer.of(1)]);
  expect(Array.from({ length: batch.rows }, (_, at) => storageClassOf(batch, at))).toEqual([
    "null",
    "integer",
    "integer",
    "integer",
    "real",
    "text",
    "text",
    "blob",
    "blob",
  ]);
});

describe("placeOf", () => {
  const rows: readonly (readonly Value[])[] = [
    ["a", 1n, 1.5],
    ["b", 2n, Buffer.of(7)],
  ];

  test("names the rowid where there is one", () => {
    expect(placeOf(batchOf(rows), 1, [0, 1])).toEqual({ rowid: "2", key: null });
  });

  test("names the key's values in key order where there is none", () => {
    expect(placeOf(batchOf(rows, { withRowids: false }), 1, [2, 0])).toEqual({
      rowid: null,
      key: ["x'07'", "'b'"],
    });
  });
});
