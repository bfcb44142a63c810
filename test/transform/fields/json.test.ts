import { expect, test } from "vitest";
import { isJson } from "../../../src/transform/fields/json.js";
import { accepts, encoded, one, textBytes, type Value } from "../values.js";

const arrived = (value: Value): string | undefined =>
  encoded("jsonb", null, one(value), 0)?.toString("utf8", 4);

test("numbers that JSON does not have are refused", () => {
  expect([Infinity, -Infinity, -0].map((value) => accepts("jsonb", null, value))).toEqual([
    false,
    false,
    false,
  ]);
});

test("texts and blobs are JSON in valid UTF-8 or nothing", () => {
  expect(
    [textBytes(0x22, 0xff, 0x22), Buffer.from([0x22, 0xc3, 0x22]), "", "{", Buffer.alloc(0)].map((value) =>
      accepts("jsonb", null, value),
    ),
  ).not.toContain(true);
});

test("JSON arrives behind the version of the format, digit by digit", () => {
  expect(arrived('{"b": 1.50,"a":[]}')).toBe('\u0001{"b": 1.50,"a":[]}');
  expect(arrived(Buffer.from("[1]"))).toBe("\u0001[1]");
  expect(arrived(-(2n ** 63n))).toBe("\u0001-9223372036854775808");
  expect([0.1, 1e21, 5e-324, 1].map(arrived)).toEqual([
    "\u00010.1",
    "\u00011e+21",
    "\u00015e-324",
    "\u00011",
  ]);
});

test("isJson asks the bytes, whatever the storage class", () => {
  expect(
    [one("[1]"), one(Buffer.from("[1]")), one("[1"), one(textBytes(0xff))].map((batch) => isJson(batch, 0)),
  ).toEqual([true, true, false, false]);
});
