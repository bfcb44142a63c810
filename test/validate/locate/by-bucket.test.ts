import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { locateByBucket, type ByBucketOptions } from "../../../src/validate/locate/by-bucket.js";
import { naive, sourceOf, summary, targetOf, wordsOf, type TestRow } from "./rows.js";

const sidesOf = (source: readonly TestRow[], target: readonly TestRow[]) => ({
  source: () => sourceOf(source),
  target: () => targetOf(target),
});

const locate = (
  source: readonly TestRow[],
  target: readonly TestRow[],
  options: Partial<ByBucketOptions> = {},
) => locateByBucket(sidesOf(source, target), { keys: [0], most: 1000, ...options });

const words = async (...parameters: Parameters<typeof locate>): Promise<readonly string[]> =>
  (await locate(...parameters)).suspects.map(wordsOf).sort();

const rows: readonly TestRow[] = [
  ["a", "1"],
  ["b", "2"],
  ["c", "3"],
  [null, "4"],
  ["", "5"],
];
const keyless = { keys: [] };

describe("sides that cannot be read", () => {
  test("throw, and the source is closed", async () => {
    let open = 0;
    const source = () => {
      open += 1;
      return { ...sourceOf(rows), close: () => Promise.resolve(void (open -= 1)) };
    };
    async function* target() {
      yield* targetOf(rows.slice(0, 1));
      throw new Error("the line is dead");
    }
    await expect(locateByBucket({ source, target }, { keys: [0], most: 9 })).rejects.toThrow(
      "the line is dead",
    );
    expect(open).toBe(0);
  });

  test("for long enough are interrupted by the signal", async () => {
    const many = Array.from({ length: 100_000 }, (_, at): TestRow => [String(at), "x"]);
    const looking = locate(many, [], { signal: AbortSignal.abort() });
    await expect(looking).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("differences", () => {
  test("there are none between the same rows in another order", async () => {
    const none = { missing: 0, extra: 0, changed: 0, suspects: [] };
    expect(summary(await locate(rows, [...rows].reverse()))).toEqual(none);
    expect(summary(await locate(rows, [...rows].reverse(), keyless))).toEqual(none);
    expect(summary(await locate([], [], keyless))).toEqual(none);
  });

  test.each<[string, readonly TestRow[], readonly string[], readonly string[]]>([
    ["gone", rows.slice(1), ["missing a:1"], ["missing a:1"]],
    ["more", [...rows, ["z", "9"]], ["extra z:9"], ["extra z:9"]],
    [
      "with another value",
      [["a", "9"], ...rows.slice(1)],
      ["changed a:1->a:9"],
      ["extra a:9", "missing a:1"],
    ],
    [
      "of no key changed",
      [...rows.slice(0, 3), [null, "9"], ...rows.slice(4)],
      ["changed NULL:4->NULL:9"],
      ["extra NULL:9", "missing NULL:4"],
    ],
    ["twice", [...rows, ["a", "1"]], ["extra 1>2 a:1"], ["extra 1>2 a:1"]],
    ["twice, once changed", [...rows, ["a", "9"]], ["extra a:9"], ["extra a:9"]],
    [
      "with NULL for an empty key",
      [...rows.slice(0, 4), [null, "5"]],
      ["extra NULL:5", "missing :5"],
      ["extra NULL:5", "missing :5"],
    ],
    [
      "with a value moved into its key",
      [["a1", ""], ...rows.slice(1)],
      ["extra a1:", "missing a:1"],
      ["extra a1:", "missing a:1"],
    ],
  ])("a row %s", async (_, target, keyed, whole) => {
    expect(await words(rows, target)).toEqual(keyed);
    expect(await words(rows, target, keyless)).toEqual(whole);
  });

  test("duplicates are counted on both sides, also where most of them have their like", async () => {
    const three: readonly TestRow[] = [
      ["d", "x"],
      ["a", "1"],
      ["d", "x"],
      ["d", "x"],
    ];
    const two: readonly TestRow[] = [
      ["d", "x"],
      ["d", "x"],
      ["a", "1"],
    ];
    expect(await words(three, two, keyless)).toEqual(["missing 3>2 d:x"]);
    expect(await words(two, three, keyless)).toEqual(["extra 2>3 d:x"]);
    expect(summary(await locate(three, [["d", "y"]]))).toMatchObject({ changed: 1, missing: 3 });
  });

  test.each([0, 1, 3])("of which %i are kept are counted in full", async (most) => {
    const { missing, extra, changed, suspects } = await locate(
      rows,
      [
        ["a", "9"],
        ["x", "1"],
      ],
      { most },
    );
    expect({ missing, extra, changed }).toEqual({ missing: 4, extra: 1, changed: 1 });
    expect(suspects).toHaveLength(most);
  });

  test("keep the source's values of those that it has", async () => {
    const { suspects } = await locate(rows, [...rows.slice(1), ["z", "9"]]);
    expect(suspects.map(({ kind, shown }) => [kind, shown]).sort()).toEqual([
      ["extra", null],
      ["missing", ["a", "1"]],
    ]);
  });
});

describe("whatever the rows, and however little memory there is,", () => {
  const key = fc.option(fc.constantFrom("a", "b", "c", "d", "", "é"), { freq: 6 });
  const table = fc.array(fc.tuple(key, fc.constantFrom("1", "2", "3")), { maxLength: 25 });

  test.each([
    ["by key", [0]],
    ["by a composite key", [0, 1]],
    ["without a key", []],
  ])("it is those of a naive comparison, %s", async (_, keys) => {
    await fc.assert(
      fc.asyncProperty(table, table, fc.constantFrom(1, 500, 1e9), async (one, other, mostBytes) => {
        const located = await locate(one, other, { keys, mostBytes });
        const { missing, extra, changed, suspects } = located;
        const spelled = (rows: readonly TestRow[]) => rows.map(([k, v]): TestRow => [k ?? "NULL", v]);
        expect({ missing, extra, changed }).toEqual(naive(spelled(one), spelled(other), keys.length !== 1));
        for (const { kind, sourceRows, targetRows, expected, actual } of suspects) {
          if (kind === "changed") continue;
          const text = wordsOf({ kind, rows: 0, sourceRows: 0, targetRows: 0, expected, actual, shown: null })
            .split(" ")
            .at(-1);
          const count = (rows: readonly TestRow[]): number =>
            rows.filter((row) => row.map((value) => value ?? "NULL").join(":") === text).length;
          expect([text, count(one)]).toEqual([text, sourceRows]);
          expect([text, count(other)]).toEqual([text, targetRows]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("every difference of many is found in passes", async () => {
    const many = Array.from({ length: 3000 }, (_, at): TestRow => [`key ${at}`, "x"]);
    let passes = 0;
    const sides = sidesOf(many, many.map(([k], at): TestRow => [k, at % 2 === 0 ? "x" : "y"]).reverse());
    const counted = { ...sides, source: () => ((passes += 1), sides.source()) };
    const located = await locateByBucket(counted, { keys: [0], most: 2000, mostBytes: 50_000 });
    expect(located).toMatchObject({ missing: 0, extra: 0, changed: 1500 });
    expect(new Set(located.suspects.map(wordsOf)).size).toBe(1500);
    expect(passes).toBeGreaterThan(4);
  });
});
