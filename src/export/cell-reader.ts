/** Finds the records in the cells of b-tree pages (sqlite.org/fileformat2.html, section 1.6), and adds them to a batch. */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import { type PageFile, readPages } from "../source/pages.js";
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
import type { RecordLayout } from "./record-layout.js";
import type { RowBuffer } from "./row-buffer.js";
import { Varint } from "./varint.js";

/** SQLite itself reads and writes no larger row (sqlite.org/limits.html, section 1). */
const mostRowBytes = 1_000_000_000;

export class CellReader {
  readonly #file: PageFile;
  readonly #layout: RecordLayout;
  readonly #rows: RowBuffer;
  readonly #overflow: OverflowPages;
  readonly #leafRoom: PayloadRoom;
  readonly #interiorRoom: PayloadRoom;
  readonly #rowid = new Varint();
  readonly #payload = new Varint();
  #interior: Buffer | null = null;
  #interiorPage = 0;

  constructor(file: PageFile, layout: RecordLayout, rows: RowBuffer) {
    this.#file = file;
    this.#layout = layout;
    this.#rows = rows;
    this.#overflow = new OverflowPages(file, layout.table);
    this.#leafRoom = payloadRoom(file, "leaf", layout.tree);
    this.#interiorRoom = payloadRoom(file, "interior", layout.tree);
  }

  /**
   * Adds the rows of a leaf, from cell `from` on, as long as there is room.
   *
   * @param at where the leaf begins in the bytes of the batch.
   * @returns the first cell that there was no room for; -1 where all are added.
   * @throws ToolError `source-damaged`, `source-unsupported`, `source-not-readable`.
   */
  addLeaf(page: number, at: number, from: number): number {
    const rows = this.#rows;
    const { bytes } = rows;
    const usable = this.#file.usableBytes;
    const cells = this.#leafCells(page, at);
    const firstByte = leafHeaderBytes + 2 * cells;
    const hasRowid = this.#layout.tree === "table";
    const { maxLocal } = this.#leafRoom;
    const rowid = this.#rowid;
    for (let cell = from; cell < cells; cell += 1) {
      if (rows.isFull) return cell;
      const start = readUint16(bytes, at + leafHeaderBytes + 2 * cell);
      if (start < firstByte || start + leastCellBytes > usable) throw this.#damage(page, cell);
      let position = at + start + 1;
      let payload = bytes[position - 1]!;
      if (payload >= 0x80) {
        position = this.#payload.readLength(bytes, position - 1);
        payload = this.#payload.unsigned32;
      }
      if (hasRowid) position = rowid.read(bytes, position);
      if (payload > maxLocal) {
        if (!this.#addCopy(bytes, position, at + usable, payload, this.#leafRoom, page, cell)) return cell;
      } else if (position + payload > at + usable || !rows.add(position, position + payload, rowid)) {
        throw this.#damage(page, cell);
      }
    }
    return -1;
  }

  /**
   * Adds the row that stands on an interior page of a table WITHOUT ROWID.
   *
   * @returns false where there is no room for it.
   * @throws ToolError `source-damaged`, `source-unsupported`, `source-not-readable`.
   */
  addBetween(page: number, cell: number): boolean {
    const bytes = this.#readInterior(page);
    const start = readUint16(bytes, interiorHeaderBytes + 2 * cell);
    const position = this.#payload.readLength(bytes, start + 4);
    const payload = this.#payload.unsigned32;
    return this.#addCopy(bytes, position, this.#file.usableBytes, payload, this.#interiorRoom, page, cell);
  }

  #leafCells(page: number, at: number): number {
    const { bytes } = this.#rows;
    const cells = cellCount(bytes, at);
    const mayBeEmpty = page === this.#layout.rootPage;
    if (
      bytes[at] !== leafKind(this.#layout.tree) ||
      cells > mostCells(this.#file) ||
      (cells === 0 && !mayBeEmpty)
    )
      throw pageDamage(this.#file, this.#layout.table, page, "is not the page with rows that it should be");
    return cells;
  }

  #readInterior(page: number): Buffer {
    const bytes = (this.#interior ??= Buffer.allocUnsafeSlow(this.#file.pageBytes));
    if (page !== this.#interiorPage) readPages(this.#file, page, 1, bytes, 0);
    this.#interiorPage = page;
    return bytes;
  }

  /**
   * Adds a row whose payload begins at `position` and may go on in overflow pages, as a copy in one piece.
   *
   * @param pageEnd where the usable part of the page ends in `bytes`.
   * @returns false where there is no room for it.
   */
  #addCopy(
    bytes: Buffer,
    position: number,
    pageEnd: number,
    payload: number,
    room: PayloadRoom,
    page: number,
    cell: number,
  ): boolean {
    const local = payload <= room.maxLocal ? payload : localBytes(payload, room);
    const rest = payload - local;
    const isWithin = position + local + (rest > 0 ? 4 : 0) <= pageEnd;
    // Before any memory is taken for it: a length that the whole file has no room for is none.
    if (!isWithin || rest > this.#file.pageCount * room.overflowBytes) throw this.#damage(page, cell);
    if (payload > mostRowBytes) throw this.#tooLarge(page, cell, payload);
    const rows = this.#rows;
    if (!rows.place(payload)) return false;
    bytes.copy(rows.placed, rows.placedAt, position, position + local);
    if (rest > 0) {
      const next = readUint32(bytes, position + local);
      this.#overflow.copy(next, rest, rows.placed, rows.placedAt + local, page);
    }
    if (!rows.addPlaced(payload, this.#rowid)) throw this.#damage(page, cell);
    return true;
  }

  #tooLarge(page: number, cell: number, bytes: number): ToolError {
    return new ToolError(
      "source-unsupported",
      `${this.#file.path} holds a row of ${bytes} bytes in table ${quote(this.#layout.table)} ` +
        `(page ${page}, cell ${cell}), and SQLite reads no more than ${mostRowBytes}`,
      "split its values with the program that wrote them",
    );
  }

  #damage(page: number, cell: number): ToolError {
    const found = `holds no row in cell ${cell} that fits into its lengths`;
    return pageDamage(this.#file, this.#layout.table, page, found);
  }
}
