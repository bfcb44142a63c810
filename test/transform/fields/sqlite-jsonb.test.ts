import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sqliteJsonbText } from "../../../src/transform/fields/sqlite-jsonb.js";

const database = new Database(":memory:");
const jsonb = database.prepare<[string], Buffer>("SELECT jsonb(?)").pluck();
const json = database.prepare<[Buffer], string>("SELECT json(?)").pluck();

const textOf = (blob: Buffer): string | null => {
  // Not at the beginning of a buffer: offsets have to count.
  const within = Buffer.concat([Buffer.from([0x7b]), blob, Buffer.from([0])]);
  return sqliteJsonbText(within, 1, 1 + blob.length);
};

describe("no element", () => {
  test.each<[string, string]>([
    ["no bytes", ""],
    ["a reserved type", "0d"],
    ["a null with a payload", "1000"],
    ["a payload that ends too late", "2331"],
    ["a payload that ends too early", "133131"],
    ["a size cut off", "c3"],
    ["a size beyond all files", "f3ffffffffffffffff"],
    ["an element that leaves its array", "1b2331"],
    ["a label that is no text", "4c13311332"],
    ["a label without a value", "2c1761"],
    ["hexadecimal digits that are none", "340x"],
  ])("is %s", (_words, hex) => {
    expect(textOf(Buffer.from(hex, "hex"))).toBeNull();
  });

  test("is an array in a thousand others, and one more", () => {
    let blob = Buffer.from([0x0b]);
    for (let depth = 0; depth < 1001; depth += 1) {
      const size = Buffer.alloc(5);
      size[0] = 0xeb;
      size.writeUInt32BE(blob.length, 1);
      blob = Buffer.concat([size, blob]);
    }
    expect(textOf(blob)).toBeNull();
  });

  test("is what random bytes are, or something that ends in time", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = textOf(Buffer.from(bytes));
        expect(text === null || text.length > 0 || bytes.length === 1).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test("any JSON comes back as SQLite writes it", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4, noUnicodeString: false }), (text) => {
      const blob = jsonb.get(text)!;
      expect(textOf(blob)).toBe(json.get(blob));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  "[1,-0,0.5,1e5,1E+5,12345678901234567890,1.10]",
  String.raw`"\u0041\n\\ \" é 😀 \ud83d\ude00"`,
  // JSON5, which jsonb() takes.
  "{a:1,'b':[.5,5.,+1,-.5,5.e3,],}",
  "[0x1F,-0x10,+0xff]",
  String.raw`'it\'s \x41\v\0 \
here "quoted"'`,
  "[Infinity,-Infinity,NaN]",
  `"${"x".repeat(70_000)}"`,
  `[${Array.from({ length: 500 }, (_, at) => at).join()}]`,
])("%s comes back as SQLite writes it", (text) => {
  const blob = jsonb.get(text)!;
  expect(textOf(blob)).toBe(json.get(blob));
});

test("text that SQL put into it is escaped", () => {
  const blob = database
    .prepare<[string], Buffer>("SELECT jsonb_array(?, 1, 2.5, NULL)")
    .pluck()
    .get('a"b\\\n\u0001é')!;
  expect(JSON.parse(textOf(blob) ?? "")).toEqual(['a"b\\\n\u0001é', 1, 2.5, null]);
  expect(textOf(blob)).toBe(json.get(blob));
});

test("hexadecimal integers beyond 64 bits are none, and of 64 bits they are", () => {
  expect(textOf(jsonb.get("0x10000000000000000")!)).toBeNull();
  expect(textOf(jsonb.get("-0xffffffffffffffff")!)).toBe("-18446744073709551615");
});
