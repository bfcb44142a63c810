import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, shortened, visible } from "../../src/report/display-width.js";

describe("visible", () => {
  test.each<[what: string, text: string, shown: string]>([
    ["escape sequences", "\u001b[2Jdrop", "\\u001b[2Jdrop"],
    ["line breaks", "a\r\nb", "a\\u000d\\u000ab"],
    ["C1 controls", "\u009b31m", "\\u009b31m"],
    ["direction marks", "\u202egnp.exe", "\\u202egnp.exe"],
    ["blanks without width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["lone surrogates", "a\ud800", "a\\ud800"],
  ])("shows %s", (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test("leaves people's names alone", () => {
    for (const name of ["Straße", "表", "नमस्ते", "👩‍👩‍👧", "a b"]) expect(visible(name)).toBe(name);
  });
});

describe("displayWidth", () => {
  test.each<[text: string, width: number]>([
    ["", 0],
    ["plain", 5],
    ["Straße", 6],
    ["表名", 4],
    ["ｶﾅ", 2],
    ["한국", 4],
    ["한", 2],
    ["e\u0301", 1],
    ["नि", 2],
    ["👍", 2],
    ["👩‍👩‍👧", 2],
    ["❤️", 2],
    ["👍🏽", 2],
    ["🇩🇪", 2],
    ["\ufe0f", 0],
    ["€", 1],
    ["……", 2],
  ])("of %s is %d", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("shortened", () => {
  test("leaves what fits", () => {
    expect(shortened("表名", 4)).toBe("表名");
  });

  test("keeps both ends", () => {
    expect(shortened("customer_orders_2024_archive", 11)).toBe("custo…chive");
  });

  test("never takes more cells than given, and never half a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 3, max: 20 }), (text, cells) => {
        const short = shortened(text, cells);
        expect(displayWidth(short)).toBeLessThanOrEqual(Math.max(cells, 0));
        expect(short).not.toMatch(/\p{Cs}/u);
        if (displayWidth(text) > cells) expect(short).toContain("…");
      }),
    );
  });
});
