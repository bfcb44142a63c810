/**
 * The shapes (jsonb-shape.ts) of the JSON texts that came last: most columns have a few. A shape is found by JsonbText itself: a text
 * that it has accepted goes through it once more, with a mark in the place of each value, and the marks tell where the values have come to.
 */
import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  isSpace,
  openBrace,
  openBracket,
  quote,
  writeUtf8,
} from "./json-bytes.js";
import { JsonbShape, mostValues } from "./jsonb-shape.js";
import type { JsonbText } from "./jsonb-text.js";
import { Commas, none, pastString, pastValue } from "./json-values.js";

const mostShapes = 8;

/** In bytes; of a longer text what the shape saves is little. */
const longestText = 4096;

/** After so many texts it is seen whether there are few enough shapes. To find one costs as much as to read ten texts. */
const watchedTexts = 256;
const leastFound = 64;
const mostLearnt = 4;

/** So many texts are not looked at when there were too many shapes. */
const restingTexts = 8192;

const ascii = 0x7f;
const anyByte = 0xff;

export class JsonbShapes {
  /** That of the last text first. */
  readonly #shapes: JsonbShape[] = [];
  readonly #source = Buffer.allocUnsafe(longestText * 3);
  #texts = 0;
  #found = 0;
  #learnt = 0;
  #resting = 0;

  /** The shape of a text of valid Unicode, which has matched it; null where none is known. */
  ofText(json: string): JsonbShape | null {
    if (json.length > longestText || this.#isResting()) {
      return null;
    }
    return this.#find(this.#source, 0, writeUtf8(json, this.#source), anyByte);
  }

  /** The same of the bytes from `start` to `end`, whatever they are. */
  ofBytes(bytes: Buffer, start: number, end: number): JsonbShape | null {
    return end - start > longestText || this.#isResting() ? null : this.#find(bytes, start, end, ascii);
  }

  /**
   * Keeps the shape of a text that had none.
   *
   * @param jsonb has just read it, and reads another one.
   */
  learn(json: string | Buffer, jsonb: JsonbText): void {
    if (json.length > longestText || this.#resting > 0 || this.#learnt === mostLearnt) {
      return;
    }
    this.#learnt += 1;
    const text = typeof json === "string" ? Buffer.from(json, "utf8") : Buffer.from(json);
    const expected = Buffer.from(jsonb.bytes.subarray(0, jsonb.length));
    const shape = shapeOf(text, jsonb);
    if (shape === null || !shape.matches(text, 0, text.length, anyByte)) {
      return;
    }
    const put = Buffer.alloc(shape.length);
    shape.putInto(put, 0);
    if (!put.equals(expected)) {
      throw new Error("the shape of a JSON text makes another jsonb of it");
    }
    this.#shapes.length = Math.min(this.#shapes.length, mostShapes - 1);
    this.#shapes.unshift(shape);
  }

  #find(bytes: Buffer, start: number, end: number, greatest: number): JsonbShape | null {
    const shapes = this.#shapes;
    for (let index = 0; index < shapes.length; index += 1) {
      const shape = shapes[index]!;
      if (shape.matches(bytes, start, end, greatest)) {
        if (index > 0) {
          shapes.splice(index, 1);
          shapes.unshift(shape);
        }
        this.#found += 1;
        return shape;
      }
    }
    return null;
  }

  #isResting(): boolean {
    if (this.#resting > 0) {
      this.#resting -= 1;
      return true;
    }
    this.#texts += 1;
    if (this.#texts === watchedTexts) {
      this.#resting = this.#found < leastFound ? restingTexts : 0;
      this.#texts = this.#found = this.#learnt = 0;
    }
    return false;
  }
}

/** No UTF-8 has this byte, so that no key can have a mark in it. */
const markByte = 0xff;
const markOf = (value: number): readonly number[] => [quote, markByte, 0x80 + value, quote];
const markBytes = 4;

/** The shape of a valid text; null where it has none, or too many values. */
const shapeOf = (text: Buffer, jsonb: JsonbText): JsonbShape | null => {
  const around = aroundValues(text);
  if (around === null) {
    return null;
  }
  const marked = around.flatMap((bytes, value) => [
    ...bytes,
    ...(value < around.length - 1 ? markOf(value) : []),
  ]);
  if (jsonb.read(Buffer.from(marked)) !== null) {
    return null;
  }
  const written: Uint8Array[] = [];
  const order: number[] = [];
  const made = Buffer.from(jsonb.bytes.subarray(0, jsonb.length));
  let from = 0;
  for (let at = made.indexOf(markByte); at !== none; at = made.indexOf(markByte, from)) {
    written.push(made.subarray(from, at - 1));
    order.push(made[at + 1]! - 0x80);
    from = at - 1 + markBytes;
  }
  return new JsonbShape(around, [...written, made.subarray(from)], order);
};

/** What stands around the values of a valid text. Null where there are none, or too many, or one that does not stand in jsonb as it is. */
const aroundValues = (text: Buffer): Uint8Array[] | null => {
  const around: Uint8Array[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const past = pastStructure(text, at);
    if (past > at) {
      at = past;
      continue;
    }
    around.push(text.subarray(from, at));
    from = at = pastValue(text, at, anyByte, new Commas(mostValues));
    if (at === none || around.length > mostValues) {
      return null;
    }
  }
  return around.length === 0 ? null : [...around, text.subarray(from)];
};

/** Past a key, a blank, or a byte that opens, parts or ends values; the same place where a value begins. */
const pastStructure = (text: Buffer, at: number): number => {
  const byte = text[at]!;
  if (byte === quote) {
    const end = pastString(text, at, anyByte);
    let next = end;
    while (isSpace(text[next]!)) {
      next += 1;
    }
    return end !== none && text[next] === colon ? end : at;
  }
  const isArray = byte === openBracket && pastValue(text, at, anyByte, new Commas(mostValues)) !== none;
  return isSpace(byte) || (structure.has(byte) && !isArray) ? at + 1 : at;
};

const structure: ReadonlySet<number> = new Set([
  openBrace,
  closeBrace,
  openBracket,
  closeBracket,
  comma,
  colon,
]);
