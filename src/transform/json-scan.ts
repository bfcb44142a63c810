/**
 * Says whether bytes are JSON that PostgreSQL's jsonb takes: RFC 8259 by its letter, no \u0000, no lone
 * surrogates, numbers within numeric, strings below 256 MB (documentation, 8.14). One pass, no objects, no
 * recursion. Every function below takes where to read and says where it ended, or why not: a negative number.
 */
const faults = ["syntax", "nul-escape", "lone-surrogate", "number-range", "string-length", "depth"] as const;

export type JsonFault = (typeof faults)[number];

/** A fault as a number that is no position. */
const codeOf = (fault: JsonFault): number => -1 - faults.indexOf(fault);

const syntax = codeOf("syntax");
const nulEscape = codeOf("nul-escape");
const loneSurrogate = codeOf("lone-surrogate");
const numberRange = codeOf("number-range");
const stringLength = codeOf("string-length");
const tooDeep = codeOf("depth");

/**
 * Arrays and objects within each other. PostgreSQL's parser descends on a stack: with the default
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

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openObject = 0x7b;
const openArray = 0x5b;
const minus = 0x2d;
const zero = 0x30;

/** 1 for the bytes that stand for themselves in a string: no control character, quote or backslash. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== quote && byte !== backslash ? 1 : 0,
);

/** 1 for what may stand after a backslash, but u. */
const plainEscape = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** The opening brackets of the containers that the scan is in. */
const opened = new Uint8Array(deepest);

/** The first thing that keeps valid UTF-8 bytes[from..to) out of jsonb, or null. */
export function jsonFault(bytes: Buffer, from: number, to: number): JsonFault | null {
  const end = scan(bytes, from, to);
  return end < 0 ? faults[-1 - end]! : null;
}

function scan(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  let at = blanksEnd(bytes, from, to);
  for (;;) {
    const byte = at < to ? bytes[at]! : 0;
    if (byte === quote) {
      at = stringEnd(bytes, at, to);
    } else if (byte === openObject || byte === openArray) {
      if (depth === deepest) return tooDeep;
      at = blanksEnd(bytes, at + 1, to);
      if (at < to && bytes[at] === closeOf(byte)) {
        at += 1;
      } else {
        opened[depth] = byte;
        depth += 1;
        if (byte === openObject) at = keyEnd(bytes, at, to);
        if (at < 0) return at;
        continue;
      }
    } else if (byte < 0x3a) {
      at = numberEnd(bytes, at, to);
    } else {
      at = wordEnd(bytes, at, to);
    }
    if (at < 0) return at;
    // Behind a value: its containers may end, until a comma says that one goes on.
    for (;;) {
      at = blanksEnd(bytes, at, to);
      if (depth === 0) return at === to ? at : syntax;
      const next = at < to ? bytes[at]! : 0;
      const open = opened[depth - 1]!;
      at += 1;
      if (next === comma) {
        at = blanksEnd(bytes, at, to);
        if (open === openObject) at = keyEnd(bytes, at, to);
        if (at < 0) return at;
        break;
      }
      if (next !== closeOf(open)) return syntax;
      depth -= 1;
    }
  }
}

/** ASCII has both closing brackets two behind their opening ones. */
const closeOf = (open: number): number => open + 2;

/** "key" : up to the value. */
function keyEnd(bytes: Buffer, from: number, to: number): number {
  if (from >= to || bytes[from] !== quote) return syntax;
  let at = stringEnd(bytes, from, to);
  if (at < 0) return at;
  at = blanksEnd(bytes, at, to);
  return at < to && bytes[at] === colon ? blanksEnd(bytes, at + 1, to) : syntax;
}

/** @param from where the opening quote stands. */
function stringEnd(bytes: Buffer, from: number, to: number): number {
  let at = from + 1;
  for (;;) {
    while (at < to && plain[bytes[at]!] === 1) at += 1;
    if (at >= to) return syntax;
    const byte = bytes[at];
    if (byte === quote) return at - from - 1 > longestString ? stringLength : at + 1;
    if (byte !== backslash) return syntax;
    at = escapeEnd(bytes, at + 1, to);
    if (at < 0) return at;
  }
}

/** @param from behind the backslash. */
function escapeEnd(bytes: Buffer, from: number, to: number): number {
  if (from >= to) return syntax;
  if (bytes[from] !== 0x75) return plainEscape[bytes[from]!] === 1 ? from + 1 : syntax;
  const code = fourHex(bytes, from + 1, to);
  if (code < 0) return syntax;
  if (code === 0) return nulEscape;
  const next = from + 5;
  if (code < 0xd800 || code > 0xdfff) return next;
  // Either half alone stands for no character.
  if (code > 0xdbff || bytes[next] !== backslash || bytes[next + 1] !== 0x75) return loneSurrogate;
  const low = fourHex(bytes, next + 2, to);
  return low >= 0xdc00 && low <= 0xdfff ? next + 6 : loneSurrogate;
}

/** The number that four hexadecimal digits write, or -1. */
function fourHex(bytes: Buffer, from: number, to: number): number {
  if (from + 4 > to) return -1;
  let code = 0;
  for (let at = from; at < from + 4; at += 1) {
    const byte = bytes[at]!;
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) code = code * 16 + byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) code = code * 16 + letter - 0x57;
    else return -1;
  }
  return code;
}

function numberEnd(bytes: Buffer, from: number, to: number): number {
  const start = bytes[from] === minus ? from + 1 : from;
  // A leading zero stands alone before the point.
  const below1 = start < to && bytes[start] === zero;
  const wholeEnd = below1 ? start + 1 : digitsEnd(bytes, start, to);
  if (wholeEnd === start) return syntax;
  const next = wholeEnd < to ? bytes[wholeEnd]! : 0;
  if (next === 0x2e || (next | 0x20) === 0x65) return wideNumberEnd(bytes, start, wholeEnd, to);
  return wholeEnd - start <= longestWhole ? wholeEnd : numberRange;
}

/** Of a number with a fraction, an exponent or both. */
function wideNumberEnd(bytes: Buffer, wholeStart: number, wholeEnd: number, to: number): number {
  // Where the first digit that is not zero stands before the point: 0.001 is -2; 0 is nowhere.
  const below1 = bytes[wholeStart] === zero;
  let whole = below1 ? -Infinity : wholeEnd - wholeStart;
  let fraction = 0;
  let at = wholeEnd;
  if (bytes[at] === 0x2e) {
    const start = at + 1;
    at = digitsEnd(bytes, start, to);
    if (at === start) return syntax;
    fraction = at - start;
    let zeros = 0;
    while (zeros < fraction && bytes[start + zeros] === zero) zeros += 1;
    if (below1 && fraction > zeros) whole = -zeros;
  }
  let exponent = 0;
  if (at < to && (bytes[at]! | 0x20) === 0x65) {
    at += 1;
    const sign = at < to ? bytes[at] : 0;
    if (sign === minus || sign === 0x2b) at += 1;
    const start = at;
    at = digitsEnd(bytes, start, to);
    if (at === start) return syntax;
    for (let digit = start; digit < at; digit += 1) exponent = exponent * 10 + bytes[digit]! - zero;
    if (sign === minus) exponent = -exponent;
  }
  const fits = whole + exponent <= longestWhole && fraction - exponent <= longestFraction;
  return fits && Math.abs(exponent) < exponentLimit ? at : numberRange;
}

function digitsEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at += 1;
  return at;
}

const trueWord = Buffer.from("true", "latin1");
const falseWord = Buffer.from("false", "latin1");
const nullWord = Buffer.from("null", "latin1");

function wordEnd(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from]!;
  const word = first === trueWord[0] ? trueWord : first === falseWord[0] ? falseWord : nullWord;
  if (first !== word[0] || from + word.length > to) return syntax;
  for (let index = 1; index < word.length; index += 1) {
    if (bytes[from + index] !== word[index]) return syntax;
  }
  return from + word.length;
}

function blanksEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at;
    at += 1;
  }
  return at;
}
