/** double precision: REAL bit by bit; INTEGER that a double holds exactly; TEXT that is a double's shortest spelling. */
import { isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import type { EncodeField } from "./field.js";
import { integerBigInt, integerNumber, latin1 } from "./value.js";

export const encodeDouble: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  if (type === serial.float64) {
    const offset = batch.offsets[at]!;
    out.bytesField(batch.bytes, offset, offset + 8);
    return true;
  }
  if (isInteger(type) && !isExactAsDouble(batch, at)) return false;
  const value = isInteger(type) ? integerNumber(batch, at) : isText(type) ? canonicalDouble(batch, at) : null;
  if (value === null) return false;
  out.ensure(12);
  out.int32(8);
  out.position = out.bytes.writeDoubleBE(value, out.position);
  return true;
};

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
