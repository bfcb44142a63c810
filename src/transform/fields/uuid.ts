/**
 * uuid: 16-byte blobs, and every spelling that PostgreSQL reads (documentation, 8.12): 32 hexadecimal digits,
 * a hyphen allowed after any group of four, braces around the whole.
 */
import { isBlob, isText, payloadBytes, type RecordBatch } from "../../model/record.js";
import type { EncodeField } from "./field.js";
import { payloadEnd } from "../value.js";

export const encodeUuid: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  const start = batch.offsets[at]!;
  if (isBlob(type) && payloadBytes(type) === 16) {
    out.bytesField(batch.bytes, start, start + 16);
    return true;
  }
  if (!isText(type) || !parseUuid(batch, at)) return false;
  out.bytesField(digits, 0, 16);
  return true;
};

/** The 16 bytes of the text last parsed. */
const digits = Buffer.alloc(16);

export function parseUuid(batch: RecordBatch, at: number): boolean {
  const bytes = batch.bytes;
  let position = batch.offsets[at]!;
  let end = payloadEnd(batch, at);
  if (end - position < 32 || end - position > 41) return false;
  if (bytes[position] === 0x7b) {
    if (bytes[end - 1] !== 0x7d) return false;
    position += 1;
    end -= 1;
  }
  for (let nibble = 0; nibble < 32; nibble += 1) {
    // A hyphen stands after a whole group of four digits, never first or last.
    if (bytes[position] === 0x2d && nibble > 0 && nibble % 4 === 0) position += 1;
    const value = position < end ? hexValues[bytes[position]!]! : -1;
    if (value < 0) return false;
    digits[nibble >> 1] = nibble % 2 === 0 ? value << 4 : digits[nibble >> 1]! | value;
    position += 1;
  }
  return position === end;
}

/** Of each byte; -1 for those that are no digit. */
const hexValues = Int8Array.from({ length: 256 }, (_, byte) => hexDigit(byte));

export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
