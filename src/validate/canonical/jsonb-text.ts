/**
 * JSON text as PostgreSQL prints the jsonb made of it: an object's keys by length in UTF-8 and then by bytes, of equal keys the
 * last value, numbers as numeric prints them (1e2 is 100, 1.10 keeps its zero, -0 is 0), one space after commas and colons
 * (src/backend/utils/adt/jsonb_util.c and jsonb.c). One pass from bytes to bytes without an object a token, for there may
 * be a document a row; no recursion, for there may be thousands of levels. JSON.parse would not do: it merges numbers beyond
 * 2^53 and keeps halves of surrogate pairs.
 */
import type { Misfit } from "./field.js";
import {
  blank,
  closeBrace,
  closeBracket,
  colon,
  comma,
  isDigit,
  minus,
  openBrace,
  openBracket,
  quote,
} from "./json-bytes.js";
import { deepest, tooDeep } from "./json-text.js";
import { JsonbMembers } from "./jsonb-members.js";
import { JsonbTokens, notJson } from "./jsonb-tokens.js";

export class JsonbText {
  readonly #tokens = new JsonbTokens();
  readonly #members = new JsonbMembers();
  /** Of each open container. */
  readonly #isObject: boolean[] = [];
  #depth = 0;

  /** What `read` made of the text, in the first `length` bytes; valid until the next. */
  get bytes(): Buffer {
    return this.#tokens.out;
  }

  get length(): number {
    return this.#tokens.end;
  }

  /** Reads a text of valid UTF-8 without NUL; returns why it has no place in jsonb, or null. */
  read(json: string | Buffer): Misfit | null {
    const tokens = this.#tokens;
    tokens.load(json);
    this.#members.clear();
    this.#depth = 0;
    // A value may end containers; what follows it ends the text, or another value begins.
    while (tokens.misfit === null && !(this.#readValue() && this.#readEnds()));
    return tokens.misfit;
  }

  /** Reads a scalar, or the start of a container up to its first value. Returns whether a value may have ended. */
  #readValue(): boolean {
    const tokens = this.#tokens;
    tokens.reserve(0);
    const byte = tokens.peek();
    if (byte === quote) {
      return tokens.readString();
    }
    if (byte === openBrace || byte === openBracket) {
      return this.#open(byte);
    }
    return byte === minus || isDigit(byte) ? tokens.readNumber() : tokens.readWord(byte);
  }

  /** Returns whether the container is empty. */
  #open(bracket: number): boolean {
    const tokens = this.#tokens;
    if (this.#depth === deepest) {
      return tokens.fail(tooDeep);
    }
    const isObject = bracket === openBrace;
    this.#isObject[this.#depth] = isObject;
    this.#depth += 1;
    tokens.pass(bracket);
    if (isObject) {
      this.#members.open();
    }
    if (tokens.peek() === (isObject ? closeBrace : closeBracket)) {
      return true;
    }
    if (isObject) {
      this.#readKey();
    }
    return false;
  }

  /** The ends of containers after a value. Returns whether the text ends there too; no if another value begins. */
  #readEnds(): boolean {
    const tokens = this.#tokens;
    while (this.#depth > 0) {
      const isObject = this.#isObject[this.#depth - 1]!;
      const byte = tokens.peek();
      if (byte === comma) {
        tokens.pass(comma);
        tokens.put(blank);
        if (isObject) {
          this.#readKey();
        }
        return false;
      }
      if (byte !== (isObject ? closeBrace : closeBracket)) {
        return tokens.fail(notJson);
      }
      if (isObject) {
        tokens.end = this.#members.close(tokens.out, tokens.end);
        tokens.out = this.#members.text;
      }
      this.#depth -= 1;
      tokens.pass(byte);
    }
    tokens.peek();
    return tokens.isAtEnd() || tokens.fail(notJson);
  }

  #readKey(): void {
    const tokens = this.#tokens;
    const start = tokens.end;
    if (tokens.peek() !== quote) {
      tokens.fail(notJson);
    } else if (tokens.readString()) {
      this.#members.add(tokens.out, start, tokens.end, tokens.isEscaped);
      if (tokens.peek() !== colon) {
        tokens.fail(notJson);
      }
      tokens.pass(colon);
      tokens.put(blank);
    }
  }
}
