/** The page reader: a table's rows from the pages of the file, as the same batches that sqlite-records.ts yields. */
import type { RecordBatch } from "../model/record.js";
import type { PageFile } from "../source/pages.js";
import { CellReader } from "./cell-reader.js";
import { LeafWindow } from "./leaf-window.js";
import type { RecordLayout } from "./record-layout.js";
import { RowBuffer } from "./row-buffer.js";
import type { RowPages } from "./row-pages.js";

/**
 * Yields the rows of the entries [from, to) of `rowPages`, in the order of the b-tree. A batch is valid until the
 * next pull. Memory does not depend on the rows, but that the largest row has to fit into it.
 *
 * @throws ToolError `source-damaged`, naming the table and the page; `source-unsupported` for rows of more than
 *   1,000,000,000 bytes; `source-not-readable`.
 */
export function* readPageRecords(
  file: PageFile,
  layout: RecordLayout,
  rowPages: RowPages,
  from: number,
  to: number,
): Generator<RecordBatch> {
  const { leaves, between } = rowPages;
  const window = new LeafWindow(file, to - from);
  const rows = new RowBuffer(layout, window.bytes);
  const cells = new CellReader(file, layout, rows);
  for (let entry = from; entry < to; entry += window.count) {
    window.fill(leaves, entry, to, rows.bytes, rows.leavesAt);
    for (let index = 0; index < window.count; index += 1) {
      const leaf = entry + index;
      for (let cell = 0; ;) {
        cell = cells.addLeaf(leaves[leaf]!, window.at[index]!, cell);
        if (cell < 0) break;
        yield rows.take();
      }
      if (between === null || leaf + 1 === leaves.length) continue;
      while (!cells.addBetween(between.pages[leaf]!, between.cells[leaf]!)) yield rows.take();
    }
    if (rows.rows > 0) yield rows.take();
  }
}
