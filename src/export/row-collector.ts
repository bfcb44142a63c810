/**
 * Collects the rows of b-tree pages into a RecordBatch. Rows stay where they are on their leaf; behind the leaves is
 * room for what is nowhere in one piece: rows that go on in overflow pages, and values that have to be written anew.
 */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import { payloadBytes, type RecordBatch, serial } from "../model/record.js";
import type { PageFile } from "../source/pages.js";
import { readPages } from "../source/pages.js";
import {
  cellCount,
  interiorHeaderBytes,
  leafHeaderBytes,
  leafKind,
  leastCellBytes,
  localBytes,
  mostCells,
  type PayloadRoom,
  payloadRoom,
  readUint16,
  readUint32,
} from "./btree-page.js";
import { OverflowPages } from "./overflow-pages.js";
import { pageDamage } from "./page-damage.js";
import { type DecodedValues, RecordDecoder } from "./record-decoder.js";
import type { RecordLayout } from "./record-layout.js";
import { Varint } from "./varint.js";

const spillBytes = 256 * 1024;
const mostRows = 8192;
/** Of all rows and columns of a batch; a table may have 2,000 columns. */
const mostValues = 128 * 1024;

/** A row that needs more than the spill has a buffer of its own, kept for the next one up to this size. */
const keptBytes = 4 * 1024 * 1024;

/** SQLite itself reads no larger value (sqlite.org/limits.html, section 1). */
const mostValueBytes = 1_000_000_000;

/** In a BigInt64Array. */
const lowWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

export class RowCollector {
  /** The leaves belong into it, from `leavesAt` on. */
  readonly bytes: Buffer;
  readonly leavesAt: number;
  rows = 0;
  readonly #file: PageFile;
  readonly #layout: RecordLayout;
  readonly #decoder: RecordDecoder;
  readonly #overflow: OverflowPages;
  readonly #leafRoom: PayloadRoom;
  readonly #interiorRoom: PayloadRoom;
  readonly #mostRows: number;
  readonly #values: DecodedValues;
  readonly #rowids: BigInt64Array | null;
  readonly #rowidWords: Int32Array;
  readonly #rowid = new Varint();
  readonly #payload = new Varint();
  readonly #spillAt: number;
  #spill: number;
  #large: Buffer | null = null;
  /** The batch is one row, in `#large`. */
  #isLarge = false;
  #interior: Buffer | null = null;
  #interiorPage = 0;

  /** @param leafBytes how many bytes of leaves there are at once. */
  constructor(file: PageFile, layout: RecordLayout, leafBytes: number) {
    this.#file = file;
    this.#layout = layout;
    this.#decoder = new RecordDecoder(layout);
    this.#overflow = new OverflowPages(file, layout.table);
    this.#leafRoom = payloadRoom(file, "leaf", layout.tree);
    this.#interiorRoom = payloadRoom(file, "interior", layout.tree);
    const columns = layout.columns.length;
    this.#mostRows = Math.max(1, Math.min(mostRows, Math.floor(mostValues / columns)));
    this.#values = {
      serialTypes: new Uint32Array(this.#mostRows * columns),
      offsets: new Uint32Array(this.#mostRows * columns),
    };
    const rowids = new BigInt64Array(layout.withRowids ? this.#mostRows : 0);
    this.#rowidWords = new Int32Array(rowids.buffer);
    this.#rowids = layout.withRowids ? rowids : null;
    this.leavesAt = this.#decoder.constants.length;
    this.#spillAt = this.leavesAt + leafBytes;
    this.#spill = this.#spillAt;
    this.bytes = Buffer.allocUnsafeSlow(this.#spillAt + spillBytes + this.#decoder.spillBytes);
    this.#decoder.constants.copy(this.bytes);
  }

  /**
   * Adds the rows of a leaf, from cell `from` on, as long as there is room.
   *
   * @param at where the leaf begins in `bytes`.
   * @returns the first cell that there was no room for; -1 where all are added.
   * @throws ToolError `source-damaged`.
   */
  addLeaf(page: number, at: number, from: number): number {
    const { bytes } = this;
    const usable = this.#file.usableBytes;
    const pageEnd = at + usable;
    const cells = this.#leafCells(page, at);
    const firstByte = leafHeaderBytes + 2 * cells;
    const hasRowid = this.#layout.tree === "table";
    const { maxLocal } = this.#leafRoom;
    const decoder = this.#decoder;
    const rowid = this.#rowid;
    const spillEnd = bytes.length - decoder.spillBytes;
    for (let cell = from; cell < cells; cell += 1) {
      if (this.rows === this.#mostRows || this.#isLarge) return cell;
      const start = readUint16(bytes, at + leafHeaderBytes + 2 * cell);
      if (start < firstByte || start + leastCellBytes > usable) throw this.#cellDamage(page, cell);
      let position = at + start + 1;
      let payload = bytes[position - 1]!;
      if (payload >= 0x80) {
        const second = bytes[position]!;
        if (second < 0x80) {
          payload = ((payload & 0x7f) << 7) | second;
          position += 1;
        } else {
          position = this.#payload.read(bytes, position - 1);
          payload = this.#payload.unsigned32;
        }
      }
      if (hasRowid) position = rowid.read(bytes, position);
      if (payload > maxLocal) {
        if (!this.#addCopy(bytes, position, pageEnd, payload, this.#leafRoom, page, cell)) return cell;
        continue;
      }
      const end = position + payload;
      if (end > pageEnd) throw this.#cellDamage(page, cell);
      if (this.#spill > spillEnd) return cell;
      const spill = decoder.decode(bytes, position, end, this.#values, this.rows, rowid, this.#spill);
      if (spill < 0) throw this.#cellDamage(page, cell);
      this.#spill = spill;
      this.#endRow();
    }
    return -1;
  }

  /**
   * Adds the row that stands on an interior page of a table WITHOUT ROWID.
   *
   * @returns false where there is no room for it.
   * @throws ToolError `source-damaged`, `source-not-readable`.
   */
  addBetween(page: number, cell: number): boolean {
    if (this.rows === this.#mostRows || this.#isLarge) return false;
    const bytes = this.#readInterior(page);
    const start = readUint16(bytes, interiorHeaderBytes + 2 * cell);
    const position = this.#payload.read(bytes, start + 4);
    const room = this.#interiorRoom;
    return this.#addCopy(bytes, position, this.#file.usableBytes, this.#payload.unsigned32, room, page, cell);
  }

  /** The rows added since the last call, at least one; valid until the next one is added. */
  take(): RecordBatch {
    const batch: RecordBatch = {
      rows: this.rows,
      columns: this.#layout.columns.length,
      bytes: this.#isLarge && this.#large !== null ? this.#large : this.bytes,
      serialTypes: this.#values.serialTypes,
      offsets: this.#values.offsets,
      rowids: this.#rowids,
    };
    this.rows = 0;
    this.#spill = this.#spillAt;
    this.#isLarge = false;
    if (this.#large !== null && this.#large.length > keptBytes) this.#large = null;
    return batch;
  }

  #leafCells(page: number, at: number): number {
    const kind = this.bytes[at]!;
    const cells = cellCount(this.bytes, at);
    const isRoot = page === this.#layout.rootPage;
    if (kind !== leafKind(this.#layout.tree) || cells > mostCells(this.#file) || (cells === 0 && !isRoot))
      throw pageDamage(this.#file, this.#layout.table, page, `is no leaf of its tree`);
    return cells;
  }

  #readInterior(page: number): Buffer {
    const bytes = (this.#interior ??= Buffer.allocUnsafeSlow(this.#file.pageBytes));
    if (page !== this.#interiorPage) readPages(this.#file, page, 1, bytes, 0);
    this.#interiorPage = page;
    return bytes;
  }

  /**
   * Adds a row whose payload begins at `position` of a page and may go on elsewhere, as a copy in one piece.
   *
   * @param pageEnd where the usable part of the page ends in `page`.
   * @returns false where there is no room for it.
   */
  #addCopy(
    page: Buffer,
    position: number,
    pageEnd: number,
    payload: number,
    room: PayloadRoom,
    number: number,
    cell: number,
  ): boolean {
    const local = payload <= room.maxLocal ? payload : localBytes(payload, room);
    const rest = payload - local;
    if (position + local + (rest > 0 ? 4 : 0) > pageEnd || rest > this.#file.pageCount * room.overflowBytes)
      throw this.#cellDamage(number, cell);
    const needed = payload + this.#decoder.spillBytes;
    if (this.#spill + needed > this.bytes.length && this.rows > 0) return false;
    this.#isLarge = this.#spill + needed > this.bytes.length;
    const bytes = this.#isLarge ? this.#largeBuffer(needed) : this.bytes;
    const at = this.#isLarge ? this.leavesAt : this.#spill;
    page.copy(bytes, at, position, position + local);
    if (rest > 0) this.#overflow.copy(readUint32(page, position + local), rest, bytes, at + local, number);
    const end = at + payload;
    const spill = this.#decoder.decode(bytes, at, end, this.#values, this.rows, this.#rowid, end);
    if (spill < 0) throw this.#cellDamage(number, cell);
    if (payload > mostValueBytes) this.#refuseHugeValues();
    if (!this.#isLarge) this.#spill = spill;
    this.#endRow();
    return true;
  }

  #largeBuffer(bytes: number): Buffer {
    const needed = this.leavesAt + bytes;
    if (this.#large === null || this.#large.length < needed) {
      this.#large = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(keptBytes, 2 * needed)));
      this.#decoder.constants.copy(this.#large);
    }
    return this.#large;
  }

  #endRow(): void {
    this.#rowidWords[2 * this.rows + lowWord] = this.#rowid.low;
    this.#rowidWords[2 * this.rows + 1 - lowWord] = this.#rowid.high;
    this.rows += 1;
  }

  #refuseHugeValues(): void {
    const base = this.rows * this.#layout.columns.length;
    for (const [index, { name }] of this.#layout.columns.entries()) {
      const type = this.#values.serialTypes[base + index]!;
      if (type < serial.firstBlob || payloadBytes(type) <= mostValueBytes) continue;
      throw new ToolError(
        "source-unsupported",
        `${this.#file.path}, table ${quote(this.#layout.table)}, column ${quote(name)} holds a value of ` +
          `${payloadBytes(type)} bytes, and SQLite reads no more than ${mostValueBytes}`,
        "split it with the program that wrote it",
      );
    }
  }

  #cellDamage(page: number, cell: number): ToolError {
    const found = `holds no row in cell ${cell}: its lengths do not fit`;
    return pageDamage(this.#file, this.#layout.table, page, found);
  }
}
