/** The kinds of text: TEXT byte for byte; BLOB that is valid UTF-8; numbers as their digits. */
import { isInteger, serial, type RecordBatch } from "../model/record.js";
import { longestPayload, type EncodeField } from "./field.js";
import { realText } from "./real.js";
import { characterCount, textFault } from "./utf8.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "./value.js";

/** What else a text must be, beside storable. */
type TextRule = (bytes: Buffer, start: number, end: number) => boolean;

/** text, citext, and varchar(n). @param limit the n in characters, or null. */
export const textEncoder = (limit: number | null): EncodeField =>
  encoderOf(limit === null ? () => true : (bytes, start, end) => isWithin(bytes, start, end, limit));

/** char(n), which fills up with blanks, so that those at a value's own end would be lost. */
export const characterEncoder = (length: number): EncodeField =>
  encoderOf((bytes, start, end) => !endsWithBlank(bytes, start, end) && isWithin(bytes, start, end, length));

/** An enum takes its labels, and is sent as one of them. */
export function enumEncoder(labels: readonly string[]): EncodeField {
  const known = new Set(labels.map((label) => Buffer.from(label, "utf8").toString("latin1")));
  return encoderOf(
    (bytes, start, end) => end - start <= longestLabel && known.has(bytes.toString("latin1", start, end)),
  );
}

/** Bytes of a label in a server that was built for longer names than the usual 63 bytes. */
const longestLabel = 1023;

export const isWithin = (bytes: Buffer, start: number, end: number, limit: number): boolean =>
  // Characters are counted only where there are more bytes than there may be characters.
  end - start <= limit || characterCount(bytes, start, end) <= limit;

export const endsWithBlank = (bytes: Buffer, start: number, end: number): boolean =>
  end > start && bytes[end - 1] === 0x20;

const encoderOf =
  (rule: TextRule): EncodeField =>
  (batch, at, out) => {
    const digits = digitsOf(batch, at);
    const bytes = digits ?? batch.bytes;
    const start = digits === null ? batch.offsets[at]! : 0;
    const end = digits === null ? payloadEnd(batch, at) : digits.length;
    if (end - start > longestPayload || textFault(bytes, start, end) !== null) return false;
    if (!rule(bytes, start, end)) return false;
    out.bytesField(bytes, start, end);
    return true;
  };

function integerText(batch: RecordBatch, at: number): string {
  const value = integerNumber(batch, at);
  return Number.isSafeInteger(value) ? String(value) : integerBigInt(batch, at).toString();
}

/** Null for text and blob. */
function digitsOf(batch: RecordBatch, at: number): Buffer | null {
  const type = batch.serialTypes[at]!;
  if (isInteger(type)) return Buffer.from(integerText(batch, at), "latin1");
  return type === serial.float64 ? Buffer.from(realText(realNumber(batch, at)), "latin1") : null;
}
