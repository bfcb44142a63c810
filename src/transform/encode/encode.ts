/**
 * A table's records as binary COPY (PostgreSQL documentation, COPY, "Binary Format"): encoders are chosen once per
 * table, then each batch becomes a chunk of bytes or a few, column by column. A batch with a value that does not fit
 * goes row by row instead, so that good rows pay nothing for the search of its place. Tables with a type that has no
 * binary form go by COPY text.
 */
import { copiedColumns, type TablePlan } from "../../model/plan.js";
import type { RecordBatch } from "../../model/record.js";
import { columnEncoderFor } from "../columns/choose-column.js";
import { viewOf } from "../byte-view.js";
import type { BatchWords, ColumnEncoder } from "../columns/column-encoder.js";
import { copyFormat, copySignature, copyTrailer } from "./copy-format.js";
import { encodeRows, type RowField } from "./encode-rows.js";
import type { Misfit } from "./misfit.js";
import { encodeTextRows } from "./encode-text-rows.js";
import { amendingEncoder } from "../amend/amend.js";
import type { RowTest } from "./orphan-test.js";
import { PolicyCounts } from "./policy-counts.js";
import { ValueColumn } from "../columns/value-column.js";

export interface EncodeOptions {
  /** Told of every value that does not fit; the row is left out and the next one goes on. */
  readonly onMisfit: (misfit: Misfit) => void;
  /**
   * Every value of these very rows was seen by the profile, and it found that all fit: what it told of columns of text,
   * varchar and jsonb (UTF-8, NUL, the syntax of JSON) is not asked again. Limits, ranges and other types are.
   */
  readonly profiled: boolean;
  /** Where what the columns' policies change is counted; rows that are left out do not count. */
  readonly changes?: PolicyCounts;
  /** Rows that are left out whatever their values are; onMisfit is told of them, too. */
  readonly isApart?: RowTest | null;
}

/** What a chunk holds at most, but for a row that is larger: enough to spare system calls, and still in the caches. */
const chunkBytes = 512 * 1024;

/**
 * Yields the bytes of one COPY, in the table's copyFormat. Chunks are handed over for good.
 *
 * @param recordColumns the source columns that the batches hold, in their order; the plan may leave some out.
 * @throws Error where the records lack a column of the plan: they were made for another table.
 */
export function* encodeRecords(
  table: TablePlan,
  recordColumns: readonly string[],
  batches: Iterable<RecordBatch>,
  options: EncodeOptions,
): Generator<Buffer> {
  const encode = batchEncoder(table, recordColumns, options);
  const isBinary = copyFormat(table) === "binary";
  if (isBinary) yield Buffer.from(copySignature);
  for (const batch of batches) yield* encode(batch);
  if (isBinary) yield Buffer.from(copyTrailer);
}

/**
 * The rows of one batch after another, as encodeRecords has them between its header and trailer. Each batch has to be
 * encoded to its end before the next.
 */
export function batchEncoder(
  table: TablePlan,
  recordColumns: readonly string[],
  { onMisfit, profiled, changes = new PolicyCounts([]), isApart = null }: EncodeOptions,
): (batch: RecordBatch) => Iterable<Buffer> {
  const fields = copiedColumns(table).map((column): RowField => {
    const index = recordColumns.indexOf(column.source);
    // A place that is not there would be read as the value before the row's first, without a word.
    if (index === -1) throw new Error(`the records of ${table.source} have no column ${column.source}`);
    const takesNulls = column.policy.nullAs !== undefined;
    return { column, index, encode: amendingEncoder(column, changes), takesNulls };
  });
  if (copyFormat(table) === "text")
    return (batch) => encodeTextRows(fields, batch, changes, onMisfit, isApart);
  const encoder = new BatchEncoder(fields, profiled);
  return (batch) => {
    if (!hasApart(batch, isApart) && encoder.measure(batch)) {
      changes.keep();
      return encoder.chunks();
    }
    changes.drop();
    return encodeRows(fields, batch, changes, onMisfit, isApart);
  };
}

function hasApart(batch: RecordBatch, isApart: RowTest | null): boolean {
  if (isApart === null) return false;
  for (let row = 0; row < batch.rows; row += 1) if (isApart(batch, row) !== null) return true;
  return false;
}

interface Column {
  readonly index: number;
  /** For the usual values, up to the first other one. */
  readonly usual: ColumnEncoder | null;
  /** For all from there on. */
  readonly others: ValueColumn;
  /** Rows of this batch that `usual` measured. */
  measured: number;
}

class BatchEncoder {
  readonly #columns: readonly Column[];
  #words: BatchWords | null = null;
  /** Per row: the bytes of its fields. */
  #lengths = new Uint32Array(0);
  #cursors = new Uint32Array(0);

  constructor(fields: readonly RowField[], profiled: boolean) {
    this.#columns = fields.map(({ column, index, encode, takesNulls }) => ({
      index,
      usual: columnEncoderFor(column, profiled),
      others: new ValueColumn(encode, takesNulls),
      measured: 0,
    }));
  }

  /** Whether all values of the batch fit; then chunks() may be called. */
  measure(batch: RecordBatch): boolean {
    const words = { batch, view: viewOf(batch.bytes) };
    if (this.#lengths.length < batch.rows) {
      this.#lengths = new Uint32Array(batch.rows);
      this.#cursors = new Uint32Array(batch.rows);
    }
    const lengths = this.#lengths.fill(2);
    for (const column of this.#columns) {
      column.measured = column.usual?.measure(words, column.index, lengths) ?? 0;
      if (
        column.measured < batch.rows &&
        !column.others.measure(words, column.index, column.measured, lengths)
      )
        return false;
    }
    this.#words = words;
    return true;
  }

  *chunks(): Generator<Buffer> {
    const { rows } = this.#words!.batch;
    let total = 0;
    for (let row = 0; row < rows; row += 1) total += this.#lengths[row]!;
    // In equal parts: the last one would be small otherwise.
    const share = total / Math.ceil(total / chunkBytes);
    for (let from = 0; from < rows;) {
      let to = from;
      let size = 0;
      while (to < rows && size < share) {
        this.#cursors[to] = size;
        size += this.#lengths[to]!;
        to += 1;
      }
      // Not held in a variable: two chunks of a gigabyte would be held at a time.
      yield this.#write(from, to, size);
      from = to;
    }
  }

  #write(from: number, to: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(size);
    const chunk = { bytes, view: new DataView(bytes.buffer), cursors: this.#cursors };
    for (let row = from; row < to; row += 1) {
      chunk.view.setInt16(this.#cursors[row]!, this.#columns.length);
      this.#cursors[row]! += 2;
    }
    const words = this.#words!;
    for (const { index, usual, others, measured } of this.#columns) {
      if (from < measured) usual!.write(words, index, from, Math.min(to, measured), chunk);
      if (measured < to) others.write(words, index, Math.max(from, measured), to, chunk);
    }
    return bytes;
  }
}
