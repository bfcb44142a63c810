/** bigint: INTEGER as it is; REAL that is whole; TEXT that is the canonical spelling of an integer. */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import type { EncodeField } from "./field.js";
import { integerNumber, isInt64, latin1, realNumber } from "./value.js";

export const encodeBigint: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  if (type === serial.int64) {
    const offset = batch.offsets[at]!;
    out.bytesField(batch.bytes, offset, offset + 8);
  } else if (isInteger(type)) {
    out.int64Field(integerNumber(batch, at));
  } else if (type === serial.float64) {
    const value = realNumber(batch, at);
    if (!isWholeReal(value)) return false;
    out.int64Field(BigInt(value));
  } else {
    const value = isText(type) ? canonicalInteger(batch, at) : null;
    if (value === null) return false;
    out.int64Field(value);
  }
  return true;
};

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
