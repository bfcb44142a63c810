/**
 * The rows of a batch while it is made, in memory that is used again for the next one:
 *
 *   constants | leaves, as they are in the file | spill
 *
 * Rows stay where they are on their leaf. The spill takes what is nowhere in one piece: rows that go on in overflow
 * pages, and values that have to be written anew. A row too large for it is a batch of its own, in memory of its own.
 */
import type { RecordBatch } from "../model/record.js";
import { type DecodedValues, RecordDecoder } from "./record-decoder.js";
import type { RecordLayout } from "./record-layout.js";
import type { Varint } from "./varint.js";

const spillBytes = 256 * 1024;
const mostRows = 8192;
/** Of all rows and columns of a batch; a table may have 2,000 columns. */
const mostValues = 128 * 1024;

/** The memory of a large row is kept for the next one up to this size. */
const keptBytes = 4 * 1024 * 1024;

/** Which half of a BigInt64Array's element holds the lower 32 bits. */
const lowHalf = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

export class RowBuffer {
  readonly bytes: Buffer;
  /** The leaves belong into `bytes` from here on. */
  readonly leavesAt: number;
  rows = 0;
  /** Where `place` made room. */
  placed: Buffer;
  placedAt = 0;
  readonly #layout: RecordLayout;
  readonly #decoder: RecordDecoder;
  readonly #values: DecodedValues;
  readonly #rowids: BigInt64Array;
  readonly #rowidHalves: Int32Array;
  readonly #mostRows: number;
  readonly #spillAt: number;
  readonly #lastSpill: number;
  #spill: number;
  #large: Buffer | null = null;
  #isLarge = false;

  /** @param leafBytes how many bytes of leaves there are at once. */
  constructor(layout: RecordLayout, leafBytes: number) {
    this.#layout = layout;
    this.#decoder = new RecordDecoder(layout);
    const columns = layout.columns.length;
    this.#mostRows = Math.max(1, Math.min(mostRows, Math.floor(mostValues / columns)));
    this.#values = {
      serialTypes: new Uint32Array(this.#mostRows * columns),
      offsets: new Uint32Array(this.#mostRows * columns),
    };
    this.#rowids = new BigInt64Array(this.#mostRows);
    this.#rowidHalves = new Int32Array(this.#rowids.buffer);
    this.leavesAt = this.#decoder.constants.length;
    this.#spillAt = this.leavesAt + leafBytes;
    this.#spill = this.#spillAt;
    this.#lastSpill = this.#spillAt + spillBytes;
    this.bytes = Buffer.allocUnsafeSlow(this.#lastSpill + this.#decoder.spillBytes);
    this.placed = this.bytes;
    this.#decoder.constants.copy(this.bytes);
  }

  get isFull(): boolean {
    return this.rows === this.#mostRows || this.#spill > this.#lastSpill || this.#isLarge;
  }

  /** Adds the record in [at, end) of `bytes`, where it stays; false where it is no record of the table. */
  add(at: number, end: number, rowid: Varint): boolean {
    const spill = this.#decoder.decode(this.bytes, at, end, this.#values, this.rows, rowid, this.#spill);
    if (spill < 0) return false;
    this.#spill = spill;
    this.#endRow(rowid);
    return true;
  }

  /** Makes room for a record of `bytes` bytes that has to be put together; false where there is none in this batch. */
  place(bytes: number): boolean {
    const needed = bytes + this.#decoder.spillBytes;
    const isLarge = this.#spill + needed > this.bytes.length;
    if (this.isFull || (isLarge && this.rows > 0)) return false;
    this.#isLarge = isLarge;
    this.placed = isLarge ? this.#largeBuffer(this.leavesAt + needed) : this.bytes;
    this.placedAt = isLarge ? this.leavesAt : this.#spill;
    return true;
  }

  /** Adds the record that was put where `place` made room; false where it is no record of the table. */
  addPlaced(bytes: number, rowid: Varint): boolean {
    const end = this.placedAt + bytes;
    const spill = this.#decoder.decode(this.placed, this.placedAt, end, this.#values, this.rows, rowid, end);
    if (spill < 0) return false;
    if (!this.#isLarge) this.#spill = spill;
    this.#endRow(rowid);
    return true;
  }

  /** The rows added since the last call; valid until the next one is added. */
  take(): RecordBatch {
    const batch: RecordBatch = {
      rows: this.rows,
      columns: this.#layout.columns.length,
      bytes: this.#isLarge ? this.placed : this.bytes,
      ...this.#values,
      rowids: this.#layout.withRowids ? this.#rowids : null,
    };
    this.rows = 0;
    this.#spill = this.#spillAt;
    this.#isLarge = false;
    this.placed = this.bytes;
    if (this.#large !== null && this.#large.length > keptBytes) this.#large = null;
    return batch;
  }

  #largeBuffer(bytes: number): Buffer {
    if (this.#large === null || this.#large.length < bytes) {
      this.#large = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(keptBytes, 2 * bytes)));
      this.#decoder.constants.copy(this.#large);
    }
    return this.#large;
  }

  #endRow(rowid: Varint): void {
    this.#rowidHalves[2 * this.rows + lowHalf] = rowid.low;
    this.#rowidHalves[2 * this.rows + 1 - lowHalf] = rowid.high;
    this.rows += 1;
  }
}
