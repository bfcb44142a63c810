/**
 * numeric and numeric(p,s) in PostgreSQL's binary form: digits to the base 10,000 with weight, sign and scale
 * (the comments above numeric_recv in src/backend/utils/adt/numeric.c describe it).
 *
 * INTEGER exactly; REAL by its shortest digits; TEXT that is a plainly written number. A value that the
 * modifiers would round does not fit.
 */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { CopyBuffer } from "../copy-buffer.js";
import type { EncodeField } from "./field.js";
import { writeSmallDecimal } from "./small-decimal.js";
import { integerBigInt, latin1, realNumber } from "../value.js";

export interface Decimal {
  readonly negative: boolean;
  /** Digits before the point, no leading zeros; "" for 0. */
  readonly whole: string;
  /** Digits after the point as written. */
  readonly fraction: string;
}

/** PostgreSQL documentation, 8.1.2: digits before and after the point. */
export const largestWhole = 131072;
export const largestFraction = 16383;

/** @param modifiers empty, or precision and scale. */
export function numericEncoder(modifiers: readonly number[]): EncodeField {
  const [precision, scale = 0] = modifiers;
  return (batch, at, out) => {
    if (writeSmallDecimal(batch, at, precision ?? null, scale, out)) return true;
    if (batch.serialTypes[at] === serial.float64) {
      const value = realNumber(batch, at);
      if (!Number.isFinite(value)) return precision === undefined && writeInfinity(out, value > 0);
    }
    const decimal = decimalOf(batch, at);
    if (decimal === null) return false;
    if (precision !== undefined && !fitsModifiers(decimal, precision, scale)) return false;
    writeDecimal(out, decimal, precision === undefined ? decimal.fraction.length : scale);
    return true;
  };
}

export const fitsModifiers = (decimal: Decimal, precision: number, scale: number): boolean =>
  decimal.whole.length <= precision - scale && significantScale(decimal) <= scale;

/** Digits after the point that are not trailing zeros. */
export const significantScale = (decimal: Decimal): number => decimal.fraction.replace(/0+$/, "").length;

/** The number in decimal, or null: no number, infinite, -0.0, or beyond what numeric holds. */
export function decimalOf(batch: RecordBatch, at: number): Decimal | null {
  const type = batch.serialTypes[at]!;
  if (isInteger(type)) return splitDecimal(integerBigInt(batch, at).toString());
  if (type === serial.float64) return realDecimal(realNumber(batch, at));
  if (!isText(type) || payloadBytes(type) > largestWhole + largestFraction + 2) return null;
  const text = latin1(batch, at);
  return /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(text) ? bounded(splitDecimal(text)) : null;
}

/** Negative zero has no numeric. */
function bounded(decimal: Decimal): Decimal | null {
  if (decimal.negative && decimal.whole === "" && significantScale(decimal) === 0) return null;
  return decimal.whole.length <= largestWhole && decimal.fraction.length <= largestFraction ? decimal : null;
}

function splitDecimal(text: string): Decimal {
  const negative = text.startsWith("-");
  const [whole = "", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  return { negative, whole: whole === "0" ? "" : whole, fraction };
}

/** `1.5e-7` -> 0.00000015. The shortest digits that read back as the same double, the exponent written out. */
function realDecimal(value: number): Decimal | null {
  if (!Number.isFinite(value) || Object.is(value, -0)) return null;
  const [mantissa = "", exponentText = "0"] = String(value).split("e");
  const { negative, whole, fraction } = splitDecimal(mantissa);
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return { negative, whole: "", fraction: "0".repeat(-point) + digits };
  if (point >= digits.length) return { negative, whole: stripZeros(digits.padEnd(point, "0")), fraction: "" };
  return { negative, whole: stripZeros(digits.slice(0, point)), fraction: digits.slice(point) };
}

const stripZeros = (digits: string): string => digits.replace(/^0+/, "");

const sign = { positive: 0x0000, negative: 0x4000, infinity: 0xd000, minusInfinity: 0xf000 } as const;

function writeInfinity(out: CopyBuffer, positive: boolean): boolean {
  out.ensure(12);
  out.int32(8);
  for (const part of [0, 0, positive ? sign.infinity : sign.minusInfinity, 0]) writeUInt16(out, part);
  return true;
}

function writeDecimal(out: CopyBuffer, decimal: Decimal, displayScale: number): void {
  const whole = decimal.whole.padStart(Math.ceil(decimal.whole.length / 4) * 4, "0");
  const fraction = decimal.fraction.padEnd(Math.ceil(decimal.fraction.length / 4) * 4, "0");
  const text = whole + fraction;
  const groups: number[] = [];
  for (let at = 0; at < text.length; at += 4) groups.push(Number(text.slice(at, at + 4)));
  let first = 0;
  while (first < groups.length && groups[first] === 0) first += 1;
  let last = groups.length;
  while (last > first && groups[last - 1] === 0) last -= 1;
  const count = last - first;
  out.ensure(12 + count * 2);
  out.int32(8 + count * 2);
  writeUInt16(out, count);
  out.int16(count === 0 ? 0 : whole.length / 4 - 1 - first);
  writeUInt16(out, decimal.negative ? sign.negative : sign.positive);
  writeUInt16(out, displayScale);
  for (let at = first; at < last; at += 1) writeUInt16(out, groups[at]!);
}

function writeUInt16(out: CopyBuffer, value: number): void {
  out.position = out.bytes.writeUInt16BE(value, out.position);
}
