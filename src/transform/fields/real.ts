/** The floats: REAL bit by bit; INTEGER that they hold exactly; TEXT that is a double's shortest spelling. */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { CopyBuffer } from "../copy-buffer.js";
import type { EncodeField } from "./field.js";
import { integerBigInt, integerNumber, latin1, realNumber } from "../value.js";

export const encodeDouble: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  if (type === serial.float64) {
    const offset = batch.offsets[at]!;
    out.bytesField(batch.bytes, offset, offset + 8);
    return true;
  }
  const value = doubleOf(batch, at);
  if (value === null) return false;
  out.ensure(12);
  out.int32(8);
  out.position = out.bytes.writeDoubleBE(value, out.position);
  return true;
};

/** real, of 32 bits: only what it holds exactly, for PostgreSQL would round the others without a word. */
export const encodeFloat: EncodeField = (batch, at, out) => {
  const value = doubleOf(batch, at);
  if (value === null || !Object.is(Math.fround(value), value)) return false;
  writeFloat(value, out);
  return true;
};

/** @param value that 32 bits hold exactly. */
export function writeFloat(value: number, out: CopyBuffer): void {
  out.ensure(8);
  out.int32(4);
  out.position = out.bytes.writeFloatBE(value, out.position);
}

/** Null where the value is no double, or not exactly. */
export function doubleOf(batch: RecordBatch, at: number): number | null {
  const type = batch.serialTypes[at]!;
  if (type === serial.float64) return realNumber(batch, at);
  if (isInteger(type)) return isExactAsDouble(batch, at) ? integerNumber(batch, at) : null;
  return isText(type) ? canonicalDouble(batch, at) : null;
}

export const isExactAsDouble = (batch: RecordBatch, at: number): boolean => {
  const value = integerNumber(batch, at);
  return Number.isSafeInteger(value) || BigInt(value) === integerBigInt(batch, at);
};

/** The longest shortest spelling of a double, `-1.2345678901234567e-308`, has 24 characters. */
const longestSpelling = 26;

/** The number whose own spelling this text is; else null: '1.50' would come back as 1.5. */
export function canonicalDouble(batch: RecordBatch, at: number): number | null {
  const length = payloadBytes(batch.serialTypes[at]!);
  if (length === 0 || length > longestSpelling) return null;
  const text = latin1(batch, at);
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  return text === realText(value) || text === String(value) ? value : null;
}

/**
 * A REAL as text: the shortest digits that read back as the same double, with `.0` where a whole number
 * would look like an INTEGER; infinities as SQLite 3.53 prints them.
 */
export function realText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0.0";
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}
