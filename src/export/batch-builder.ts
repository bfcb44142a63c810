/**
 * Collects values into a RecordBatch, for readers that get them one by one. Its arrays are used again for
 * the next batch and grow only when a single row needs it: a run's memory does not depend on its rows.
 */
import { serial, type RecordBatch } from "../model/record.js";

/** A batch is handed on when it holds this much: large enough to spread the cost of a pull over many rows. */
const batchBytes = 256 * 1024;
const batchRows = 2048;

/** Of all rows and columns of a batch; a table may have 2,000 columns. */
const batchValues = 128 * 1024;

export class BatchBuilder {
  readonly #columns: number;
  readonly #mostRows: number;
  #bytes = Buffer.allocUnsafe(batchBytes * 2);
  #used = 0;
  #rows = 0;
  #value = 0;
  readonly #serialTypes: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #rowids: BigInt64Array | null;

  constructor(columns: number, withRowids: boolean) {
    this.#columns = columns;
    this.#mostRows = Math.max(1, Math.min(batchRows, Math.floor(batchValues / columns)));
    this.#serialTypes = new Uint32Array(this.#mostRows * columns);
    this.#offsets = new Uint32Array(this.#mostRows * columns);
    this.#rowids = withRowids ? new BigInt64Array(this.#mostRows) : null;
  }

  get full(): boolean {
    return this.#rows === this.#mostRows || this.#used >= batchBytes;
  }

  get rows(): number {
    return this.#rows;
  }

  addNull(): void {
    this.#place(serial.null, 0);
  }

  addInteger(value: bigint): void {
    this.#place(serial.int64, 8);
    this.#bytes.writeBigInt64BE(value, this.#used - 8);
  }

  addReal(value: number): void {
    this.#place(serial.float64, 8);
    this.#bytes.writeDoubleBE(value, this.#used - 8);
  }

  addText(utf8: Uint8Array): void {
    this.#place(serial.firstText + utf8.length * 2, utf8.length);
    this.#bytes.set(utf8, this.#used - utf8.length);
  }

  addBlob(bytes: Uint8Array): void {
    this.#place(serial.firstBlob + bytes.length * 2, bytes.length);
    this.#bytes.set(bytes, this.#used - bytes.length);
  }

  endRow(rowid: bigint | null): void {
    if (this.#rowids !== null && rowid !== null) this.#rowids[this.#rows] = rowid;
    this.#rows += 1;
  }

  /** What was collected since the last call; valid until the next value is added. */
  take(): RecordBatch {
    const batch: RecordBatch = {
      rows: this.#rows,
      columns: this.#columns,
      bytes: this.#bytes,
      serialTypes: this.#serialTypes,
      offsets: this.#offsets,
      rowids: this.#rowids,
    };
    this.#rows = 0;
    this.#value = 0;
    this.#used = 0;
    return batch;
  }

  #place(serialType: number, length: number): void {
    if (this.#used + length > this.#bytes.length) this.#grow(length);
    this.#serialTypes[this.#value] = serialType;
    this.#offsets[this.#value] = this.#used;
    this.#value += 1;
    this.#used += length;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + length));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}
