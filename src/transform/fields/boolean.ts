/** boolean: 0 and 1, 0.0 and 1.0, the words t, f, true, false in any case, a blob of one byte 00 or 01. */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { EncodeField } from "./field.js";
import { integerNumber, latin1, realNumber } from "../value.js";

export const encodeBoolean: EncodeField = (batch, at, out) => {
  const value = booleanValue(batch, at);
  if (value === null) return false;
  out.ensure(5);
  out.int32(1);
  out.bytes[out.position++] = value ? 1 : 0;
  return true;
};

/** The truth value, or null where the value is none. */
export function booleanValue(batch: RecordBatch, at: number): boolean | null {
  const type = batch.serialTypes[at]!;
  if (isInteger(type)) return zeroOrOne(integerNumber(batch, at));
  if (type === serial.float64) {
    const value = realNumber(batch, at);
    return Object.is(value, -0) ? null : zeroOrOne(value);
  }
  if (isText(type))
    return payloadBytes(type) > 5 ? null : (words.get(latin1(batch, at).toLowerCase()) ?? null);
  return payloadBytes(type) === 1 ? zeroOrOne(batch.bytes[batch.offsets[at]!]!) : null;
}

const words = new Map([
  ["t", true],
  ["true", true],
  ["f", false],
  ["false", false],
]);

const zeroOrOne = (value: number): boolean | null => (value === 0 ? false : value === 1 ? true : null);
