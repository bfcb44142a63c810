/** Parents come first, and what points at itself or in a circle goes together. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderTables, type CheckedLink } from "../../../src/translate/existing/groups.js";

/** `child>parent`, with `~` where it may be deferred. */
const links = (...words: readonly string[]): readonly CheckedLink[] =>
  words.map((name) => {
    const [table = "", parent = ""] = name.split(/[>~]/);
    return { name, table, parent, deferrable: name.includes("~") };
  });
const lettersOf = (word: string): readonly string[] => Array.from(word);
const all = lettersOf("abcdefg");
const groupsOf = (tables: string, ...words: readonly string[]): readonly string[] =>
  orderTables(lettersOf(tables), links(...words)).groups.map(({ tables: names, together }) =>
    together ? `[${names.join("")}]` : names.join(""),
  );

describe("orderTables", () => {
  test.each([
    ["", [], []],
    ["abc", [], ["abc"]],
    ["abc", ["a>b", "b>c"], ["c", "b", "a"]],
    ["abcd", ["a>b", "c>d"], ["bd", "ac"]],
    ["abc", ["a>c", "b>c", "a>b"], ["c", "b", "a"]],
    ["ab", ["a>a", "b>a"], ["[a]", "b"]],
    ["ab", ["a>b", "b~a"], ["[ba]"]],
    ["abc", ["a~b", "b>c", "c>a"], ["[acb]"]],
    ["abcde", ["b>a", "b~c", "c>b", "d>c", "e>a"], ["a", "e", "[bc]", "d"]],
  ])("%s with %j is %j", (tables, words, groups) => {
    expect(groupsOf(tables, ...words)).toEqual(groups);
    expect(orderTables(lettersOf(tables), links(...words)).circles).toEqual([]);
  });

  test("names circles in which nothing can be deferred, and only their tables", () => {
    const { circles } = orderTables(lettersOf("abcd"), links("a>b", "b>a", "b~c", "c>b", "d>a"));
    expect(circles.map((circle) => [...circle].sort())).toEqual([["a", "b"]]);
  });

  test("of whatever points at whatever", () => {
    const table = fc.constantFrom(...all);
    const link = fc.tuple(table, table, fc.boolean()).map(([a, b, may]) => `${a}${may ? "~" : ">"}${b}`);
    fc.assert(
      fc.property(
        fc.array(link, { maxLength: 12 }),
        fc.shuffledSubarray([...all], { minLength: 7 }),
        (words, tables) => {
          const made = links(...words);
          const { groups, circles } = orderTables(tables, made);
          expect(groups.flatMap((group) => group.tables).sort()).toEqual(all);
          const placeOf = (name: string): number => groups.findIndex((group) => group.tables.includes(name));
          for (const { table: child, parent, deferrable } of made) {
            const group = groups[placeOf(child)]!;
            const isInside = placeOf(parent) === placeOf(child);
            if (isInside) expect(group.together).toBe(true);
            else expect(placeOf(parent)).toBeLessThan(placeOf(child));
            if (isInside && circles.length === 0 && !deferrable && child !== parent)
              expect(group.tables.indexOf(parent)).toBeLessThan(group.tables.indexOf(child));
          }
          const strict = made.filter(({ deferrable }) => !deferrable);
          const reached = (from: string): ReadonlySet<string> => {
            const seen = new Set<string>();
            const waiting = [from];
            for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
              for (const { parent } of strict.filter((each) => each.table === next && each.parent !== next))
                if (!seen.has(parent)) {
                  seen.add(parent);
                  waiting.push(parent);
                }
            return seen;
          };
          expect(circles.flat().sort()).toEqual(all.filter((name) => reached(name).has(name)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
