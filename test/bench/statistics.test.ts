import { describe, expect, test } from "vitest";
import { judge, largest, median } from "../../bench/measure/statistics.js";

const side = (...values: number[]) => ({ name: "", values, runs: [] });
const comparison = { what: "", unit: "s", theirs: null, limit: null };

describe("the median", () => {
  test("takes the one in the middle, whatever the order, and leaves the values as they are", () => {
    const values = [9, 10, 1];
    expect(median(values)).toBe(9);
    expect(values).toEqual([9, 10, 1]);
  });

  test("lies between the two in the middle of an even number", () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  test("of one value is that value", () => {
    expect(median([7])).toBe(7);
    expect(largest([7, 8, 1])).toBe(8);
  });
});

describe("a limit of how many times faster", () => {
  const faster = (ours: number[], theirs: number[]) =>
    judge({ ...comparison, ours: side(...ours), theirs: side(...theirs), limit: { atLeast: 5 } });

  test("divides their median by ours", () => {
    expect(faster([2, 1, 9], [10, 30, 8])).toMatchObject({ ours: 2, theirs: 10, ratio: 5, met: true });
    expect(faster([2, 1, 9], [9, 30, 8])).toMatchObject({ ratio: 4.5, met: false });
  });

  test("tells the least and the greatest of run by run", () => {
    expect(faster([2, 1, 4], [10, 30, 8])).toMatchObject({ lowest: 2, highest: 30 });
  });
});

describe("a limit of a part", () => {
  const part = (ours: number[], theirs: number[]) =>
    judge({ ...comparison, ours: side(...ours), theirs: side(...theirs), limit: { atMost: 0.8 } });

  test("divides our median by theirs", () => {
    expect(part([4, 8, 100], [10, 10, 1])).toMatchObject({
      ratio: 0.8,
      met: true,
      lowest: 0.4,
      highest: 100,
    });
    expect(part([4, 9, 100], [10, 10, 1])).toMatchObject({ ratio: 0.9, met: false });
  });
});

describe("a limit of the value itself", () => {
  const value = (of: "median" | "largest", limit: { atMost: number } | null) =>
    judge({ ...comparison, ours: side(100, 300, 200), of, limit });

  test("holds the median against it, or the largest where one run is too many", () => {
    expect(value("median", { atMost: 250 })).toMatchObject({ ours: 200, ratio: 0.8, met: true });
    expect(value("largest", { atMost: 250 })).toMatchObject({ ours: 300, ratio: 1.2, met: false });
  });

  test("is not missed where there is none", () => {
    expect(value("median", null)).toMatchObject({ ours: 200, ratio: null, met: null });
  });
});
