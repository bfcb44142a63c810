import fc from "fast-check";
import { utf16ToUtf8 } from "../../../src/export/utf16.js";
import { describe, expect, test } from "vitest";
import { measureText, utf8OfUtf16 } from "../../../src/validate/canonical/utf8.js";

const decode = (bytes: Buffer): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

describe("measureText", () => {
  test.each([
    "80",
    "c1bf",
    "e0809f",
    "e09fbf",
    "eda080",
    "f08fbfbf",
    "f4908080",
    "f5808080",
    "c3",
    "e282",
    "f09f98",
  ])("takes no %s", (hex) => {
    expect(measureText(Buffer.from(hex, "hex"))).toBe("is not valid UTF-8");
  });

  test("takes no NUL", () => {
    expect(measureText(Buffer.from("a\0"))).toBe("holds a NUL character");
  });

  test("takes what a strict decoder takes, and counts code points", () => {
    const lead = fc.constantFrom(0x41, 0x7f, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xff);
    const tail = fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0);
    const sequence = fc
      .tuple(lead, fc.array(tail, { maxLength: 4 }))
      .map(([first, rest]) => [first, ...rest]);
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 3 }), (sequences) => {
        const bytes = Buffer.from(sequences.flat());
        const text = decode(bytes);
        expect(measureText(bytes)).toBe(text === null ? "is not valid UTF-8" : Array.from(text).length);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("utf8OfUtf16", () => {
  test.each([
    ["00d8", "eda080"],
    ["00dc", "edb080"],
    ["61003dd8", "61eda0bd"],
    ["00dc00d8", "edb080eda080"],
    ["610062", "61ff"],
  ])("has bytes that are no UTF-8 for %s", (hex, expected) => {
    const bytes = utf8OfUtf16(Buffer.from(hex, "hex"), false);
    expect(bytes.toString("hex")).toBe(expected);
    expect(measureText(bytes)).toBe("is not valid UTF-8");
  });

  test("gives the bytes that the loader reads", () => {
    const units = fc.array(fc.constantFrom(0x61, 0xd83d, 0xde00, 0xd800, 0xdc00, 0xe9, 0x20ac), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(units, fc.boolean(), (codes, isOdd) => {
        const bytes = Buffer.concat([
          ...codes.map((code) => Buffer.from([code & 0xff, code >> 8])),
          Buffer.from(isOdd ? [0x61] : []),
        ]);
        expect(utf8OfUtf16(bytes, false)).toEqual(Buffer.from(utf16ToUtf8("UTF-16le")(bytes)));
      }),
    );
  });

  test("gives the same characters, of either byte order, and leaves the bytes alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const little = Buffer.from(text, "utf16le");
        const big = Buffer.from(little).swap16();
        const kept = Buffer.from(big);
        expect(utf8OfUtf16(little, false).toString()).toBe(text);
        expect(utf8OfUtf16(big, true).toString()).toBe(text);
        expect(big).toEqual(kept);
      }),
    );
  });
});
