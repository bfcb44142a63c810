/**
 * A way through JSON texts that are alike: the same keys in the same order, with the same blanks, and other values between them. Which
 * bytes stand around the values in jsonb is the same for all of them, and has been found out once (jsonb-shapes.ts).
 */
import { blank } from "./json-bytes.js";
import { Commas, none, pastSame, pastValue } from "./json-values.js";

/** A text of one shape has no more values, and in arrays no more commas, than this. */
export const mostValues = 64;

export class JsonbShape {
  readonly #around: readonly Uint8Array[];
  readonly #written: readonly Uint8Array[];
  readonly #order: Uint8Array;
  readonly #writtenBytes: number;
  /** Of the text that was matched last. */
  #source: Buffer = Buffer.alloc(0);
  #length = 0;
  readonly #starts = new Int32Array(mostValues);
  readonly #ends = new Int32Array(mostValues);
  readonly #commas = new Commas(mostValues);
  /** Up to which of the commas each value's go. */
  readonly #commaEnds = new Int32Array(mostValues);

  /**
   * @param around what stands before the first of the text's values, between two, and after the last.
   * @param written what stands so in jsonb.
   * @param order which of the values stand there: of equal keys there is but one.
   */
  constructor(around: readonly Uint8Array[], written: readonly Uint8Array[], order: readonly number[]) {
    this.#around = around;
    this.#written = written;
    this.#order = Uint8Array.from(order);
    this.#writtenBytes = written.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * Whether the bytes from `start` to `end` are a text of this shape whose values stand in jsonb as they are, or in arrays of such.
   *
   * @param greatest as pastValue.
   */
  matches(source: Buffer, start: number, end: number, greatest: number): boolean {
    const around = this.#around;
    const last = around.length - 1;
    const commas = this.#commas;
    commas.count = 0;
    let at = start;
    for (let value = 0; value < last; value += 1) {
      at = pastSame(source, at, around[value]!);
      if (at === none) {
        return false;
      }
      this.#starts[value] = at;
      at = pastValue(source, at, greatest, commas);
      if (at === none) {
        return false;
      }
      this.#ends[value] = at;
      this.#commaEnds[value] = commas.count;
    }
    // What was read beyond the end was another value's.
    if (pastSame(source, at, around[last]!) !== end) {
      return false;
    }
    this.#source = source;
    this.#length = this.#measure();
    return true;
  }

  /** How many bytes the text has in jsonb that was matched last. */
  get length(): number {
    return this.#length;
  }

  /** Writes them. */
  putInto(bytes: Buffer, start: number): void {
    const written = this.#written;
    const order = this.#order;
    let to = putBytes(written[0]!, bytes, start);
    for (let place = 0; place < order.length; place += 1) {
      to = this.#putValue(order[place]!, bytes, to);
      to = putBytes(written[place + 1]!, bytes, to);
    }
  }

  #firstComma(value: number): number {
    return value === 0 ? 0 : this.#commaEnds[value - 1]!;
  }

  #measure(): number {
    const order = this.#order;
    let length = this.#writtenBytes;
    for (let place = 0; place < order.length; place += 1) {
      const value = order[place]!;
      length += this.#ends[value]! - this.#starts[value]!;
      length += this.#commaEnds[value]! - this.#firstComma(value);
    }
    return length;
  }

  #putValue(value: number, bytes: Buffer, start: number): number {
    const source = this.#source;
    const end = this.#ends[value]!;
    let from = this.#starts[value]!;
    let to = start;
    for (let index = this.#firstComma(value); index < this.#commaEnds[value]!; index += 1) {
      const past = this.#commas.places[index]! + 1;
      while (from < past) {
        bytes[to++] = source[from++]!;
      }
      bytes[to++] = blank;
    }
    while (from < end) {
      bytes[to++] = source[from++]!;
    }
    return to;
  }
}

const putBytes = (from: Uint8Array, bytes: Buffer, start: number): number => {
  const { length } = from;
  for (let index = 0; index < length; index += 1) {
    bytes[start + index] = from[index]!;
  }
  return start + length;
};
