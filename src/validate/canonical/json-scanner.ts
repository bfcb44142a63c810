/**
 * The tokens of JSON text (RFC 8259) as PostgreSQL takes them into jsonb: strings decoded, numbers left as their digits.
 * JSON.parse would not do: it merges numbers beyond 2^53 and keeps lone surrogates. Positions only move on; a token that
 * is not there is told by null or false, and `problem` says why.
 */
export class JsonScanner {
  /** Why the text has no place in jsonb; the first reason stays. */
  problem: string | null = null;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the next token or the white space before it begins. */
  get position(): number {
    return this.#at;
  }

  /** What was read since `position` was `start`, as it is written. */
  textFrom(start: number): string {
    return this.#text.slice(start, this.#at);
  }

  /** The next character that is no white space, "" at the end. It is not consumed. */
  peek(): string {
    while (isSpace(this.#text.charCodeAt(this.#at))) {
      this.#at += 1;
    }
    return this.#text.charAt(this.#at);
  }

  /** Consumes the character that `peek` told. */
  skip(): void {
    this.#at += 1;
  }

  /** Consumes `token` if it is the next character after white space. */
  take(token: string): boolean {
    if (this.peek() !== token) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  fail(problem: string): null {
    this.problem ??= problem;
    return null;
  }

  /** `true`, `false`, `null` or a number, as written. */
  readPlain(): string | null {
    plainForm.lastIndex = this.#at;
    const found = plainForm.exec(this.#text)?.[0];
    if (found === undefined) {
      return this.fail("is not JSON");
    }
    this.#at += found.length;
    return found;
  }

  /** The string whose opening quote was consumed, decoded. */
  readString(): string | null {
    const start = this.#at;
    let decoded = "";
    let copied = start;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === quoteCode) {
        decoded += this.#text.slice(copied, this.#at);
        this.#at += 1;
        return decoded;
      }
      // A control character, or NaN: the end of the text.
      if (!(code >= 0x20)) {
        return this.fail("is not JSON");
      }
      if (code === backslashCode) {
        decoded += this.#text.slice(copied, this.#at);
        const escaped = this.#readEscape();
        if (escaped === null) {
          return null;
        }
        decoded += escaped;
        copied = this.#at;
      } else {
        this.#at += 1;
      }
    }
  }

  #readEscape(): string | null {
    const letter = this.#text.charAt(this.#at + 1);
    const simple = simpleEscapes[letter];
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const first = this.#readUnit();
    if (first === null || first === 0) {
      return this.fail(first === null ? "is not JSON" : "holds \\u0000, which PostgreSQL can not hold");
    }
    if (first < 0xd800 || first > 0xdfff) {
      return String.fromCharCode(first);
    }
    const second = first <= 0xdbff ? this.#readUnit() : null;
    return second !== null && second >= 0xdc00 && second <= 0xdfff
      ? String.fromCharCode(first, second)
      : this.fail("holds half of a surrogate pair");
  }

  /** `\uXXXX` at this place as its number. */
  #readUnit(): number | null {
    unitForm.lastIndex = this.#at;
    const digits = unitForm.exec(this.#text)?.[1];
    if (digits === undefined) {
      return null;
    }
    this.#at += 6;
    return Number.parseInt(digits, 16);
  }
}

const quoteCode = 0x22;
const backslashCode = 0x5c;

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/** A word or number must end where a token may: `truer` and `01` are no JSON. */
const plainForm = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[\s,\]}]|$)/y;
const unitForm = /\\u([0-9a-fA-F]{4})/y;

const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
