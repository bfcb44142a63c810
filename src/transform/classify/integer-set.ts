/**
 * Which integers occur in a column, or as rowids: a bitmap of 65,536 integers at a time, made while the profile reads.
 * Two such sets tell without a query whether every foreign key points at a row that is there.
 */
import { isInteger, serial, type RecordBatch } from "../../model/record.js";
import { viewOf } from "../byte-view.js";
import { wholeNumber } from "../whole-number.js";

const chunkIntegers = 65_536;
const bitsPerWord = 32;

/** 8 KiB each: 8 MiB hold 67 million integers that lie close together, and give up early on those that do not. */
const mostChunks = 1024;

/** A chunk `i` holds the integers from i * 65,536 on. Plain data. */
export type Bitmaps = ReadonlyMap<number, Uint32Array>;

export class IntegerSet {
  readonly #column: number | null;
  readonly #chunks = new Map<number, Uint32Array>();
  #isWhole = true;
  #chunk = NaN;
  #words: Uint32Array = new Uint32Array(0);

  /** @param column where the integers stand in a record; null: its rowid. */
  constructor(column: number | null) {
    this.#column = column;
  }

  /** NULLs do not count. */
  add(batch: RecordBatch): void {
    if (!this.#isWhole) return;
    if (this.#column === null) this.#addRowids(batch);
    else this.#addColumn(batch, this.#column);
  }

  /** What was added; null where it was not integers alone, or where they lie too far apart to be worth it. */
  bitmaps(): Bitmaps | null {
    return this.#isWhole ? this.#chunks : null;
  }

  #addRowids({ rowids, rows }: RecordBatch): void {
    this.#isWhole &&= rowids !== null;
    for (let row = 0; row < rows && this.#isWhole; row += 1) this.#addOne(Number(rowids![row]!));
  }

  #addColumn(batch: RecordBatch, column: number): void {
    const { serialTypes, offsets, rows, columns } = batch;
    const view = viewOf(batch.bytes);
    for (let at = column; at < rows * columns && this.#isWhole; at += columns) {
      const type = serialTypes[at]!;
      if (type === serial.null) continue;
      if (isInteger(type)) this.#addOne(wholeNumber(view, type, offsets[at]!));
      else this.#isWhole = false;
    }
  }

  #addOne(integer: number): void {
    const chunk = Math.floor(integer / chunkIntegers);
    if (chunk !== this.#chunk && !this.#turnTo(chunk, integer)) return;
    const bit = integer - chunk * chunkIntegers;
    this.#words[bit >>> 5]! |= 1 << (bit & (bitsPerWord - 1));
  }

  #turnTo(chunk: number, integer: number): boolean {
    let words = this.#chunks.get(chunk);
    if (words === undefined) {
      // Beyond 2^53 several integers are one double.
      this.#isWhole = this.#chunks.size < mostChunks && Number.isSafeInteger(integer);
      if (!this.#isWhole) return false;
      words = new Uint32Array(chunkIntegers / bitsPerWord);
      this.#chunks.set(chunk, words);
    }
    this.#chunk = chunk;
    this.#words = words;
    return true;
  }
}

/** Adds `more` to `all`. */
export function unite(all: Map<number, Uint32Array>, more: Bitmaps): void {
  for (const [chunk, words] of more) {
    const there = all.get(chunk);
    if (there === undefined) all.set(chunk, words);
    else for (let at = 0; at < words.length; at += 1) there[at]! |= words[at]!;
  }
}

/** Whether every integer of `part` is in `whole`. */
export function isWithin(part: Bitmaps, whole: Bitmaps): boolean {
  for (const [chunk, words] of part) {
    const there = whole.get(chunk);
    if (words.some((word, at) => (word & ~(there?.[at] ?? 0)) !== 0)) return false;
  }
  return true;
}
