/** Columns of numbers and truth values, whose fields have one length. */
import { serial } from "../../model/record.js";
import { nullLength, type BatchWords, type ChunkWords, type ColumnEncoder } from "./column-encoder.js";
import { wholeNumber } from "../whole-number.js";

export class BigintColumn implements ColumnEncoder {
  measure({ batch }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes } = batch;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type > serial.one || type === serial.float64) return row;
      lengths[row]! += type === serial.null ? 4 : 12;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets } = batch;
    const { view: out, cursors } = chunk;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      const cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const offset = offsets[at]!;
      let high = 0;
      let low: number;
      if (type >= serial.zero) {
        low = type - serial.zero;
      } else if (type === serial.int64) {
        high = view.getInt32(offset);
        low = view.getInt32(offset + 4);
      } else if (type === 5) {
        high = view.getInt16(offset);
        low = view.getInt32(offset + 2);
      } else {
        low = wholeNumber(view, type, offset);
        high = low >> 31;
      }
      out.setInt32(cursor, 8);
      out.setInt32(cursor + 4, high);
      out.setInt32(cursor + 8, low);
      cursors[row] = cursor + 12;
    }
  }
}

/** smallint and integer. */
export class NarrowColumn implements ColumnEncoder {
  readonly #bytes: 2 | 4;

  constructor(bytes: 2 | 4) {
    this.#bytes = bytes;
  }

  measure({ batch, view }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes, offsets } = batch;
    const end = 2 ** (8 * this.#bytes - 1);
    const length = 4 + this.#bytes;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type === serial.null) {
        lengths[row]! += 4;
        continue;
      }
      if (type > serial.one || type === serial.float64) return row;
      const value = wholeNumber(view, type, offsets[at]!);
      if (value < -end || value >= end) return row;
      lengths[row]! += length;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets } = batch;
    const { view: out, cursors } = chunk;
    const bytes = this.#bytes;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      const cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const value = wholeNumber(view, type, offsets[at]!);
      out.setInt32(cursor, bytes);
      if (bytes === 2) out.setInt16(cursor + 4, value);
      else out.setInt32(cursor + 4, value);
      cursors[row] = cursor + 4 + bytes;
    }
  }
}

export class DoubleColumn implements ColumnEncoder {
  measure({ batch, view }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes, offsets } = batch;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type > serial.one) return row;
      if (type === serial.int64 && !Number.isSafeInteger(wholeNumber(view, type, offsets[at]!))) return row;
      lengths[row]! += type === serial.null ? 4 : 12;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets } = batch;
    const { view: out, cursors } = chunk;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      const cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const offset = offsets[at]!;
      out.setInt32(cursor, 8);
      if (type === serial.float64) {
        // As words: on the way through a double a NaN's bits could change.
        out.setInt32(cursor + 4, view.getInt32(offset));
        out.setInt32(cursor + 8, view.getInt32(offset + 4));
      } else {
        out.setFloat64(cursor + 4, wholeNumber(view, type, offset));
      }
      cursors[row] = cursor + 12;
    }
  }
}

export class BooleanColumn implements ColumnEncoder {
  measure({ batch, view }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes, offsets } = batch;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type > serial.one || type === serial.float64) return row;
      if (type < serial.zero && type !== serial.null) {
        const value = wholeNumber(view, type, offsets[at]!);
        if (value !== 0 && value !== 1) return row;
      }
      lengths[row]! += type === serial.null ? 4 : 5;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets } = batch;
    const { view: out, cursors } = chunk;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      const cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      out.setInt32(cursor, 1);
      out.setInt8(cursor + 4, wholeNumber(view, type, offsets[at]!));
      cursors[row] = cursor + 5;
    }
  }
}
