/** The tokens of a JSON text, passed on as jsonb has them: bytes are read, and bytes are written. */
import type { Misfit } from "./field.js";
import {
  backslash,
  blank,
  digit0,
  endsToken,
  escapeOf,
  isSpace,
  isZero,
  letterE,
  letterU,
  minus,
  pastDigits,
  plus,
  point,
  quote,
  slash,
  writeUtf8,
} from "./json-bytes.js";
import { jsonbNumber, mostFractionDigits } from "./jsonb-number.js";

export const notJson: Misfit = "is not JSON";

/** Buffers of longer texts are not kept. */
export const keptBytes = 1 << 20;
const firstBytes = 4096;

export class JsonbTokens {
  /** Why the text has no place in jsonb; the first reason stays. */
  misfit: Misfit | null = null;
  /** What was written so far, in the first `end` bytes. */
  out: Buffer = Buffer.allocUnsafe(firstBytes);
  end = 0;
  /** Whether the string that was read last has an escape in jsonb. */
  isEscaped = false;
  /** A NUL stands after it, where every loop over it ends. */
  #source: Buffer = Buffer.allocUnsafe(firstBytes);
  #sourceLength = 0;
  #at = 0;

  /** Begins with a text of valid UTF-8 without NUL. */
  load(json: string | Buffer): void {
    const most = json.length * (typeof json === "string" ? 3 : 1) + 1;
    if (most > this.#source.length || this.#source.length > keptBytes) {
      this.#source = Buffer.allocUnsafe(Math.max(most, firstBytes));
    }
    if (this.out.length > keptBytes) {
      this.out = Buffer.allocUnsafe(firstBytes);
    }
    this.#sourceLength = typeof json === "string" ? writeUtf8(json, this.#source) : json.copy(this.#source);
    this.#source[this.#sourceLength] = 0;
    this.#at = 0;
    this.end = 0;
    this.misfit = null;
  }

  /** Returns false. */
  fail(misfit: Misfit): false {
    this.misfit ??= misfit;
    return false;
  }

  /** The next byte that is no white space. It is not consumed. */
  peek(): number {
    let at = this.#at;
    while (isSpace(this.#source[at]!)) {
      at += 1;
    }
    this.#at = at;
    return this.#source[at]!;
  }

  /** Whether all is read but what was peeked at. */
  isAtEnd(): boolean {
    return this.#at === this.#sourceLength;
  }

  /** Passes on the byte that `peek` told. */
  pass(byte: number): void {
    this.#at += 1;
    this.put(byte);
  }

  put(byte: number): void {
    this.out[this.end] = byte;
    this.end += 1;
  }

  /**
   * Makes room for `more` bytes and what is written up to the next value: no more than is left to be read, but for the blanks
   * after a comma and two colons.
   */
  reserve(more: number): void {
    const needed = this.end + more + this.#sourceLength - this.#at + 3;
    if (needed > this.out.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.out.length * 2));
      this.out.copy(larger, 0, 0, this.end);
      this.out = larger;
    }
  }

  /** The string whose quote `peek` told. */
  readString(): boolean {
    const source = this.#source;
    const out = this.out;
    this.isEscaped = false;
    let at = this.#at + 1;
    let end = this.end;
    out[end++] = quote;
    for (;;) {
      const byte = source[at]!;
      if (byte === quote) {
        break;
      }
      if (byte < blank) {
        return this.fail(notJson);
      }
      if (byte === backslash) {
        this.#at = at;
        this.end = end;
        if (!this.#readEscape()) {
          return false;
        }
        at = this.#at;
        end = this.end;
      } else {
        out[end++] = byte;
        at += 1;
      }
    }
    out[end++] = quote;
    this.#at = at + 1;
    this.end = end;
    return true;
  }

  /** Only `"`, `\` and control characters are escaped in jsonb (escape_json). */
  #readEscape(): boolean {
    const letter = this.#source[this.#at + 1]!;
    if (letter === letterU) {
      return this.#readUnicode();
    }
    if (!simpleEscapes.has(letter)) {
      return this.fail(notJson);
    }
    this.#at += 2;
    if (letter !== slash) {
      this.put(backslash);
      this.isEscaped = true;
    }
    this.put(letter);
    return true;
  }

  #readUnicode(): boolean {
    const first = this.#readUnit();
    if (first === null || first === 0) {
      return this.fail(first === null ? notJson : "holds \\u0000, which PostgreSQL can not hold");
    }
    if (first < 0xd800 || first > 0xdfff) {
      this.#putCharacter(String.fromCharCode(first));
      return true;
    }
    const second = first <= 0xdbff ? this.#readUnit() : null;
    if (second === null || second < 0xdc00 || second > 0xdfff) {
      return this.fail("holds half of a surrogate pair");
    }
    this.#putCharacter(String.fromCharCode(first, second));
    return true;
  }

  /** `\uXXXX` at this place as its number. */
  #readUnit(): number | null {
    const digits = unitForm.exec(this.#source.toString("latin1", this.#at, this.#at + 6))?.[1];
    if (digits === undefined) {
      return null;
    }
    this.#at += 6;
    return Number.parseInt(digits, 16);
  }

  /** Never longer than its escape. */
  #putCharacter(character: string): void {
    const escaped = escapeOf(character);
    this.isEscaped ||= escaped.startsWith("\\");
    this.end += this.out.write(escaped, this.end, "utf8");
  }

  readNumber(): boolean {
    const source = this.#source;
    const start = this.#at;
    const isNegative = source[start] === minus;
    const whole = isNegative ? start + 1 : start;
    let at = source[whole] === digit0 ? whole + 1 : pastDigits(source, whole);
    let isWritten = at > whole;
    if (source[at] === point) {
      const fraction = at + 1;
      at = pastDigits(source, fraction);
      isWritten &&= at > fraction;
    }
    const isPlain = (source[at]! | 0x20) !== letterE;
    if (!isPlain) {
      const exponent = source[at + 1] === minus || source[at + 1] === plus ? at + 2 : at + 1;
      at = pastDigits(source, exponent);
      isWritten &&= at > exponent;
    }
    if (!isWritten || !endsToken(source[at]!)) {
      return this.fail(notJson);
    }
    this.#at = at;
    if (!isPlain || at - start > mostFractionDigits) {
      return this.#putNumber(source.toString("latin1", start, at));
    }
    this.#copy(isNegative && isZero(source, whole, at) ? whole : start, at);
    return true;
  }

  #putNumber(written: string): boolean {
    const number = jsonbNumber(written);
    if (number === null) {
      return this.fail("holds a number beyond PostgreSQL's numeric");
    }
    this.reserve(number.length);
    this.end += this.out.write(number, this.end, "latin1");
    return true;
  }

  readWord(byte: number): boolean {
    const word = words.find(([letter]) => letter === byte) ?? [];
    const at = this.#at + word.length;
    if (
      word.length === 0 ||
      !word.every((letter, index) => this.#source[this.#at + index] === letter) ||
      !endsToken(this.#source[at]!)
    ) {
      return this.fail(notJson);
    }
    this.#copy(this.#at, at);
    this.#at = at;
    return true;
  }

  #copy(from: number, to: number): void {
    let end = this.end;
    for (let at = from; at < to; at += 1) {
      this.out[end++] = this.#source[at]!;
    }
    this.end = end;
  }
}

const words = ["true", "false", "null"].map((word) => [...Buffer.from(word, "latin1")]);

const simpleEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt', "latin1"));

const unitForm = /^\\u([0-9a-fA-F]{4})$/;
