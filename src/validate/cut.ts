/** Cuts a table into parts. Where an integer key tells both sides' rows apart, a part is the same rows on both. */
import type { TablePlan } from "../model/plan.js";
import type { Part } from "./part.js";
import type { RowKeys } from "./source/scan.js";
import type { TargetRange } from "./target/range.js";
import type { TargetShape } from "./target/shape.js";

export interface CutInput {
  /** Null where the source has no such table. */
  readonly keys: RowKeys | null;
  /** Rowids, ascending: each begins a part. */
  readonly cuts: readonly bigint[];
  /** Null where the target's table is not to be read. */
  readonly shape: TargetShape | null;
}

export type PartRanges = Pick<Part, "sourceRange" | "targetRange" | "figuresRange">;

/** The ranges of all parts, at least one; together they hold every row of both sides once. */
export const cutTable = (table: TablePlan, { keys, cuts, shape }: CutInput): readonly PartRanges[] => {
  // What SQLite computes is read by one more process each time.
  if (keys === null || !keys.hasRowid || keys.computes || cuts.length === 0) {
    const all = shape === null ? null : ({ by: "all" } as const);
    return [{ sourceRange: null, targetRange: all, figuresRange: all }];
  }
  const key = shape === null ? null : keyColumn(table, keys, shape);
  const blocks = Math.ceil((shape?.blocks ?? 0) / (cuts.length + 1));
  return [null, ...cuts].map((from, index) => {
    const to = cuts[index] ?? null;
    const sourceRange = { from, to };
    if (shape === null) {
      return { sourceRange, targetRange: null, figuresRange: null };
    }
    const figuresRange: TargetRange = {
      by: "block",
      from: index === 0 ? null : index * blocks,
      to: to === null ? null : (index + 1) * blocks,
    };
    const targetRange: TargetRange = key === null ? figuresRange : { by: "key", column: key, ...sourceRange };
    return { sourceRange, targetRange, figuresRange };
  });
};

/** The target's column that has the rowid as it is, where an index has it in order. */
const keyColumn = ({ columns }: TablePlan, { rowidField }: RowKeys, shape: TargetShape): string | null => {
  const column = rowidField === null ? undefined : columns[rowidField];
  return column !== undefined && shape.orderedColumns.has(column.target) ? column.target : null;
};
