/** Columns of timestamps from whole numbers whose microseconds since 2000 are exact as doubles; others go value by value. */
import type { TimeUnit } from "../../model/postgres.js";
import { serial } from "../../model/record.js";
import { nullLength, type BatchWords, type ChunkWords, type ColumnEncoder } from "./column-encoder.js";
import { quickScales, type QuickScale } from "../fields/time-unit.js";
import { wholeNumber, wordRange } from "../whole-number.js";

export class InstantColumn implements ColumnEncoder {
  readonly #scale: QuickScale;
  /** Up to here, and down to its negative, no intermediate result leaves the doubles' exact range. */
  readonly #largest: number;

  private constructor(scale: QuickScale) {
    this.#scale = scale;
    this.#largest =
      Math.floor((Number.MAX_SAFE_INTEGER - scale.after) / scale.factor) - Math.abs(scale.epoch);
  }

  /** Null for units that need wider arithmetic. */
  static of(unit: TimeUnit | null): InstantColumn | null {
    const scale = unit === null ? undefined : quickScales[unit];
    return scale === undefined ? null : new InstantColumn(scale);
  }

  measure({ batch, view }: BatchWords, index: number, lengths: Uint32Array): number {
    const { rows, columns, serialTypes, offsets } = batch;
    const largest = this.#largest;
    for (let row = 0, at = index; row < rows; row += 1, at += columns) {
      const type = serialTypes[at]!;
      if (type === serial.null) {
        lengths[row]! += 4;
        continue;
      }
      if (type > serial.one || type === serial.float64) return row;
      const value = wholeNumber(view, type, offsets[at]!);
      if (value > largest || value < -largest) return row;
      lengths[row]! += 12;
    }
    return rows;
  }

  write({ batch, view }: BatchWords, index: number, from: number, to: number, chunk: ChunkWords): void {
    const { columns, serialTypes, offsets } = batch;
    const { view: out, cursors } = chunk;
    const { epoch, factor, after } = this.#scale;
    for (let row = from, at = from * columns + index; row < to; row += 1, at += columns) {
      const type = serialTypes[at]!;
      const cursor = cursors[row]!;
      if (type === serial.null) {
        out.setInt32(cursor, nullLength);
        cursors[row] = cursor + 4;
        continue;
      }
      const instant = (wholeNumber(view, type, offsets[at]!) - epoch) * factor + after;
      const high = Math.floor(instant / wordRange);
      out.setInt32(cursor, 8);
      out.setInt32(cursor + 4, high);
      out.setUint32(cursor + 8, instant - high * wordRange);
      cursors[row] = cursor + 12;
    }
  }
}
