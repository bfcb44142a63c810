/** Cuts a table's row pages into parts of about the same weight, for workers to take one after another. */
import { type Slice, sliceBytes } from "../model/slice.js";
import { type PageFile, readPages } from "../source/pages.js";
import {
  cellCount,
  leafHeaderBytes,
  leafKind,
  localBytes,
  mostCells,
  payloadRoom,
  readUint16,
} from "./btree-page.js";
import type { RecordLayout } from "./record-layout.js";
import type { RowPages } from "./row-pages.js";
import { Varint } from "./varint.js";

/** Rows that go on in other pages are many bytes on few leaves; so many leaves are asked how much that is. */
const mostSamples = 256;

/**
 * The parts of a table in row order; none where it is empty.
 *
 * @param partBytes what a part should weigh, but for the last ones; a guess where rows overflow, so one may be heavier.
 * @throws ToolError `source-not-readable`, `source-damaged`.
 */
export function sliceRowPages(
  file: PageFile,
  rowPages: RowPages,
  layout: RecordLayout,
  partBytes: number = sliceBytes,
): readonly Slice[] {
  const { leaves } = rowPages;
  const leavesPerSample = Math.ceil(leaves.length / mostSamples);
  const page = Buffer.allocUnsafe(file.pageBytes);
  const weights: number[] = [];
  let total = 0;
  for (let from = 0; from < leaves.length; from += leavesPerSample) {
    readPages(file, leaves[from]!, 1, page, 0);
    const weight = file.pageBytes + overflowOf(file, page, layout);
    weights.push(weight);
    total += weight * Math.min(leavesPerSample, leaves.length - from);
  }
  const slices: Slice[] = [];
  let from = 0;
  let bytes = 0;
  let wanted = total < 1.5 * partBytes ? total : nextShare(total, partBytes);
  for (let to = 1; to <= leaves.length; to += 1) {
    bytes += weights[Math.floor((to - 1) / leavesPerSample)]!;
    if (bytes < wanted && to < leaves.length) continue;
    slices.push({ number: slices.length, from, to, bytes });
    from = to;
    total -= bytes;
    bytes = 0;
    wanted = nextShare(total, partBytes);
  }
  return slices;
}

/**
 * What the next part should weigh of what is `left`. The last ones are smaller, down to a quarter: a worker that has
 * nothing left to take waits for the others no longer than such a part takes.
 */
function nextShare(left: number, partBytes: number): number {
  const smallest = partBytes / 4;
  const share = Math.min(partBytes, Math.max(smallest, left / 8));
  return left < share + smallest / 2 ? left : share;
}

/** Bytes of the overflow pages of a leaf's rows. A guess is enough: whoever reads the rows tells of damage. */
function overflowOf(file: PageFile, bytes: Buffer, { tree }: RecordLayout): number {
  if (bytes[0] !== leafKind(tree)) return 0;
  const room = payloadRoom(file, "leaf", tree);
  const payload = new Varint();
  let pages = 0;
  const cells = Math.min(cellCount(bytes, 0), mostCells(file));
  for (let cell = 0; cell < cells; cell += 1) {
    payload.read(bytes, readUint16(bytes, leafHeaderBytes + 2 * cell));
    const length = payload.unsigned32;
    if (length > room.maxLocal) pages += Math.ceil((length - localBytes(length, room)) / room.overflowBytes);
  }
  // The row between this leaf and the next one may be as large.
  if (tree === "index" && cells > 0) pages += pages / cells;
  return Math.min(pages, file.pageCount) * file.pageBytes;
}
