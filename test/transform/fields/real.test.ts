import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalDouble, isExactAsDouble, realText } from "../../../src/transform/fields/real.js";
import { anyInteger, anyReal, numberText, scraps } from "../arbitraries.js";
import { encoded, one } from "../values.js";

test("every REAL arrives bit by bit", () => {
  fc.assert(
    fc.property(anyReal, (value) => {
      const field = encoded("double precision", null, one(value), 0);
      expect(Object.is(field?.readDoubleBE(4), value)).toBe(true);
    }),
  );
});

test("an INTEGER is exact as a double only if it comes back", () => {
  fc.assert(
    fc.property(anyInteger, (value) => {
      expect(isExactAsDouble(one(value), 0)).toBe(BigInt(Number(value)) === value);
    }),
    { numRuns: 1000 },
  );
  expect(
    [2n ** 53n + 1n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n].map((value) => isExactAsDouble(one(value), 0)),
  ).toEqual([false, true, true, false]);
});

test("a REAL's text reads back as the same REAL, and as one in SQLite", () => {
  fc.assert(
    fc.property(anyReal.filter(Number.isFinite), (value) => {
      const text = realText(value);
      expect(Object.is(Number(text), value)).toBe(true);
      // What SQL would read as an INTEGER; beyond 15 digits JavaScript's spelling stays.
      if (Math.abs(value) < 1e15) expect(text).toMatch(/[.e]/);
    }),
    { numRuns: 1000 },
  );
  expect([Infinity, -Infinity, -0, 0, 1e15, 1e21, 0.1].map(realText)).toEqual([
    "Inf",
    "-Inf",
    "-0.0",
    "0.0",
    "1000000000000000",
    "1e+21",
    "0.1",
  ]);
});

test("a text is a double only in that double's own spelling", () => {
  fc.assert(
    fc.property(fc.oneof(numberText, scraps, anyReal.map(realText), anyReal.map(String)), (text) => {
      const value = canonicalDouble(one(text), 0);
      if (value === null) {
        const found = Number(text);
        expect(Number.isFinite(found) && [String(found), realText(found)].includes(text)).toBe(false);
      } else {
        expect([String(value), realText(value)]).toContain(text);
      }
    }),
    { numRuns: 2000 },
  );
});

test("spellings that would come back otherwise are refused", () => {
  for (const text of [
    "",
    "1.50",
    "01.5",
    "+1",
    "1e5",
    "1E+21",
    ".5",
    "5.",
    "-0",
    "Infinity",
    "Inf",
    "NaN",
    " 1",
    "0x1p3",
    "1".repeat(30),
  ]) {
    expect({ text, value: canonicalDouble(one(text), 0) }).toEqual({ text, value: null });
  }
});
