import { expect, test } from "vitest";
import { booleanValue } from "../../../src/transform/fields/boolean.js";
import { encoded, one, type Value } from "../values.js";

const truth = (value: Value): boolean | null => booleanValue(one(value), 0);

test("words of other languages and habits are refused", () => {
  for (const word of [
    "",
    "yes",
    "no",
    "on",
    "off",
    "1",
    "0",
    "y",
    "tru",
    "truee",
    " t",
    "t ",
    "TRUE\0",
    "ｔ",
  ]) {
    expect({ word, truth: truth(word) }).toEqual({ word, truth: null });
  }
});

test("numbers other than 0 and 1 are refused, -0.0 too", () => {
  for (const value of [2n, -1n, 256n, 2n ** 32n, 0.5, -0, -1, 1.0000000000000002, Infinity, 5e-324]) {
    expect({ value, truth: truth(value) }).toEqual({ value, truth: null });
  }
});

test("blobs are refused but for one byte 00 or 01", () => {
  expect([[], [2], [0x30], [0, 0], [0, 1]].map((bytes) => truth(Buffer.from(bytes)))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect([truth(Buffer.of(0)), truth(Buffer.of(1))]).toEqual([false, true]);
});

test("0, 1, 0.0, 1.0 and the four words in any case convert", () => {
  expect([0n, 0, "f", "F", "false", "FALSE", "FaLsE"].map(truth)).not.toContain(true);
  expect([0n, 0, "f", "F", "false", "FALSE", "FaLsE"].map(truth)).not.toContain(null);
  expect(new Set([1n, 1, "t", "T", "true", "TRUE", "tRUE"].map(truth))).toEqual(new Set([true]));
});

test("a boolean is one byte", () => {
  expect(encoded("boolean", null, one("t"), 0)?.toString("hex")).toBe("0000000101");
  expect(encoded("boolean", null, one(0n), 0)?.toString("hex")).toBe("0000000100");
});
