/** The canonical rows that the source's table should have become, once more: for those that differ, and to show them. */
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { Source } from "../../source/source.js";
import type { Clocks } from "../target/clocks.js";
import type { OrphanColumns } from "./orphan-rows.js";
import { RowEncoder, type SelectedRow } from "./row-encoder.js";
import { scanOf, type RowidRange } from "./scan.js";
import { literalOf } from "./source-literal.js";

/** Rows that can be read once. */
export interface SourceRows extends Iterable<Buffer> {
  /** The values of the row that came last, as SQLite would write them, by the plan's columns. Not for every row. */
  shown(): readonly string[];
}

export interface ConvertingRowsOptions {
  /** These rows alone; null: all. */
  readonly range: RowidRange | null;
  /** Rows that do not count, for a parent that is not there. */
  readonly orphans: OrphanColumns | undefined;
  /** Of the zones that columns of the table are in. */
  readonly clocks: Clocks;
}

/**
 * The rows of `table` that convert, in the order of their rowids where they have any: each is a view that is valid until the next.
 * None where the source has no such table.
 *
 * @throws SqliteError when SQLite cannot read the table, also from the iterator; ToolError `source-expression` where rows have values
 *   that the file computes: that is done nowhere but in a process of its own (source/confined-rows.ts).
 */
export const convertingRows = (
  database: Source["database"],
  table: TablePlan,
  { range, orphans, clocks }: ConvertingRowsOptions,
): SourceRows => {
  const scan = scanOf(database, table, false, orphans !== undefined, range);
  if (scan === null) {
    return { [Symbol.iterator]: () => [][Symbol.iterator](), shown: () => [] };
  }
  if (scan.computes) {
    throw new ToolError(
      "source-expression",
      `the rows of table ${quote(table.source)} that differ are not looked for: SQLite computes columns of it`,
    );
  }
  const order = scan.rowidName === null ? "" : ` ORDER BY t.${scan.rowidName}`;
  const statement = database
    .prepare<[], SelectedRow>(scan.sql + order)
    .raw(true)
    .safeIntegers(true);
  const encoding = String(database.pragma("encoding", { simple: true }));
  const encoder = new RowEncoder(table.columns, scan.columns.length, encoding, clocks);
  let last: SelectedRow = [];
  return {
    *[Symbol.iterator]() {
      for (const row of statement.iterate()) {
        if (orphans?.has(String(row.at(-1))) === true || encoder.encode(row) !== null) {
          continue;
        }
        last = row;
        yield encoder.view();
      }
    },
    shown: () =>
      table.columns.map((_, column) => {
        const { value, isText } = encoder.valueAt(last, column);
        return literalOf(value, isText);
      }),
  };
};
