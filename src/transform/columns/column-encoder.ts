/** What the columnar encoders share: how a whole column of a batch becomes fields of binary COPY, without a call per value. */
import type { RecordBatch } from "../../model/record.js";

/** A batch, its bytes also as a view: words are read and written faster by it than byte by byte (twice, measured). */
export interface BatchWords {
  readonly batch: RecordBatch;
  readonly view: DataView;
}

/** Rows of binary COPY in the making. */
export interface ChunkWords {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Where in the chunk each row of the batch goes on; each column writes its field there and moves it. */
  readonly cursors: Uint32Array;
}

/**
 * One column in two passes over a batch: the lengths first, so that the chunk is allocated once and exactly, then the
 * fields, column by column. Takes only the values that such a column usually holds; others are for EncodeField, which
 * knows all. What both take has the same bytes.
 */
export interface ColumnEncoder {
  /**
   * Adds the length of each row's field, with its own four bytes of length, to `lengths`, from the first row on.
   *
   * @param index of the column in the batch.
   * @returns how many rows it measured: it stops before the first value that it does not take.
   */
  measure(words: BatchWords, index: number, lengths: Uint32Array): number;
  /** Writes the fields of the rows [from, to), all of them measured before. */
  write(words: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void;
}

/** The length that stands for NULL. */
export const nullLength = -1;

/** From here on the call of Buffer.copy costs less than a loop (measured). */
const longCopy = 112;

/** Copies bytes[start, start + length), of which `view` is a view, to `at` of the chunk. */
export function copyBytes(
  bytes: Buffer,
  view: DataView,
  start: number,
  length: number,
  chunk: ChunkWords,
  at: number,
): void {
  if (length < longCopy) copyWords(view, start, length, chunk.view, at);
  else bytes.copy(chunk.bytes, at, start, start + length);
}

function copyWords(source: DataView, start: number, length: number, target: DataView, to: number): void {
  if (length < 4) {
    for (let done = 0; done < length; done += 1) target.setInt8(to + done, source.getInt8(start + done));
    return;
  }
  const last = length - 4;
  for (let done = 0; done < last; done += 4) target.setInt32(to + done, source.getInt32(start + done));
  // It may overlap the word before it, which costs less than a loop over single bytes.
  target.setInt32(to + last, source.getInt32(start + last));
}
