/**
 * Says whether bytes are JSON that PostgreSQL's jsonb takes: RFC 8259 by its letter, no \u0000, no lone
 * surrogates, numbers within numeric, strings below 256 MB (documentation, 8.14). One pass, no objects.
 */
export type JsonFault =
  "syntax" | "nul-escape" | "lone-surrogate" | "number-range" | "string-length" | "depth";

/**
 * Arrays and objects within each other. PostgreSQL's parser and ours descend on a stack: with the default
 * max_stack_depth of 2 MB, PostgreSQL 15 takes 13,000 and 18 takes 16,000 (measured). SQLite's own JSON functions
 * end at 1000, older ones at 2000 (sqlite.org/json1.html, section 3).
 */
const deepest = 2000;

/** JENTRY_OFFLENMASK in src/include/utils/jsonb.h. */
const longestString = 0x0fffffff;

/** What numeric holds: PostgreSQL documentation, 8.1.2. */
const longestWhole = 131072;
const longestFraction = 16383;

/** set_var_from_str in src/backend/utils/adt/numeric.c; asked even of zeros. */
const exponentLimit = 2 ** 30 - 1;

let bytes: Buffer = Buffer.alloc(0);
let position = 0;
let end = 0;
let fault: JsonFault = "syntax";

/** The first thing that keeps valid UTF-8 bytes[from..to) out of jsonb, or null. */
export function jsonFault(source: Buffer, from: number, to: number): JsonFault | null {
  bytes = source;
  position = from;
  end = to;
  fault = "syntax";
  skipBlanks();
  if (!readValue(0)) return fault;
  skipBlanks();
  return position === end ? null : "syntax";
}

function readValue(depth: number): boolean {
  const byte = position < end ? bytes[position]! : -1;
  if (byte === 0x22) return readString();
  if (byte === 0x7b || byte === 0x5b) {
    if (depth === deepest) return refuse("depth");
    return readContainer(byte === 0x7b, depth);
  }
  if (byte === 0x74) return readWord("true");
  if (byte === 0x66) return readWord("false");
  if (byte === 0x6e) return readWord("null");
  return readNumber();
}

function readContainer(isObject: boolean, depth: number): boolean {
  const close = isObject ? 0x7d : 0x5d;
  position += 1;
  skipBlanks();
  if (take(close)) return true;
  for (;;) {
    if (isObject) {
      if (position >= end || bytes[position] !== 0x22 || !readString()) return false;
      skipBlanks();
      if (!take(0x3a)) return false;
      skipBlanks();
    }
    if (!readValue(depth + 1)) return false;
    skipBlanks();
    if (take(close)) return true;
    if (!take(0x2c)) return false;
    skipBlanks();
  }
}

function readString(): boolean {
  position += 1;
  const start = position;
  while (position < end) {
    const byte = bytes[position]!;
    if (byte === 0x22) {
      if (position - start > longestString) return refuse("string-length");
      position += 1;
      return true;
    }
    if (byte < 0x20) return false;
    if (byte === 0x5c) {
      if (!readEscape()) return false;
    } else {
      position += 1;
    }
  }
  return false;
}

/** `"` `\` `/` b f n r t, after a backslash. */
const plainEscapes = new Set([0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]);

function readEscape(): boolean {
  position += 1;
  const byte = position < end ? bytes[position]! : -1;
  position += 1;
  if (byte !== 0x75) return plainEscapes.has(byte);
  const code = readFourHex();
  if (code < 0) return false;
  if (code === 0) return refuse("nul-escape");
  if (code < 0xd800 || code > 0xdfff) return true;
  // Either half alone stands for no character.
  if (code > 0xdbff || bytes[position] !== 0x5c || bytes[position + 1] !== 0x75)
    return refuse("lone-surrogate");
  position += 2;
  const low = readFourHex();
  return low >= 0xdc00 && low <= 0xdfff ? true : refuse("lone-surrogate");
}

function readFourHex(): number {
  if (position + 4 > end) return -1;
  const text = bytes.toString("latin1", position, position + 4);
  position += 4;
  return /^[0-9a-fA-F]{4}$/.test(text) ? parseInt(text, 16) : -1;
}

function readNumber(): boolean {
  take(0x2d);
  const wholeStart = position;
  // A leading zero stands alone before the point.
  const below1 = take(0x30);
  if (!below1 && !skipDigits()) return false;
  // Where the first digit that is not zero stands before the point: 0.001 is -2; 0 is nowhere.
  let whole = below1 ? -Infinity : position - wholeStart;
  let fraction = 0;
  if (take(0x2e)) {
    const start = position;
    while (take(0x30)) continue;
    const zeros = position - start;
    if (!skipDigits() && zeros === 0) return false;
    fraction = position - start;
    if (below1 && fraction > zeros) whole = -zeros;
  }
  let exponent = 0;
  if (position < end && (bytes[position]! | 0x20) === 0x65) {
    position += 1;
    const minus = position < end && bytes[position] === 0x2d;
    if (minus || bytes[position] === 0x2b) position += 1;
    const start = position;
    if (!skipDigits()) return false;
    exponent = Number(bytes.toString("latin1", start, position)) * (minus ? -1 : 1);
  }
  const fits = whole + exponent <= longestWhole && fraction - exponent <= longestFraction;
  return fits && Math.abs(exponent) < exponentLimit ? true : refuse("number-range");
}

function skipDigits(): boolean {
  const start = position;
  while (position < end && bytes[position]! >= 0x30 && bytes[position]! <= 0x39) position += 1;
  return position > start;
}

function readWord(word: string): boolean {
  if (bytes.toString("latin1", position, Math.min(end, position + word.length)) !== word) return false;
  position += word.length;
  return true;
}

function skipBlanks(): void {
  while (position < end) {
    const byte = bytes[position]!;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
    position += 1;
  }
}

function take(byte: number): boolean {
  if (position >= end || bytes[position] !== byte) return false;
  position += 1;
  return true;
}

function refuse(why: JsonFault): false {
  fault = why;
  return false;
}
