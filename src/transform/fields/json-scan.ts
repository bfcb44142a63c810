/**
 * Says whether bytes are JSON that PostgreSQL's jsonb takes: RFC 8259 by its letter, no \u0000, no lone
 * surrogates, numbers within numeric, strings below 256 MB (documentation, 8.14). One pass, no objects, no
 * recursion. Every function below takes where to read and says where it ended, or why not: a negative number.
 */
import { viewOf } from "../byte-view.js";

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
export const deepest = 2000;

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
const plus = 0x2b;
const point = 0x2e;
const digit0 = 0x30;
const digit9 = 0x39;
const letterE = 0x65;

/** 1 for the bytes that stand for themselves in a string: no control character, quote or backslash. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== quote && byte !== backslash ? 1 : 0,
);

/** The same without bytes beyond ASCII. */
const plainAscii = plain.map((isPlain, byte) => (byte < 0x80 ? isPlain : 0));

/** 1 for what may stand after a backslash, but u. */
const plainEscape = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** The opening brackets of the containers that the scan is in. */
const opened = new Uint8Array(deepest);

/** The first thing that keeps valid UTF-8 bytes[from..to) out of jsonb, or null. */
export function jsonFault(bytes: Buffer, from: number, to: number): JsonFault | null {
  const end = scan(bytes, from, to, plain);
  return end < 0 ? faults[-1 - end]! : null;
}

/** Whether any bytes[from..to) are JSON for jsonb and ASCII throughout: says in one pass that UTF-8 is valid, too. */
export const isAsciiJson = (bytes: Buffer, from: number, to: number): boolean =>
  scan(bytes, from, to, plainAscii) >= 0;

/** @param inString 1 for the bytes that stand for themselves in a string. */
function scan(bytes: Buffer, from: number, to: number, inString: Uint8Array): number {
  const view = viewOf(bytes);
  let depth = 0;
  let isKey = false;
  let at = from;
  for (;;) {
    at = blanksEnd(bytes, at, to);
    const byte = at < to ? bytes[at]! : 0;
    if (byte === quote) {
      at = stringEnd(bytes, view, at, to, inString);
      if (isKey && at >= 0) {
        at = blanksEnd(bytes, at, to);
        if (at >= to || bytes[at] !== colon) return syntax;
        at += 1;
        isKey = false;
        continue;
      }
    } else if (isKey) {
      return syntax;
    } else if (byte === openObject || byte === openArray) {
      if (depth === deepest) return tooDeep;
      at = blanksEnd(bytes, at + 1, to);
      if (at >= to || bytes[at] !== closeOf(byte)) {
        opened[depth] = byte;
        depth += 1;
        isKey = byte === openObject;
        continue;
      }
      at += 1;
    } else {
      at = byte <= digit9 ? numberEnd(bytes, at, to) : wordEnd(bytes, at, to);
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
        isKey = open === openObject;
        break;
      }
      if (next !== closeOf(open)) return syntax;
      depth -= 1;
    }
  }
}

/** ASCII has both closing brackets two behind their opening ones. */
const closeOf = (open: number): number => open + 2;

/** @param from where the opening quote stands. */
function stringEnd(bytes: Buffer, view: DataView, from: number, to: number, inString: Uint8Array): number {
  let at = from + 1;
  for (;;) {
    at = plainEnd(bytes, view, at, to, inString);
    if (at >= to) return syntax;
    const byte = bytes[at];
    if (byte === quote) return at - from - 1 > longestString ? stringLength : at + 1;
    if (byte !== backslash) return syntax;
    at = escapeEnd(bytes, at + 1, to);
    if (at < 0) return at;
  }
}

/** Where the bytes end that stand for themselves: four at a time while they are ASCII. */
function plainEnd(bytes: Buffer, view: DataView, from: number, to: number, inString: Uint8Array): number {
  let at = from;
  for (const last = to - 4; at <= last; at += 4) {
    const four = view.getInt32(at, true);
    // The highest bit of a byte is set where it is no ASCII, a control character, a quote or a backslash.
    const quotes = (four ^ 0x22222222) - 0x01010101;
    const backslashes = (four ^ 0x5c5c5c5c) - 0x01010101;
    const stops = (four | (four - 0x20202020) | quotes | backslashes) & 0x80808080;
    if (stops !== 0) {
      // Bits above the lowest may be borrowed ones.
      at += (31 - Math.clz32(stops & -stops)) >> 3;
      break;
    }
  }
  while (at < to && inString[bytes[at]!] === 1) at += 1;
  return at;
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
  const wholeEnd = start < to && bytes[start] === digit0 ? start + 1 : digitsEnd(bytes, start, to);
  if (wholeEnd === start) return syntax;
  let at = wholeEnd;
  if (at < to && bytes[at] === point) {
    at = digitsEnd(bytes, wholeEnd + 1, to);
    if (at === wholeEnd + 1) return syntax;
  }
  if (at < to && (bytes[at]! | 0x20) === letterE) return exponentEnd(bytes, start, wholeEnd, at, to);
  return wholeEnd - start <= longestWhole && at - wholeEnd - 1 <= longestFraction ? at : numberRange;
}

/** Of a number that is written with an exponent: digits from `start`, a point or none at `wholeEnd`, an e at `from`. */
function exponentEnd(bytes: Buffer, start: number, wholeEnd: number, from: number, to: number): number {
  const sign = from + 1 < to ? bytes[from + 1] : 0;
  const digits = sign === minus || sign === plus ? from + 2 : from + 1;
  const end = digitsEnd(bytes, digits, to);
  if (end === digits) return syntax;
  let exponent = 0;
  for (let at = digits; at < end; at += 1) exponent = exponent * 10 + bytes[at]! - digit0;
  if (sign === minus) exponent = -exponent;
  const fraction = Math.max(0, from - wholeEnd - 1);
  // Where the first digit that is not zero stands before the point: 0.001 is -2; 0 is nowhere.
  let whole = wholeEnd - start;
  if (bytes[start] === digit0) {
    let zeros = 0;
    while (zeros < fraction && bytes[wholeEnd + 1 + zeros] === digit0) zeros += 1;
    whole = zeros < fraction ? -zeros : -Infinity;
  }
  const fits = whole + exponent <= longestWhole && fraction - exponent <= longestFraction;
  return fits && Math.abs(exponent) < exponentLimit ? end : numberRange;
}

function digitsEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at]! >= digit0 && bytes[at]! <= digit9) at += 1;
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
  while (at < to && isBlank(bytes[at]!)) at += 1;
  return at;
}

const isBlank = (byte: number): boolean =>
  byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
