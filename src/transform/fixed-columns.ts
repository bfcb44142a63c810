/** Columns whose fields have one length: bigint, double precision, boolean, timestamptz of whole numbers. */
import type { TimeUnit } from "../model/postgres.js";
import { serial } from "../model/record.js";
import { nullLength, type BatchWords, type ChunkWords, type ColumnEncoder } from "./column-encoder.js";
import { epoch2000, quickFactor } from "./time-unit.js";

const wordRange = 0x1_0000_0000;

/** The integer of serial type 1..6, 8 or 9 as a double: exact up to 2^53. */
function wholeNumber(view: DataView, type: number, offset: number): number {
  switch (type) {
    case 1:
      return view.getInt8(offset);
    case 2:
      return view.getInt16(offset);
    case 3:
      return view.getInt8(offset) * 0x1_0000 + view.getUint16(offset + 1);
    case 4:
      return view.getInt32(offset);
    case 5:
      return view.getInt16(offset) * wordRange + view.getUint32(offset + 2);
    case 6:
      return view.getInt32(offset) * wordRange + view.getUint32(offset + 4);
    default:
      return type - serial.zero;
  }
}

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

/** timestamptz from whole numbers of a unit whose microseconds since 2000 are exact as doubles. */
export class InstantColumn implements ColumnEncoder {
  readonly #factor: number;
  /** Of values up to here, neither the product nor the instant leaves the doubles' exact range. */
  readonly #largest: number;

  private constructor(factor: number) {
    this.#factor = factor;
    this.#largest = Math.floor((Number.MAX_SAFE_INTEGER - epoch2000) / factor);
  }

  /** Null for the units that need wider arithmetic. */
  static of(unit: TimeUnit | null): InstantColumn | null {
    const factor = unit === null ? undefined : quickFactor[unit];
    return factor === undefined ? null : new InstantColumn(factor);
  }

  measure({ batch, view }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes, offsets } = batch;
    const largest = this.#largest;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type > serial.one || type === serial.float64) return row;
      // The product of 32 bits and a million is exact.
      if (type === 5 || type === serial.int64) {
        const value = wholeNumber(view, type, offsets[at]!);
        if (value > largest || value < -largest) return row;
      }
      lengths[row]! += type === serial.null ? 4 : 12;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets } = batch;
    const { view: out, cursors } = chunk;
    const factor = this.#factor;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      const cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const instant = wholeNumber(view, type, offsets[at]!) * factor - epoch2000;
      const high = Math.floor(instant / wordRange);
      out.setInt32(cursor, 8);
      out.setInt32(cursor + 4, high);
      out.setUint32(cursor + 8, instant - high * wordRange);
      cursors[row] = cursor + 12;
    }
  }
}
