import fc from "fast-check";
import { expect, test } from "vitest";
import { pgType } from "../../../src/model/postgres.js";
import { accepts, encoded, one, textBytes, type Value } from "../values.js";

const arrived = (value: Value): string | undefined =>
  encoded("text", null, one(value), 0)?.toString("utf8", 4);

test("text that PostgreSQL cannot hold is refused", () => {
  expect(
    ["a\0b", textBytes(0xff), Buffer.from([0x61, 0]), Buffer.from([0xc3])].map((value) =>
      accepts("text", null, value),
    ),
  ).toEqual([false, false, false, false]);
});

test("texts arrive byte for byte", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
      (text) => {
        expect(encoded("text", null, one(text), 0)?.subarray(4).equals(Buffer.from(text))).toBe(true);
      },
    ),
  );
  expect(["", " ", "\u00e9", "e\u0301", "a \n"].map(arrived)).toEqual(["", " ", "\u00e9", "e\u0301", "a \n"]);
});

test("numbers arrive as their digits, a REAL told from an INTEGER", () => {
  expect([1n, 1, -(2n ** 63n), 0.1, -0, Infinity].map(arrived)).toEqual([
    "1",
    "1.0",
    "-9223372036854775808",
    "0.1",
    "-0.0",
    "Inf",
  ]);
});

test("varchar(n) counts characters and cuts nothing, not even blanks", () => {
  const limited = (value: Value): boolean => accepts(pgType("character varying", 3), null, value);
  expect(
    ["abcd", "abc ", "\u{1f600}\u{1f600}\u{1f600}\u{1f600}", 1234n, 1.25, Buffer.from("abcd")].filter(
      limited,
    ),
  ).toEqual([]);
  const fitting = [
    "",
    "abc",
    "a  ",
    "\u{1f600}\u{1f600}\u{1f600}",
    "e\u0301\u0301",
    -12n,
    1.5,
    Buffer.from("abc"),
  ];
  expect(fitting.filter(limited)).toEqual(fitting);
});
