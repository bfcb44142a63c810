import fc from "fast-check";
import { expect, test } from "vitest";
import { hexDigit } from "../../../src/transform/fields/uuid.js";
import { scraps, uuidText } from "../arbitraries.js";
import { accepts, encoded, one } from "../values.js";

test("near misses are refused", () => {
  const good = "550e8400-e29b-41d4-a716-446655440000";
  const misses = [
    "",
    "{}",
    good.slice(1),
    `${good}0`,
    `${good}-`,
    `-${good}`,
    `{${good}`,
    `${good}}`,
    `(${good})`,
    good.replace("-", "--"),
    good.replace("5", "g"),
    good.replace("-", "\u2010"),
    "5-50e8400e29b41d4a716446655440000",
    `${good} `,
  ];
  expect(misses.filter((text) => accepts("uuid", null, text))).toEqual([]);
});

test("every spelling of one UUID is the same 16 bytes", () => {
  const expected = "00000010550e8400e29b41d4a716446655440000";
  const spellings = [
    "550e8400-e29b-41d4-a716-446655440000",
    "550E8400-E29B-41D4-A716-446655440000",
    "{550e8400e29b41d4a716446655440000}",
    "550e-8400-e29b-41d4-a716-4466-5544-0000",
    Buffer.from("550e8400e29b41d4a716446655440000", "hex"),
  ];
  expect(spellings.map((value) => encoded("uuid", null, one(value), 0)?.toString("hex"))).toEqual(
    spellings.map(() => expected),
  );
});

test("hyphens stand after groups of four digits and nowhere else", () => {
  const form = /^(\{?)(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}(\}?)$/i;
  fc.assert(
    fc.property(fc.oneof(uuidText, scraps), (text) => {
      const braces = form.exec(text);
      const expected = braces !== null && (braces[1] === "") === (braces[2] === "");
      expect(encoded("uuid", null, one(text), 0)?.toString("hex", 4)).toBe(
        expected ? text.replaceAll(/[-{}]/g, "").toLowerCase() : undefined,
      );
    }),
    { numRuns: 1000 },
  );
});

test("blobs of other lengths and numbers are no UUIDs", () => {
  expect(
    [
      Buffer.alloc(15),
      Buffer.alloc(17),
      Buffer.alloc(0),
      Buffer.from("550e8400e29b41d4a716446655440000"),
      1n,
      1.5,
    ].map((value) => accepts("uuid", null, value)),
  ).not.toContain(true);
});

test("a hexadecimal digit is one of 22 bytes", () => {
  for (let byte = 0; byte < 256; byte += 1) {
    const character = String.fromCharCode(byte);
    expect(hexDigit(byte)).toBe(/^[0-9a-fA-F]$/.test(character) ? parseInt(character, 16) : -1);
  }
});
