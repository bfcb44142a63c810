/** A sample of a table: windows of leaf pages, evenly spread over it, with about as many rows as were asked for. */
import type { Slice } from "../model/slice.js";
import { type PageFile, readPages } from "../source/pages.js";
import { cellCount, mostCells } from "./btree-page.js";
import type { RowPages } from "./row-pages.js";

/** Rows that were written together are alike, so a sample is taken in many places. */
const mostWindows = 64;

/**
 * @param rows wanted, at least 1; a whole table comes in one slice where it has about as few.
 * @returns slices in row order, none where the table is empty.
 * @throws ToolError `source-not-readable`, `source-damaged`.
 */
export function sampleRowPages(file: PageFile, { leaves }: RowPages, rows: number): readonly Slice[] {
  if (leaves.length === 0) return [];
  const wanted = Math.max(1, Math.ceil(rows / rowsPerLeaf(file, leaves)));
  if (wanted >= leaves.length) return [sliceOf(file, 0, 0, leaves.length)];
  const windows = Math.min(mostWindows, wanted);
  const width = Math.floor(wanted / windows);
  const room = leaves.length - width;
  return Array.from({ length: windows }, (_, number) => {
    const from = windows === 1 ? 0 : Math.floor((number * room) / (windows - 1));
    return sliceOf(file, number, from, from + width);
  });
}

const sliceOf = (file: PageFile, number: number, from: number, to: number): Slice => ({
  number,
  from,
  to,
  bytes: (to - from) * file.pageBytes,
});

/** By a few leaves of all parts of the table. */
function rowsPerLeaf(file: PageFile, leaves: Uint32Array): number {
  const page = Buffer.allocUnsafe(file.pageBytes);
  const asked = Math.min(mostWindows, leaves.length);
  let cells = 0;
  for (let at = 0; at < asked; at += 1) {
    readPages(file, leaves[Math.floor((at * leaves.length) / asked)]!, 1, page, 0);
    cells += Math.min(cellCount(page, 0), mostCells(file));
  }
  return Math.max(1, cells / asked);
}
