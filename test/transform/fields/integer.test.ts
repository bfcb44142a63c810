import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalInteger, isWholeReal } from "../../../src/transform/fields/integer.js";
import { anyInteger, anyReal, numberText, scraps } from "../arbitraries.js";
import { accepts, encoded, one } from "../values.js";

test("a text is an integer only as PostgreSQL would print it", () => {
  fc.assert(
    fc.property(fc.oneof(numberText, scraps), (text) => {
      const value = canonicalInteger(one(text), 0);
      const own = /^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)).toString() === text;
      expect(value?.toString() ?? null).toBe(own ? text : null);
    }),
    { numRuns: 2000 },
  );
});

test("spellings that would come back otherwise are refused", () => {
  for (const text of [
    "",
    "-",
    "-0",
    "+1",
    "01",
    "-01",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x1",
    "١",
    "9223372036854775808",
  ]) {
    expect({ text, value: canonicalInteger(one(text), 0) }).toEqual({ text, value: null });
  }
});

test("every INTEGER arrives in eight bytes", () => {
  fc.assert(
    fc.property(anyInteger, (value) => {
      const field = encoded("bigint", null, one(value), 0);
      expect(field?.readInt32BE(0)).toBe(8);
      expect(field?.readBigInt64BE(4)).toBe(value);
    }),
  );
});

test("a REAL converts only where the way back gives the same bits", () => {
  fc.assert(
    fc.property(anyReal, (value) => {
      const isWhole = isWholeReal(value);
      expect(accepts("bigint", null, value)).toBe(isWhole);
      if (isWhole)
        expect(Object.is(Number(encoded("bigint", null, one(value), 0)!.readBigInt64BE(4)), value)).toBe(
          true,
        );
      else expect(Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 63).toBe(false);
    }),
    { numRuns: 1000 },
  );
  expect([2 ** 63, -(2 ** 63), 2 ** 63 - 1024, -0, Infinity].map(isWholeReal)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

test("a blob is no integer", () => {
  expect(accepts("bigint", null, Buffer.from("1"))).toBe(false);
});
