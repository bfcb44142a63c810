import { expect, test } from "vitest";
import { arrayType, pgType, type PgType, type PgTypeName } from "../../src/model/postgres.js";
import { explainMisfit } from "../../src/transform/explain.js";
import { edgeValues } from "./edge-values.js";
import { arrayCells, cells, moodType } from "./cells.js";
import { accepts, asType, one, textBytes, type Value } from "./values.js";

const reason = (type: PgTypeName | PgType, value: Value): string =>
  explainMisfit(asType(type), one(value), 0);

test("text that PostgreSQL cannot hold has its reason in every type of text", () => {
  expect(reason("text", textBytes(0x61, 0xff))).toBe("it is not valid UTF-8, which PostgreSQL text must be");
  expect(reason("text", "a\0b")).toBe("it holds a NUL character, which PostgreSQL text cannot store");
  expect(reason(pgType("character varying", 9), Buffer.from([0xff]))).toContain("not valid UTF-8");
  expect(reason("jsonb", textBytes(0x22, 0xff, 0x22))).toContain("not valid UTF-8");
});

test("JSON has its own reasons", () => {
  expect(reason("jsonb", "{")).toBe("it is not JSON");
  expect(reason("jsonb", '"\\u0000"')).toContain("\\u0000");
  expect(reason("jsonb", '"\\ud800"')).toContain("surrogate");
  expect(reason("jsonb", "1e999999")).toContain("range of numeric");
  expect(reason("jsonb", "[".repeat(2001) + "]".repeat(2001))).toContain("deeper than 2000");
  expect(reason("jsonb", Infinity)).toBe("this real has no equal in jsonb");
});

test("a limit is named", () => {
  expect(reason(pgType("character varying", 3), "abcd")).toBe("it is longer than 3 characters");
  expect(reason(pgType("numeric", 5, 2), "1234.5")).toBe("this text has no equal in numeric(5,2)");
});

test("what a type would change is named", () => {
  const char = pgType("character", 3);
  expect(reason(char, "ab ")).toContain("ends with a blank");
  expect(reason(char, "abcd")).toBe("it is longer than 3 characters");
  expect(reason(char, 1234n)).toBe("it is longer than 3 characters");
  expect(reason("real", 0.1)).toBe("real, of 32 bits, does not hold it exactly");
  const second = "it has more than 0 digits after the second's point";
  expect(reason(pgType("time without time zone", 0), "12:00:00.5")).toBe(second);
  expect(reason(pgType("timestamp with time zone", 0), "2020-01-01 12:00:00.5")).toBe(second);
  const timestamp = "timestamp without time zone";
  expect(reason(timestamp, "2020-01-01 12:00+02")).toContain("its offset would be lost");
  expect(reason(timestamp, "noon")).toBe("this text has no equal in timestamp");
});

test("labels, JSON and arrays have their own words", () => {
  expect([reason(moodType, "gone"), reason(moodType, 7n)]).toEqual(Array(2).fill("it is none of the labels"));
  expect(reason("json", "{")).toBe("it is not JSON");
  expect(reason("json", "[".repeat(2001) + "]".repeat(2001))).toContain("deeper than 2000");
  const bigints = arrayType(pgType("bigint"));
  expect(reason(bigints, '["x"]')).toBe("it is not a JSON array of values that all fit bigint");
  expect(reason(bigints, "[")).toBe("it is not JSON");
  expect(reason(bigints, 1n)).toBe("this integer has no equal in bigint[]");
});

test("the storage class is named", () => {
  expect([2n, 1.5, "x", Buffer.of(7)].map((value) => reason("boolean", value))).toEqual([
    "this integer has no equal in boolean",
    "this real has no equal in boolean",
    "this text has no equal in boolean",
    "a blob has no equal in boolean",
  ]);
});

test("every value that is refused has a reason", () => {
  for (const { type, unit } of [...cells, ...arrayCells]) {
    for (const value of edgeValues) {
      if (value !== null && !accepts(type, unit, value)) expect(reason(type, value)).not.toBe("");
    }
  }
});
