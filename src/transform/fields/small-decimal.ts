/**
 * Decimals of up to 15 digits, most of what a numeric column holds, without a string per value: a whole number of
 * 10^-scale. Of a REAL these are its shortest digits, for no two decimals of so few digits are the same double.
 */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { CopyBuffer } from "../copy-buffer.js";
import { integerNumber, realNumber } from "../value.js";

const digitsEnd = 1e15;
const largestScale = 8;
const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** The result of the last successful read: the value is whole / 10^scale. */
const read = { whole: 0, scale: 0 };

/** @returns false where another way has to find out what the value is. */
function readSmall(batch: RecordBatch, at: number): boolean {
  const type = batch.serialTypes[at]!;
  if (isInteger(type)) {
    read.whole = integerNumber(batch, at);
    read.scale = 0;
    return Math.abs(read.whole) < digitsEnd;
  }
  if (type === serial.float64) return readReal(realNumber(batch, at));
  return isText(type) && readText(batch.bytes, batch.offsets[at]!, payloadBytes(type));
}

function readReal(value: number): boolean {
  if (Object.is(value, -0)) return false;
  for (let scale = 0; scale <= largestScale; scale += 1) {
    const whole = Math.round(value * powers[scale]!);
    if (!(Math.abs(whole) < digitsEnd)) return false;
    if (whole / powers[scale]! === value) {
      read.whole = whole;
      read.scale = scale;
      return true;
    }
  }
  return false;
}

/** As numeric.ts reads it: `-12.50`, no plus, no leading zeros, digits on both sides of a point. */
function readText(bytes: Buffer, start: number, length: number): boolean {
  const negative = length > 0 && bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  const end = start + length;
  // Fifteen digits and a point.
  if (first === end || end - first > 16) return false;
  let whole = 0;
  let point = -1;
  for (let at = first; at < end; at += 1) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (bytes[at] === 0x2e && point === -1 && at > first && at < end - 1) point = at;
    else return false;
  }
  const wholeEnd = point === -1 ? end : point;
  const scale = point === -1 ? 0 : end - point - 1;
  if (bytes[first] === 0x30 && wholeEnd - first > 1) return false;
  if (whole >= digitsEnd || scale > largestScale || (negative && whole === 0)) return false;
  read.whole = negative ? -whole : whole;
  read.scale = scale;
  return true;
}

/** Groups of four digits, of the weights 3 to -2. */
const groups = new Uint16Array(6);

/**
 * Writes value `at` as numeric(precision, scale), or as numeric where precision is null.
 *
 * @returns false where it does not fit, or is none of these decimals.
 */
export function writeSmallDecimal(
  batch: RecordBatch,
  at: number,
  precision: number | null,
  scale: number,
  out: CopyBuffer,
): boolean {
  if (!readSmall(batch, at)) return false;
  const digits = Math.abs(read.whole);
  const power = powers[read.scale]!;
  // The quotient's fraction is too far below 1 to be rounded up.
  const whole = Math.floor(digits / power);
  const fraction = digits - whole * power;
  if (precision !== null) {
    if (scale < 0 || scale > precision || whole >= 10 ** (precision - scale)) return false;
    if (read.scale > scale && fraction % powers[read.scale - scale]! !== 0) return false;
  }
  let rest = whole;
  for (let group = 3; group >= 0; group -= 1) {
    const above = Math.floor(rest / 10_000);
    groups[group] = rest - above * 10_000;
    rest = above;
  }
  const padded = fraction * powers[largestScale - read.scale]!;
  groups[4] = padded / 10_000;
  groups[5] = padded % 10_000;
  writeGroups(out, read.whole < 0, precision === null ? read.scale : scale);
  return true;
}

/** @param displayScale digits after the point that PostgreSQL shows. */
function writeGroups(out: CopyBuffer, negative: boolean, displayScale: number): void {
  let first = 0;
  while (first < 6 && groups[first] === 0) first += 1;
  let last = 6;
  while (last > first && groups[last - 1] === 0) last -= 1;
  const count = last - first;
  out.ensure(12 + count * 2);
  out.int32(8 + count * 2);
  out.int16(count);
  out.int16(count === 0 ? 0 : 3 - first);
  out.int16(negative ? 0x4000 : 0);
  out.int16(displayScale);
  for (let group = first; group < last; group += 1) out.int16(groups[group]!);
}
