/** How tables are cut into parts: every row of both sides has to be in one of them, and in no other. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutTable, type PartRanges } from "../../src/validate/cut.js";
import type { TargetShape } from "../../src/validate/target/shape.js";
import { columnPlan, tablePlan } from "./room.js";

const table = tablePlan("t", [columnPlan("id", "bigint"), columnPlan("name", "text")]);
const keys = { hasRowid: true, rowidField: 0, computes: false };
const shape = (more: Partial<TargetShape> = {}): TargetShape => ({
  rows: null,
  departure: null,
  notCompared: [],
  blocks: 100,
  orderedColumns: new Set(["id"]),
  ...more,
});

const whole: PartRanges = {
  sourceRange: null,
  targetRange: { by: "all" },
  figuresRange: { by: "all" },
};

describe("a table is one part", () => {
  test("where nothing cuts it", () => {
    expect(cutTable(table, { keys, cuts: [], shape: shape() })).toEqual([whole]);
  });

  test("where the source has no such table, or no rowids in it", () => {
    expect(cutTable(table, { keys: null, cuts: [5n], shape: shape() })).toEqual([whole]);
    const without = { ...keys, hasRowid: false, rowidField: null };
    expect(cutTable(table, { keys: without, cuts: [5n], shape: shape() })).toEqual([whole]);
  });

  test("where the file computes values", () => {
    const computing = { ...keys, computes: true };
    expect(cutTable(table, { keys: computing, cuts: [5n], shape: shape() })).toEqual([whole]);
  });
});

describe("a table in parts", () => {
  test("has the same keys on both sides in each, the outer ones without end", () => {
    expect(cutTable(table, { keys, cuts: [5n], shape: shape() })).toEqual([
      {
        sourceRange: { from: null, to: 5n },
        targetRange: { by: "key", column: "id", from: null, to: 5n },
        figuresRange: { by: "block", from: null, to: 50 },
      },
      {
        sourceRange: { from: 5n, to: null },
        targetRange: { by: "key", column: "id", from: 5n, to: null },
        figuresRange: { by: "block", from: 50, to: null },
      },
    ]);
  });

  test.each([
    ["the target's key is in no order", keys, shape({ orderedColumns: new Set() })],
    ["the rowid is no integer of a column there", { ...keys, rowidField: null }, shape()],
  ])("goes by blocks of the target where %s", (_why, of, there) => {
    const [first, second] = cutTable(table, { keys: of, cuts: [5n], shape: there });
    expect(first?.targetRange).toEqual({ by: "block", from: null, to: 50 });
    expect(second?.targetRange).toEqual({ by: "block", from: 50, to: null });
  });

  test("leaves a target alone that is not to be read", () => {
    const ranges = cutTable(table, { keys, cuts: [5n], shape: null });
    expect(ranges.map(({ targetRange }) => targetRange)).toEqual([null, null]);
    expect(ranges.map(({ figuresRange }) => figuresRange)).toEqual([null, null]);
  });
});

test("every rowid and every block is in exactly one part", () => {
  const rowid = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(
      fc.uniqueArray(rowid, { maxLength: 9 }),
      fc.nat(300),
      fc.array(rowid, { minLength: 1 }),
      fc.boolean(),
      (unsorted, blocks, rowids, ordered) => {
        const cuts = [...unsorted].sort((a, b) => (a < b ? -1 : 1));
        const orderedColumns = new Set(ordered ? ["id"] : []);
        const parts = cutTable(table, { keys, cuts, shape: shape({ blocks, orderedColumns }) });
        for (const id of [...rowids, ...cuts])
          expect(parts.filter(({ sourceRange }) => isIn(id, sourceRange)).length).toBe(1);
        for (let block = 0; block <= blocks; block += 1) {
          expect(
            parts.filter(({ targetRange }) => targetRange?.by !== "block" || isIn(block, targetRange)).length,
          ).toBe(ordered || cuts.length === 0 ? parts.length : 1);
          expect(
            parts.filter(({ figuresRange }) => figuresRange?.by !== "block" || isIn(block, figuresRange))
              .length,
          ).toBe(1);
        }
      },
    ),
  );
});

const isIn = <T extends bigint | number>(
  value: T,
  range: { readonly from: T | null; readonly to: T | null } | null,
): boolean => {
  const { from, to } = range ?? { from: null, to: null };
  return (from === null || value >= from) && (to === null || value < to);
};
