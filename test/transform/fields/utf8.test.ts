import { TextDecoder } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { characterCount, textFault } from "../../../src/transform/fields/utf8.js";
import { invalidUtf8 } from "../edge-values.js";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const decodes = (bytes: Uint8Array): boolean => {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
};

const within = (bytes: Uint8Array): readonly [Buffer, number, number] => [
  Buffer.concat([Buffer.of(0, 0xff), bytes, Buffer.of(0x80, 0)]),
  2,
  2 + bytes.length,
];

test("each kind of invalid UTF-8 is told, also before a NUL", () => {
  for (const { text } of invalidUtf8) {
    expect(textFault(...within(text))).toBe("invalid-utf8");
    expect(textFault(...within(Buffer.concat([Buffer.of(0), text])))).toBe("invalid-utf8");
  }
});

test("a NUL counts only within the text", () => {
  expect(textFault(...within(Buffer.from("abc")))).toBeNull();
  expect(textFault(...within(Buffer.from("")))).toBeNull();
  expect(["\0", "a\0", "\0a", "a\0b"].map((text) => textFault(...within(Buffer.from(text))))).toEqual([
    "nul",
    "nul",
    "nul",
    "nul",
  ]);
});

test("valid is what a strict decoder takes", () => {
  // Random bytes are hardly ever UTF-8; bytes of characters with one changed often are.
  const nearly = fc
    .tuple(fc.string({ unit: "binary", minLength: 1 }), fc.nat(), fc.nat(255))
    .map(([text, place, byte]) => {
      const bytes = Buffer.from(text);
      bytes[place % bytes.length] = byte;
      return bytes;
    });
  // Short texts are read by words and by bytes, long ones by native code: a fault may stand anywhere in each.
  const amid = fc
    .tuple(
      fc.nat(450),
      fc.oneof(nearly, fc.constant(Buffer.of(0))),
      fc.nat(450),
      fc.constantFrom("a", "\u00e9"),
    )
    .map(([before, bytes, behind, filler]) =>
      Buffer.concat([Buffer.alloc(before, "a"), bytes, Buffer.alloc(behind - (behind % 2), filler)]),
    );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), nearly, amid), (bytes) => {
      const expected = !decodes(bytes) ? "invalid-utf8" : bytes.includes(0) ? "nul" : null;
      expect(textFault(...within(bytes))).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

test("characters are code points", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      expect(characterCount(...within(Buffer.from(text)))).toBe(Array.from(text).length);
    }),
  );
});
