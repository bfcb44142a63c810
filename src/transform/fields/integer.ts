/** The integers: INTEGER as it is; REAL that is whole; TEXT that is the canonical spelling of an integer; all in range. */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { EncodeField } from "./field.js";
import { integerNumber, isInt64, latin1, realNumber } from "../value.js";

export const encodeBigint: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  if (type === serial.int64) {
    const offset = batch.offsets[at]!;
    out.bytesField(batch.bytes, offset, offset + 8);
    return true;
  }
  const value = integerOf(batch, at);
  if (value === null) return false;
  out.int64Field(value);
  return true;
};

export const encodeSmallint: EncodeField = (batch, at, out) => {
  const value = narrowInteger(batch, at, 2 ** 15);
  if (value === null) return false;
  out.ensure(6);
  out.int32(2);
  out.int16(value);
  return true;
};

export const encodeInteger: EncodeField = (batch, at, out) => {
  const value = narrowInteger(batch, at, 2 ** 31);
  if (value === null) return false;
  out.int32Field(value);
  return true;
};

/** From -end to less than `end`. */
function narrowInteger(batch: RecordBatch, at: number, end: number): number | null {
  const value = Number(integerOf(batch, at) ?? NaN);
  return value >= -end && value < end ? value : null;
}

/** As a double rounded where it is beyond 2^53 and came as INTEGER. */
function integerOf(batch: RecordBatch, at: number): number | bigint | null {
  const type = batch.serialTypes[at]!;
  if (isInteger(type)) return integerNumber(batch, at);
  if (type !== serial.float64) return isText(type) ? canonicalInteger(batch, at) : null;
  const value = realNumber(batch, at);
  return isWholeReal(value) ? BigInt(value) : null;
}

/** Whole, in the range of int8, and not -0.0, which no integer tells from 0. */
export const isWholeReal = (value: number): boolean =>
  Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 && !Object.is(value, -0);

/** `0`, `-12`, `345`: no plus, no leading zeros, no blanks, within int64; else null. */
export function canonicalInteger(batch: RecordBatch, at: number): bigint | null {
  const length = payloadBytes(batch.serialTypes[at]!);
  if (length === 0 || length > 20) return null;
  const text = latin1(batch, at);
  if (!/^(?:0|-?[1-9][0-9]*)$/.test(text)) return null;
  const value = BigInt(text);
  return isInt64(value) ? value : null;
}
