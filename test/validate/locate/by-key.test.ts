import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { locateByKey } from "../../../src/validate/locate/by-key.js";
import { LocatedParts, type Located } from "../../../src/validate/locate/located.js";
import { naive, sourceOf, summary, targetOf, type TestRow } from "./rows.js";

const locate = (source: readonly TestRow[], target: readonly TestRow[], most = 1000): Promise<Located> =>
  locateByKey(sourceOf(source), targetOf(target), { key: 0, most });

const found = async (source: readonly TestRow[], target: readonly TestRow[], most?: number) =>
  summary(await locate(source, target, most));

describe("sides that are not what the walk needs", () => {
  test("a source out of order is a bug, and no answer", async () => {
    await expect(
      locate(
        [
          [2n, ""],
          [1n, ""],
        ],
        [],
      ),
    ).rejects.toThrow("the source's key 1 comes after 2");
    await expect(
      locate(
        [
          [2n, ""],
          [2n, ""],
        ],
        [],
      ),
    ).rejects.toThrow("the source's key 2 comes after 2");
    await expect(locate([[null, ""]], [])).rejects.toThrow("the source's key null");
  });

  test("so is a target out of order", async () => {
    await expect(
      locate(
        [],
        [
          [2n, ""],
          [1n, ""],
        ],
      ),
    ).rejects.toThrow("the target's key 1 comes after 2");
    await expect(
      locate(
        [],
        [
          [null, ""],
          [1n, ""],
        ],
      ),
    ).rejects.toThrow("the target's key 1 comes after NULL");
  });

  test("a signal ends it", async () => {
    const rows = Array.from({ length: 200_000 }, (_, at): TestRow => [BigInt(at), "x"]);
    const walking = locateByKey(sourceOf(rows), targetOf([]), {
      key: 0,
      most: 0,
      signal: AbortSignal.abort(),
    });
    await expect(walking).rejects.toMatchObject({ code: "interrupted" });
  });

  test("what a side throws comes through, and the source is closed", async () => {
    let isClosed = false;
    const source = {
      ...sourceOf([
        [1n, "a"],
        [2n, "b"],
      ]),
      close: () => Promise.resolve(void (isClosed = true)),
    };
    async function* failing() {
      yield* targetOf([[1n, "a"]]);
      throw new Error("the line is dead");
    }
    await expect(locateByKey(source, failing(), { key: 0, most: 9 })).rejects.toThrow("the line is dead");
    expect(isClosed).toBe(true);
  });
});

describe("differences", () => {
  const rows: readonly TestRow[] = [
    [-5n, "m"],
    [1n, "a"],
    [2n, "b"],
    [3n, "c"],
    [9n, "z"],
  ];

  test("there are none between the same rows", async () => {
    expect(await found(rows, rows)).toEqual({ missing: 0, extra: 0, changed: 0, suspects: [] });
    expect(await found([], [])).toEqual({ missing: 0, extra: 0, changed: 0, suspects: [] });
  });

  test("all rows of a side without another", async () => {
    expect(await found(rows.slice(0, 2), [])).toMatchObject({
      missing: 2,
      suspects: ["missing -5:m", "missing 1:a"],
    });
    expect(await found([], rows.slice(0, 2))).toMatchObject({
      extra: 2,
      suspects: ["extra -5:m", "extra 1:a"],
    });
  });

  test.each<[string, readonly TestRow[], readonly string[]]>([
    ["before the first", [[-6n, "x"], ...rows], ["extra -6:x"]],
    ["after the last", [...rows, [10n, "x"]], ["extra 10:x"]],
    ["of no key", [...rows, [null, "x"], [null, "y"], [null, "x"]], ["extra 0>2 NULL:x", "extra NULL:y"]],
    ["in the middle", [...rows.slice(0, 3), ...rows.slice(4)], ["missing 3:c"]],
    ["with another value", [...rows.slice(0, 4), [9n, "Z"]], ["changed 9:z->9:Z"]],
    ["twice", [...rows, [9n, "z"]], ["extra 1>2 9:z"]],
    ["three times", [...rows, [9n, "z"], [9n, "z"]], ["extra 1>3 9:z"]],
    ["twice, once changed, before", [...rows.slice(0, 4), [9n, "Z"], [9n, "z"]], ["extra 9:Z"]],
    ["twice, once changed, after", [...rows, [9n, "Z"]], ["extra 9:Z"]],
    ["twice, both changed", [...rows.slice(0, 4), [9n, "X"], [9n, "Y"]], ["extra 9:Y", "changed 9:z->9:X"]],
    ["with another key", [...rows.slice(0, 4), [8n, "z"]], ["extra 8:z", "missing 9:z"]],
  ])("a row %s", async (_, target, suspects) => {
    expect(await found(rows, target)).toMatchObject({ suspects });
  });

  test.each([0, 1, 2, 5])("of which %i are kept are counted in full", async (most) => {
    const { missing, extra, changed, suspects } = await locate(
      rows,
      [
        [1n, "A"],
        [2n, "B"],
        [7n, "g"],
      ],
      most,
    );
    expect({ missing, extra, changed }).toEqual({ missing: 3, extra: 1, changed: 2 });
    expect(suspects).toHaveLength(Math.min(most, 6));
  });

  test("keep the source's values of their rows, not of the ones after", async () => {
    const { suspects } = await locate(rows, [[1n, "A"]]);
    expect(suspects.map(({ shown }) => shown)).toEqual([
      ["-5", "m"],
      ["1", "a"],
      ["2", "b"],
      ["3", "c"],
      ["9", "z"],
    ]);
  });

  test("are those of a naive comparison, whatever the rows", async () => {
    const key = fc.bigInt(-4n, 4n);
    const body = fc.constantFrom("a", "b", "c");
    const order = (one: TestRow, other: TestRow): number =>
      one[0] === null ? 1 : other[0] === null ? -1 : Number(one[0]) - Number(other[0]);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(key, body), { selector: ([value]) => value }),
        fc.array(fc.tuple(fc.option(key, { freq: 8 }), body), { maxLength: 20 }),
        async (one, other) => {
          const source = [...one].sort(order);
          const { missing, extra, changed, suspects } = await locate(source, [...other].sort(order));
          expect({ missing, extra, changed }).toEqual(naive(source, other));
          const listed = (kind: string): number =>
            suspects.filter((each) => each.kind === kind).reduce((sum, { rows: each }) => sum + each, 0);
          expect([listed("missing"), listed("extra"), listed("changed")]).toEqual([missing, extra, changed]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("parts of a table", () => {
  test("are put together in their order, however they come, and no more is kept than asked for", async () => {
    const parts = await Promise.all(
      [["a", "b"], ["c"], [], ["d", "e"]].map((bodies, part) =>
        locate(
          bodies.map((body, at): TestRow => [BigInt(part * 10 + at), body]),
          [],
        ),
      ),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.nat(6), (order, most) => {
        const table = new LocatedParts(most);
        for (const part of order) table.add(part, parts[part]!);
        const all = ["missing 0:a", "missing 1:b", "missing 10:c", "missing 30:d", "missing 31:e"];
        expect(summary(table.located())).toEqual({
          missing: 5,
          extra: 0,
          changed: 0,
          suspects: all.slice(0, most),
        });
      }),
    );
  });
});
