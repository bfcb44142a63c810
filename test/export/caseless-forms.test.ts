import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caselessForms } from "../../src/export/caseless-forms.js";

const { citext, icu } = { citext: caselessForms("citext"), icu: caselessForms("icu") };

const areOne = ({ coarse, areOne }: typeof citext, a: string, b: string): boolean =>
  coarse(a) === coarse(b) && areOne(a, b);

describe("two texts that PostgreSQL tells from one another", () => {
  test.each([
    ["e", "é"],
    ["ß", "ss"],
    ["ſ", "s"],
    ["æ", "ae"],
    ["o", "ø"],
    ["a", "a "],
    ["a-b", "ab"],
    ["", " "],
    ["e\u0301", "e\u0300"],
  ])("%j and %j stay two in both", (a, b) => {
    expect([areOne(citext, a, b), areOne(icu, a, b)]).toEqual([false, false]);
  });

  test.each([
    ["²", "2"],
    ["ﬁ", "fi"],
    ["ａ", "a"],
    ["é", "e\u0301"],
    ["a\u200bb", "ab"],
    ["ꜳ", "aa"],
    ["か", "カ"],
  ])("%j and %j are one for icu alone", (a, b) => {
    expect([areOne(citext, a, b), areOne(icu, a, b)]).toEqual([false, true]);
  });
});

test.each([
  ["É", "é"],
  ["Ж", "ж"],
  ["Σ", "σ"],
  ["\u212a", "k"],
])("%j and %j are one in both", (a, b) => {
  expect([areOne(citext, a, b), areOne(icu, a, b)]).toEqual([true, true]);
});

test("what lower() makes of the final sigma and of the dotted I depends on the server, and is one in citext", () => {
  expect(areOne(citext, "ΟΔΟΣ", "οδος")).toBe(true);
  expect(areOne(citext, "ς", "σ")).toBe(true);
  expect(areOne(citext, "İ", "i")).toBe(true);
});

test("what is one for icu has one coarse form", () => {
  const letters = fc.constantFrom(
    ...Array.from("abcksz12AKSZ ÀàÉéİıßſςΣσΩ\u2126\u212a²½①ﬁｱアあ\u0301\u0307\u0327\u200b\u00adꜳǆǅ가각한"),
  );
  const text = fc.string({ unit: letters, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 40 }), (texts) => {
      for (const a of texts)
        for (const b of texts)
          if (icu.areOne(a, b)) expect([a, b, icu.coarse(a)]).toEqual([a, b, icu.coarse(b)]);
    }),
    { numRuns: 200 },
  );
});

test("every letter that icu takes for one or two of ASCII has their coarse form", () => {
  const plain = Array.from("0123456789abcdefghijklmnopqrstuvwxyz");
  const { compare } = new Intl.Collator("en", { sensitivity: "accent" });
  const words = [...plain, ...plain.flatMap((a) => plain.map((b) => a + b))].sort(compare);
  const wordFor = (letter: string): string | null => {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(words[middle]!, letter) < 0) low = middle + 1;
      else high = middle;
    }
    return low < words.length && compare(words[low]!, letter) === 0 ? words[low]! : null;
  };
  const missed: string[] = [];
  for (let code = 0x80; code < 0x20000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const letter = String.fromCodePoint(code);
    const word = wordFor(letter);
    if (word !== null && icu.coarse(letter) !== icu.coarse(word))
      missed.push(`${code.toString(16)} ${letter} ${word}`);
  }
  expect(missed).toEqual([]);
});
