import { TextDecoder } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { repairText, type RepairRules } from "../../../src/transform/amend/repair-text.js";
import { textFault } from "../../../src/transform/fields/utf8.js";
import { invalidUtf8 } from "../edge-values.js";

/** Between bytes that would continue a sequence, or begin one. */
function repaired(text: Buffer, rules: RepairRules): Buffer | null {
  const around = Buffer.concat([Buffer.of(0xf0), text, Buffer.of(0x80, 0)]);
  return repairText(around, 1, around.length - 2, rules)?.bytes ?? null;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

test("what no rule is about stays", () => {
  expect(repaired(Buffer.from("a\0é"), {})).toBe(null);
  expect(repaired(Buffer.from("a\0é"), { invalidUtf8: "replace" })).toBe(null);
  expect(repaired(Buffer.of(0xff), { nul: "strip" })).toBe(null);
  expect(repaired(Buffer.alloc(0), { nul: "strip", invalidUtf8: "replace" })).toBe(null);
  expect(repaired(Buffer.of(0xff, 0), { invalidUtf8: "replace" })).toBe(null);
  // Without the NUL it would be a character that nobody wrote.
  expect(repaired(Buffer.of(0xc2, 0, 0xa0), { nul: "strip" })).toBe(null);
});

test.each([
  // The Unicode Standard 16, tables 3-8 to 3-11.
  [[0xc0, 0xaf, 0xe0, 0x80, 0xbf, 0xf0, 0x81, 0x82, 0x41], "\ufffd".repeat(8) + "A"],
  [[0xed, 0xa0, 0x80, 0xed, 0xbf, 0xbf, 0xed, 0xaf, 0x41], "\ufffd".repeat(8) + "A"],
  [[0xf4, 0x91, 0x92, 0x93, 0xff, 0x41, 0x80, 0xbf, 0x42], "\ufffd".repeat(5) + "A\ufffd\ufffdB"],
  [[0xe1, 0x80, 0xe2, 0xf0, 0x91, 0x92, 0xf1, 0xbf, 0x41], "\ufffd".repeat(4) + "A"],
])("each maximal subpart of %j is one replacement", (bytes, text) => {
  expect(repaired(Buffer.from(bytes), { invalidUtf8: "replace" })?.toString()).toBe(text);
});

const pieces = fc.constantFrom(
  ...["", "\0", "a", "é", "\u6f22", "\u{1f600}", "\u{10ffff}", "\ufffd", "\ufeff"].map((text) =>
    Buffer.from(text),
  ),
  ...invalidUtf8.map(({ text }) => text),
);
const anyText = fc.oneof(
  fc.array(pieces).map((parts) => Buffer.concat(parts)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.constantFrom(0, 0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4))
    .map((bytes) => Buffer.from(bytes)),
);

test("invalid UTF-8 is replaced as the WHATWG's decoder does", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      fc.pre(!text.includes(0));
      const expected = Buffer.from(decoder.decode(text), "utf8");
      const found = repaired(text, { invalidUtf8: "replace" });
      expect((found ?? text).toString("hex")).toBe(expected.toString("hex"));
      expect(found === null).toBe(expected.equals(text));
    }),
    { numRuns: 5000 },
  );
});

test("with both rules any bytes become text that PostgreSQL stores, once and for all", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom("strip", "replace"), (text, nul) => {
      const rules = { nul, invalidUtf8: "replace" } as const;
      const found = repaired(text, rules);
      const expected = decoder.decode(text).replaceAll("\0", nul === "strip" ? "" : "\ufffd");
      expect((found ?? text).toString("utf8")).toBe(expected);
      if (found === null) return;
      expect(textFault(found, 0, found.length)).toBe(null);
      expect(repairText(found, 0, found.length, rules)).toBe(null);
    }),
    { numRuns: 2000 },
  );
});

test("what was changed is counted", () => {
  const text = Buffer.from([0, 0x41, 0, 0xff, 0xe2, 0x82]);
  const rules = { nul: "strip", invalidUtf8: "replace" } as const;
  expect(repairText(text, 0, text.length, rules)).toMatchObject({ nuls: 2, invalid: 2 });
  expect(repairText(text, 0, 3, rules)).toMatchObject({ nuls: 2, invalid: 0 });
  expect(repairText(text, 3, text.length, rules)).toMatchObject({ nuls: 0, invalid: 2 });
});
