/** Where a table's slices begin, by the rowids of their first rows: for readers that know no pages. */
import type { Slice } from "../model/slice.js";
import { type PageFile, readPages } from "../source/pages.js";
import { cellCount, leafHeaderBytes, leafKind, readUint16 } from "./btree-page.js";
import type { RecordLayout } from "./record-layout.js";
import type { RowPages } from "./row-pages.js";
import { Varint } from "./varint.js";

/**
 * The first rowid of each slice but the first one, ascending; fewer where a page does not look as it should: whoever reads the rows
 * tells of damage. None of a table WITHOUT ROWID.
 *
 * @throws ToolError `source-not-readable`.
 */
export function sliceBounds(
  file: PageFile,
  { tree }: RecordLayout,
  { leaves }: RowPages,
  slices: readonly Slice[],
): readonly bigint[] {
  if (tree === "index") return [];
  const page = Buffer.allocUnsafe(file.pageBytes);
  const varint = new Varint();
  const bounds: bigint[] = [];
  for (const { from } of slices.slice(1)) {
    readPages(file, leaves[from]!, 1, page, 0);
    if (page[0] !== leafKind("table") || cellCount(page, 0) === 0) continue;
    // A cell of a table: how long its payload is, then its rowid (sqlite.org/fileformat2.html, section 1.6).
    const cell = readUint16(page, leafHeaderBytes);
    if (cell + 2 * longestVarint > page.length) continue;
    varint.read(page, varint.read(page, cell));
    const rowid = varint.signed64;
    if (rowid > (bounds.at(-1) ?? -(2n ** 63n))) bounds.push(rowid);
  }
  return bounds;
}

const longestVarint = 9;
