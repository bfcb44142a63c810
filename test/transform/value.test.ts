import fc from "fast-check";
import { expect, test } from "vitest";
import { serial } from "../../src/model/record.js";
import {
  integerBigInt,
  integerNumber,
  isInt64,
  latin1,
  payloadEnd,
  realNumber,
} from "../../src/transform/value.js";
import { anyInteger, anyReal } from "./arbitraries.js";
import { integers } from "./edge-values.js";
import { columnOf, one } from "./values.js";

test("integers of every serial type are read exactly", () => {
  expect([...new Set(columnOf(integers).serialTypes)].sort((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 8, 9,
  ]);
  fc.assert(
    fc.property(anyInteger, (value) => {
      expect(integerBigInt(one(value), 0)).toBe(value);
      expect(integerNumber(one(value), 0)).toBe(Number(value));
    }),
    { numRuns: 1000 },
  );
});

test("a small integer is read from eight bytes too", () => {
  const batch = one(-(2n ** 63n));
  batch.bytes.writeBigInt64BE(-7n, batch.offsets[0]);
  expect(batch.serialTypes[0]).toBe(serial.int64);
  expect(integerBigInt(batch, 0)).toBe(-7n);
  expect(integerNumber(batch, 0)).toBe(-7);
});

test("reals keep their bits", () => {
  fc.assert(fc.property(anyReal, (value) => Object.is(realNumber(one(value), 0), value)));
});

test("texts end where their serial type says", () => {
  const batch = columnOf(["", "abc", Buffer.from("xy")]);
  expect([0, 1, 2].map((at) => latin1(batch, at))).toEqual(["", "abc", "xy"]);
  expect(payloadEnd(batch, 1)).toBe(batch.offsets[1]! + 3);
});

test("int64 ends at 2^63", () => {
  expect([2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n].map(isInt64)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
