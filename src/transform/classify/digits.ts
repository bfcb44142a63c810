/** The digits before and after the point that numeric(p,s) needs for a column's numbers. */
import { payloadBytes, type RecordBatch } from "../../model/record.js";
import type { ColumnCounts } from "./counts.js";
import type { Numbers, Places } from "./values.js";
import { decimalOf, significantScale } from "../fields/numeric.js";

function widen(counts: ColumnCounts, wholeDigits: number, scaleDigits: number): void {
  if (wholeDigits > counts.wholeDigits) counts.wholeDigits = wholeDigits;
  if (scaleDigits > counts.scaleDigits) counts.scaleDigits = scaleDigits;
}

/** The integers' own counts tell the longest. */
export function widenForIntegers(counts: ColumnCounts): void {
  for (const end of [counts.smallest, counts.largest]) {
    if (end !== null && end !== 0) widen(counts, end.toString().replace("-", "").length, 0);
  }
}

/** The shortest digits that tell a double from all others are never more. */
const mostDigitsOfDouble = 17;

/** The powers of ten that are doubles themselves. */
const largestExactPower = 22;

/** Most reals need no more digits than those before them: that is seen without writing them out. */
export function widenForReals(counts: ColumnCounts, batch: RecordBatch, reals: Numbers): void {
  const { at, values, count } = reals;
  let bounds = boundsOf(counts);
  for (let index = 0; index < count; index += 1) {
    const size = Math.abs(values[index]!);
    if (size < bounds.wholeEnd && (size >= bounds.longFrom || isShort(size, bounds.power))) continue;
    const decimal = decimalOf(batch, at[index]!);
    if (decimal === null) continue;
    widen(counts, decimal.whole.length, significantScale(decimal));
    bounds = boundsOf(counts);
  }
}

/** Which numbers have no more digits than were counted. */
interface Bounds {
  /** Smaller ones have no more before the point. */
  readonly wholeEnd: number;
  /** Of numbers from here on, all digits that a double can have end before the scale does. */
  readonly longFrom: number;
  /** Ten to the scale; NaN where that is no double. */
  readonly power: number;
}

const boundsOf = ({ wholeDigits, scaleDigits }: ColumnCounts): Bounds => ({
  wholeEnd: Number(`1e${wholeDigits}`),
  longFrom: Number(`1e${mostDigitsOfDouble - 1 - scaleDigits}`),
  power: scaleDigits <= largestExactPower ? Number(`1e${scaleDigits}`) : NaN,
});

/** Whether a decimal of the counted scale reads back as this number: its shortest digits are no more then. */
const isShort = (size: number, power: number): boolean => Math.floor(size * power + 0.5) / power === size;

/** Counts the texts that are decimals, too. */
export function countDecimals(counts: ColumnCounts, batch: RecordBatch, { at, count }: Places): void {
  for (let index = 0; index < count; index += 1) {
    const place = at[index]!;
    const length = payloadBytes(batch.serialTypes[place]!);
    const start = batch.offsets[place]!;
    const isDecimal =
      length > shortDecimal ? readLongDecimal(batch, place) : readDecimal(batch.bytes, start, start + length);
    if (!isDecimal) continue;
    widen(counts, read.whole, read.scale);
    counts.texts.decimals += 1;
  }
}

/** Longer texts go to the encoder's own parser, which knows the limits of numeric. */
const shortDecimal = 40;

/** Digits of the decimal last read: before the point, and after it without trailing zeros. */
const read = { whole: 0, scale: 0 };

function readLongDecimal(batch: RecordBatch, at: number): boolean {
  const decimal = decimalOf(batch, at);
  if (decimal === null) return false;
  read.whole = decimal.whole.length;
  read.scale = significantScale(decimal);
  return true;
}

/** What decimalOf takes: no plus, no leading zeros, digits on both sides of a point, no negative zero. */
export function readDecimal(bytes: Buffer, start: number, end: number): boolean {
  const negative = bytes[start] === 0x2d;
  const wholeStart = negative ? start + 1 : start;
  let at = wholeStart;
  while (at < end && isDigit(bytes[at]!)) at += 1;
  const wholeEnd = at;
  const below1 = bytes[wholeStart] === 0x30;
  if (wholeEnd === wholeStart || (below1 && wholeEnd > wholeStart + 1)) return false;
  let scaleEnd = wholeEnd + 1;
  if (at < end) {
    if (bytes[at] !== 0x2e || at + 1 === end) return false;
    for (at += 1; at < end; at += 1) {
      if (!isDigit(bytes[at]!)) return false;
      if (bytes[at] !== 0x30) scaleEnd = at + 1;
    }
  }
  read.whole = below1 ? 0 : wholeEnd - wholeStart;
  read.scale = scaleEnd - wholeEnd - 1;
  return !(negative && read.whole === 0 && read.scale === 0);
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
