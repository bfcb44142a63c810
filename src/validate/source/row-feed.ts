/**
 * Rows of the source, one after another into an encoder, by a cheap way of reading: most tables have only values that convert,
 * and TEXT that strings say all of. Where a row is not such a one, only the exact reading (scan.ts) can tell of the table.
 */
import type { RecordBatch } from "../../model/record.js";
import type { PlainBatch } from "./plain-rows.js";
import type { RowEncoder } from "./row-encoder.js";

/** What became of the next row: it is encoded, there was none, or it needs the exact reading. */
export type Fed = "row" | "end" | "inexact";

export interface RowFeed {
  /** @throws what the reader throws. */
  next(): Fed;
  /** To be called when the feed is left before its end; harmless afterwards. */
  close(): void;
}

/** @param places where the plan's columns stand in the records. */
export const recordFeed = (
  batches: Iterable<RecordBatch>,
  places: readonly number[],
  encoder: RowEncoder,
): RowFeed =>
  new BatchFeed(
    batches,
    ({ rows }) => rows,
    (batch, row) => encoder.encodeRecord(batch, row, places),
  );

/** @param batches of plain-rows.ts */
export const plainFeed = (batches: Iterable<PlainBatch>, encoder: RowEncoder): RowFeed =>
  new BatchFeed(
    batches,
    ({ rows }) => rows.length,
    (batch, row) => encodePlain(batch, row, encoder),
  );

const encodePlain = (batch: PlainBatch, row: number, encoder: RowEncoder): boolean => {
  const encoded = encoder.encodePlain(batch.rows[row]!, batch.isExact);
  if (encoded !== "ambiguous") {
    return encoded === "row";
  }
  batch.readExactly();
  return encoder.encodePlain(batch.rows[row]!, batch.isExact) === "row";
};

class BatchFeed<Batch> implements RowFeed {
  readonly #batches: Iterator<Batch>;
  readonly #rowsOf: (batch: Batch) => number;
  readonly #encode: (batch: Batch, row: number) => boolean;
  #batch: Batch | null = null;
  #rows = 0;
  #at = 0;

  constructor(
    batches: Iterable<Batch>,
    rowsOf: (batch: Batch) => number,
    encode: (batch: Batch, row: number) => boolean,
  ) {
    this.#batches = batches[Symbol.iterator]();
    this.#rowsOf = rowsOf;
    this.#encode = encode;
  }

  next(): Fed {
    while (this.#batch === null || this.#at === this.#rows) {
      const { done, value } = this.#batches.next() as IteratorResult<Batch, undefined>;
      if (done === true) {
        return "end";
      }
      this.#batch = value;
      this.#rows = this.#rowsOf(value);
      this.#at = 0;
    }
    const row = this.#at;
    this.#at = row + 1;
    return this.#encode(this.#batch, row) ? "row" : "inexact";
  }

  close(): void {
    this.#batches.return?.();
  }
}
