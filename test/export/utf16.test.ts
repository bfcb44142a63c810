import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf16ToUtf8 } from "../../src/export/utf16.js";

describe.each(["UTF-16le", "UTF-16be"] as const)("%s", (encoding) => {
  const convert = utf16ToUtf8(encoding);

  const utf16 = (units: Iterable<number>): Buffer => {
    const bytes = Buffer.from(Uint16Array.from(units).buffer);
    return encoding === "UTF-16le" ? bytes : bytes.swap16();
  };

  const unitsOf = (text: string): readonly number[] =>
    Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

  test("halves of surrogate pairs become bytes that are no UTF-8, never U+FFFD", () => {
    for (const units of [
      [0xd800],
      [0xdc00],
      [0xdc00, 0xdc01],
      [0x41, 0xdbff],
      [0xdfff, 0x41],
      [0xd83d, 0x41],
      [0xd83d, 0xd83d],
      [0xde00, 0xd83d],
    ]) {
      const bytes = Buffer.from(convert(utf16(units)));
      expect(isUtf8(bytes)).toBe(false);
      expect(bytes.includes("\ufffd")).toBe(false);
    }
    expect(Buffer.from(convert(utf16([0x41, 0xd800, 0x42]))).toString("hex")).toBe("41eda08042");
  });

  test("an odd byte at the end becomes a byte that is no UTF-8", () => {
    for (const text of ["", "A", "\u{1f600}"]) {
      const odd = Buffer.concat([utf16(unitsOf(text)), Buffer.of(0x41)]);
      const bytes = Buffer.from(convert(odd));
      expect(bytes.equals(Buffer.concat([Buffer.from(text), Buffer.of(0xff)]))).toBe(true);
    }
  });

  test("a surrogate whose other half is cut off stays alone", () => {
    const cut = utf16([0xd83d, 0xde00]).subarray(0, 3);
    expect(Buffer.from(convert(cut)).toString("hex")).toBe("eda0bdff");
  });

  test("well-formed text is what JavaScript makes of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(Buffer.from(convert(utf16(unitsOf(text)))).equals(Buffer.from(text, "utf8"))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("any units become UTF-8 exactly where they are well-formed, and no two become the same bytes", () => {
    const unit = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 }));
    const units = fc.array(unit, { maxLength: 6 });
    const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);
    fc.assert(
      fc.property(units, units, (one, other) => {
        const bytes = Buffer.from(convert(utf16(one)));
        expect(isUtf8(bytes)).toBe(isWellFormed(String.fromCharCode(...one)));
        const others = Buffer.from(convert(utf16(other)));
        expect(bytes.equals(others)).toBe(String(one) === String(other));
      }),
      { numRuns: 2000 },
    );
  });

  test("texts of any length have room", () => {
    for (const length of [0, 1, 2047, 2048, 4096, 100_000]) {
      const text = "\u20ac".repeat(length);
      expect(Buffer.from(convert(utf16(unitsOf(text)))).equals(Buffer.from(text))).toBe(true);
    }
  });
});
