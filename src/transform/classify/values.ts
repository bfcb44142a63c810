/**
 * One column of a batch, sorted by storage class: each class and meaning then has a short loop of its own over
 * flat arrays, which is what makes the profile fast. The arrays are used again for every column and batch.
 */
import { serial, type RecordBatch } from "../../model/record.js";
import { viewOf } from "../byte-view.js";
import { wholeNumber } from "../whole-number.js";

/** Places of values in a batch (row * columns + column), in row order. */
export interface Places {
  readonly at: Uint32Array;
  count: number;
}

export interface Numbers extends Places {
  /** The numbers at these places. Integers beyond 2^53 are rounded. */
  readonly values: Float64Array;
}

export class ColumnValues {
  nulls = 0;
  integers: Numbers = noNumbers(0);
  reals: Numbers = noNumbers(0);
  texts: Places = noPlaces(0);
  blobs: Places = noPlaces(0);

  /** Takes in the values of a column in place of those of the last. */
  read(batch: RecordBatch, column: number): void {
    if (batch.rows > this.texts.at.length) this.#grow(batch.rows);
    const { rows, columns, serialTypes, offsets } = batch;
    const { integers, reals, texts, blobs } = this;
    const view = viewOf(batch.bytes);
    let integerCount = 0;
    let realCount = 0;
    let textCount = 0;
    let blobCount = 0;
    for (let at = column, last = rows * columns; at < last; at += columns) {
      const type = serialTypes[at]!;
      if (type >= serial.firstBlob) {
        if ((type & 1) === 1) texts.at[textCount++] = at;
        else blobs.at[blobCount++] = at;
      } else if (type === serial.float64) {
        reals.values[realCount] = view.getFloat64(offsets[at]!);
        reals.at[realCount++] = at;
      } else if (type !== serial.null) {
        integers.values[integerCount] = wholeNumber(view, type, offsets[at]!);
        integers.at[integerCount++] = at;
      }
    }
    integers.count = integerCount;
    reals.count = realCount;
    texts.count = textCount;
    blobs.count = blobCount;
    this.nulls = rows - integerCount - realCount - textCount - blobCount;
  }

  #grow(rows: number): void {
    this.integers = noNumbers(rows);
    this.reals = noNumbers(rows);
    this.texts = noPlaces(rows);
    this.blobs = noPlaces(rows);
  }
}

function noPlaces(room: number): Places {
  return { at: new Uint32Array(room), count: 0 };
}

function noNumbers(room: number): Numbers {
  return { at: new Uint32Array(room), values: new Float64Array(room), count: 0 };
}
