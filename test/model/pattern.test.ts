import fc from "fast-check";
import { expect, test } from "vitest";
import { foldName } from "../../src/model/identifier.js";
import { exactPattern, isExact, matcherOf, nameOf } from "../../src/model/pattern.js";

test.each([
  ["a*b", "ab", true],
  ["a*b", "a\n\nb", true],
  ["a*b", "abc", false],
  ["?", "", false],
  ["?", "😀", true],
  ["a?c", "abc", true],
  ["*", "", true],
  ["IS_*", "is_open", true],
  ["Straße", "STRAßE", true],
  // SQLite folds ASCII letters alone (sqlite.org/lang_keywords.html says nothing else; sqlite3StrICmp).
  ["É*", "été", false],
  ["a.c", "abc", false],
  ["a[bc]", "ab", false],
  ["a[bc]", "a[bc]", true],
  ["(a|b)*", "(a|b)c", true],
  ["a\\*", "a*", true],
  ["a\\*", "a\\x", false],
  ["a\\\\*", "a\\x", true],
  ["a\\?*", "a?b", true],
  ["a\\?*", "abc", false],
  ["a\\b", "A\\B", true],
  ["a\\", "a\\", true],
  ["a-z*", "b", false],
])("%j fits %j: %s", (pattern, name, fits) => {
  expect(matcherOf(pattern)(name)).toBe(fits);
});

test("a name without * and ? fits itself in any case, and nothing else", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (pattern, other) => {
      fc.pre(isExact(pattern));
      expect(matcherOf(pattern)(nameOf(pattern).replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()))).toBe(
        true,
      );
      expect(matcherOf(pattern)(other)).toBe(foldName(other) === foldName(nameOf(pattern)));
    }),
  );
});

test("whatever stands for * and ? fits", () => {
  const part = fc.string({ unit: "grapheme" }).filter((it) => !/[*?\\]/.test(it));
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.string({ unit: "binary" }),
      (parts, between) => {
        expect(matcherOf(parts.join("*"))(parts.join(between))).toBe(true);
      },
    ),
  );
});

test("the pattern that is made of a name fits that name alone", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "B", "*", "?", "\\", "\n", "é", "😀", ".", "[") });
  fc.assert(
    fc.property(name, name, (one, other) => {
      const pattern = exactPattern(one);
      expect(isExact(pattern)).toBe(true);
      expect(nameOf(pattern)).toBe(one);
      expect(matcherOf(pattern)(one)).toBe(true);
      expect(matcherOf(pattern)(other)).toBe(foldName(one) === foldName(other));
    }),
  );
});
