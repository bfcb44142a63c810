import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchBuilder } from "../../../src/export/batch-builder.js";
import type { RecordBatch } from "../../../src/model/record.js";
import { IntegerSet, isWithin, unite, type Bitmaps } from "../../../src/transform/classify/integer-set.js";

type Cell = bigint | number | null;

/** One column, with rowids that are its integers. */
function batchOf(cells: readonly Cell[]): RecordBatch {
  const builder = new BatchBuilder(1, true);
  for (const cell of cells) {
    if (cell === null) builder.addNull();
    else if (typeof cell === "bigint") builder.addInteger(cell);
    else builder.addReal(cell);
    builder.endRow(typeof cell === "bigint" ? cell : 0n);
  }
  return builder.take();
}

function setOf(cells: readonly Cell[], column: number | null = 0): Bitmaps | null {
  const set = new IntegerSet(column);
  set.add(batchOf(cells));
  return set.bitmaps();
}

/** All integers of the bitmaps, in order. */
const integersOf = (bitmaps: Bitmaps): readonly number[] =>
  [...bitmaps]
    .flatMap(([chunk, words]) =>
      [...words.entries()]
        .filter(([, word]) => word !== 0)
        .flatMap(([at, word]) =>
          Array.from({ length: 32 }, (_, bit) =>
            (word >>> bit) & 1 ? chunk * 65_536 + at * 32 + bit : null,
          ),
        ),
    )
    .filter((integer) => integer !== null)
    .sort((a, b) => a - b);

const integers = fc.array(fc.integer({ min: -200_000, max: 200_000 }), { maxLength: 30 });
const sorted = (values: readonly number[]): readonly number[] => [...new Set(values)].sort((a, b) => a - b);

describe("what is no such set", () => {
  test("a number that is no integer", () => expect(setOf([1n, 1.5])).toBeNull());
  test("an integer beyond those that a double tells apart", () => expect(setOf([2n ** 60n])).toBeNull());
  test("integers far from each other", () =>
    expect(setOf(Array.from({ length: 1025 }, (_, index) => BigInt(index) * 65_536n))).toBeNull());
  test("rows without a rowid, where rowids are asked for", () => {
    const set = new IntegerSet(null);
    set.add({ ...batchOf([1n]), rowids: null });
    expect(set.bitmaps()).toBeNull();
  });
});

test("NULLs are in no set", () => expect(integersOf(setOf([null, 3n, null])!)).toEqual([3]));

test("holds exactly the integers that were added, of a column and as rowids", () => {
  fc.assert(
    fc.property(integers, (values) => {
      expect(integersOf(setOf(values.map(BigInt))!)).toEqual(sorted(values));
      expect(integersOf(setOf(values.map(BigInt), null)!)).toEqual(sorted(values));
    }),
  );
});

test("uniting and comparing are those of sets", () => {
  fc.assert(
    fc.property(integers, integers, (a, b) => {
      const all = new Map<number, Uint32Array>();
      unite(all, setOf(a.map(BigInt))!);
      unite(all, setOf(b.map(BigInt))!);
      expect(integersOf(all)).toEqual(sorted([...a, ...b]));
      expect(isWithin(setOf(a.map(BigInt))!, all)).toBe(true);
      const isSubset = b.every((value) => a.includes(value));
      expect(isWithin(setOf(b.map(BigInt))!, setOf(a.map(BigInt))!)).toBe(isSubset);
    }),
  );
});
