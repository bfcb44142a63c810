/**
 * How wide a text is on a terminal, and how to show one that somebody else wrote.
 *
 * Wide are the blocks that Unicode's EastAsianWidth.txt (UAX #11) gives W or F, and emoji; ambiguous ones
 * count as narrow, as terminals outside East Asian locales draw them. Marks that sit on the letter before
 * them take no cell, nor do the later parts of a joined emoji (UTS #51).
 */

const wideBlocks: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

const emoji = /^(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
const printableAscii = /^[\x20-\x7e]*$/u;
const joinedParts = /\u200d\p{Extended_Pictographic}|(?<=\p{Emoji_Modifier_Base})\p{Emoji_Modifier}/gu;
const asEmoji = /\p{Extended_Pictographic}\ufe0f/gu;
const anyWide = "\u3000";

/** Terminal cells that `text` takes. */
export const displayWidth = (text: string): number => {
  if (printableAscii.test(text)) return text.length;
  let width = 0;
  for (const character of text.replace(joinedParts, "").replace(asEmoji, anyWide))
    width += characterWidth(character);
  return width;
};

const characterWidth = (character: string): number => {
  if (zeroWidth.test(character)) return 0;
  return emoji.test(character) || isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
};

const isWide = (codePoint: number): boolean =>
  wideBlocks.some(([first, last]) => codePoint >= first && codePoint <= last);

const unsafe = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/**
 * A name, value or SQL from a database, fit for a terminal: control characters, line breaks, lone surrogates,
 * blanks without width and marks that turn the writing direction become `\u001b` and the like. A file must not be able to move the cursor,
 * recolour a verdict or hide a line.
 */
export const visible = (text: string): string =>
  text.replace(unsafe, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);

const clusters = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * `text` in at most `cells` cells (3 or more): the middle goes, since names differ at their ends.
 * Never cuts between a letter and its marks.
 */
export const shortened = (text: string, cells: number): string => {
  if (displayWidth(text) <= cells) return text;
  const parts = Array.from(clusters.segment(text), ({ segment }) => segment);
  const tail = takeCells(parts.toReversed(), Math.floor((cells - 1) / 2)).toReversed();
  const head = takeCells(parts, cells - 1 - displayWidth(tail.join("")));
  return `${head.join("")}…${tail.join("")}`;
};

const takeCells = (parts: readonly string[], cells: number): string[] => {
  const taken: string[] = [];
  let width = 0;
  for (const part of parts) {
    width += displayWidth(part);
    if (width > cells) break;
    taken.push(part);
  }
  return taken;
};
