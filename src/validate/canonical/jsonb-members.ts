/**
 * The members of objects in a jsonb text that is being written, put in order where they stand: keys by length in UTF-8 and then
 * by bytes, of equal keys the last alone (src/backend/utils/adt/jsonb_util.c, lengthCompareJsonbStringValue).
 */
import { blank, comma } from "./json-bytes.js";
import { keptBytes } from "./jsonb-tokens.js";

/** So many are put in order without a call a comparison, and without an array of their own. */
const fewMembers = 16;

export class JsonbMembers {
  /** Of all open objects, one after the other. */
  #count = 0;
  /** Where each begins, with its key's quote. */
  readonly #starts: number[] = [];
  /** Of its key, in bytes without escapes. */
  readonly #lengths: number[] = [];
  /** Its key where it has escapes. */
  readonly #unescaped: (Buffer | null)[] = [];
  /** Of each open object the first member. */
  readonly #firsts: number[] = [];
  #depth = 0;
  #order: number[] = [];
  #text: Buffer = Buffer.alloc(0);
  #spare: Buffer = Buffer.alloc(0);

  clear(): void {
    if (this.#spare.length > keptBytes) {
      this.#spare = this.#text = Buffer.alloc(0);
    }
    this.#count = 0;
    this.#depth = 0;
  }

  open(): void {
    this.#firsts[this.#depth] = this.#count;
    this.#depth += 1;
  }

  /** The key of the next member of the innermost object stands in `text` from quote to quote. */
  add(text: Buffer, start: number, end: number, isEscaped: boolean): void {
    const unescaped = isEscaped
      ? Buffer.from(JSON.parse(text.toString("utf8", start, end)) as string, "utf8")
      : null;
    this.#starts[this.#count] = start;
    this.#lengths[this.#count] = unescaped?.length ?? end - start - 2;
    this.#unescaped[this.#count] = unescaped;
    this.#count += 1;
  }

  /** Ends the innermost object, whose last member ends at `end` of `text`. Returns where its last member ends now. */
  close(text: Buffer, end: number): number {
    this.#depth -= 1;
    const first = this.#firsts[this.#depth]!;
    const count = this.#count;
    this.#count = first;
    this.#text = text;
    return this.#isSorted(text, first, count) ? end : this.#rewrite(text, first, count, end);
  }

  /** Where the text stands after `close`. */
  get text(): Buffer {
    return this.#text;
  }

  /** Writes the members into `#spare` at the place where they stand in `text`. */
  #rewrite(text: Buffer, first: number, count: number, end: number): number {
    if (this.#spare.length < text.length) {
      this.#spare = Buffer.allocUnsafe(text.length);
    }
    const spare = this.#spare;
    const start = this.#starts[first]!;
    let to = start;
    for (let place = 0; place < count - first; place += 1) {
      const member = this.#order[place]!;
      // The order keeps equal keys as they came.
      if (place + 1 < count - first && this.#compare(text, member, this.#order[place + 1]!) === 0) {
        continue;
      }
      if (to > start) {
        spare[to] = comma;
        spare[to + 1] = blank;
        to += separatorBytes;
      }
      const next = member + 1 < count ? this.#starts[member + 1]! - separatorBytes : end;
      to = copyBytes(text, this.#starts[member]!, next, spare, to);
    }
    if (start > shortBytes) {
      return copyBytes(spare, start, to, text, start);
    }
    copyBytes(text, 0, start, spare, 0);
    this.#text = spare;
    this.#spare = text;
    return to;
  }

  /** Puts the members into `#order`; says whether all stand in it already and no keys are equal. */
  #isSorted(text: Buffer, first: number, count: number): boolean {
    if (count - first > fewMembers) {
      this.#order = Array.from({ length: count - first }, (_, index) => first + index);
      this.#order.sort((one, other) => this.#compare(text, one, other));
      return false;
    }
    const order = this.#order;
    let isSorted = true;
    for (let member = first; member < count; member += 1) {
      let place = member - first;
      for (; place > 0; place -= 1) {
        const before = order[place - 1]!;
        const difference = this.#compare(text, before, member);
        isSorted &&= difference < 0;
        if (difference <= 0) {
          break;
        }
        order[place] = before;
      }
      order[place] = member;
    }
    return isSorted;
  }

  #compare(text: Buffer, one: number, other: number): number {
    const length = this.#lengths[one]!;
    const byLength = length - this.#lengths[other]!;
    if (byLength !== 0) {
      return byLength;
    }
    if (this.#unescaped[one] !== null || this.#unescaped[other] !== null) {
      return this.#key(text, one).compare(this.#key(text, other));
    }
    const from = this.#starts[one]! + 1;
    const otherFrom = this.#starts[other]! + 1;
    for (let index = 0; index < length; index += 1) {
      const byByte = text[from + index]! - text[otherFrom + index]!;
      if (byByte !== 0) {
        return byByte;
      }
    }
    return 0;
  }

  #key(text: Buffer, member: number): Buffer {
    const start = this.#starts[member]! + 1;
    return this.#unescaped[member] ?? text.subarray(start, start + this.#lengths[member]!);
  }
}

/** A comma and a blank. */
const separatorBytes = 2;

/** Up to here a loop is faster than a call that leaves JavaScript. */
const shortBytes = 64;

/** Returns where the copy ends. */
const copyBytes = (from: Buffer, start: number, end: number, to: Buffer, at: number): number => {
  if (end - start > shortBytes) {
    from.copy(to, at, start, end);
  } else {
    for (let index = 0; index < end - start; index += 1) {
      to[at + index] = from[start + index]!;
    }
  }
  return at + end - start;
};
