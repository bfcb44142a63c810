/** The kinds of text: TEXT byte for byte; BLOB that is valid UTF-8; numbers as their digits. */
import type { PgType, PgTypeKind } from "../../model/postgres.js";
import { isInteger, isText, serial, type RecordBatch } from "../../model/record.js";
import { longestPayload, type EncodeField } from "./field.js";
import { realText } from "./real.js";
import { characterCount, textFault } from "./utf8.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "../value.js";

/** What else a text must be, beside storable. */
type TextRule = (bytes: Buffer, start: number, end: number) => boolean;

/** Types to which an empty text is a value like any other, bytea among them. What other types are is not known. */
export const isTextual = ({ name }: PgType): boolean => textual.has(name);

const textual: ReadonlySet<PgTypeKind> = new Set<PgTypeKind>([
  "text",
  "character varying",
  "character",
  "citext",
  "bytea",
  "enum",
  "other",
]);

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

/** Whether a TEXT is nothing but ASCII white space: blanks, and tab to carriage return. */
export function isBlank(batch: RecordBatch, at: number): boolean {
  if (!isText(batch.serialTypes[at]!)) return false;
  for (let place = batch.offsets[at]!, end = payloadEnd(batch, at); place < end; place += 1) {
    const byte = batch.bytes[place]!;
    if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
  }
  return true;
}

const encoderOf =
  (rule: TextRule): EncodeField =>
  (batch, at, out) => {
    const { bytes, start, end } = textOf(batch, at);
    if (end - start > longestPayload || textFault(bytes, start, end) !== null) return false;
    if (!rule(bytes, start, end)) return false;
    out.bytesField(bytes, start, end);
    return true;
  };

/** What a value is as text, whether PostgreSQL can store it or not. */
export function textOf(
  batch: RecordBatch,
  at: number,
): { readonly bytes: Buffer; readonly start: number; readonly end: number } {
  const digits = digitsOf(batch, at);
  if (digits !== null) return { bytes: digits, start: 0, end: digits.length };
  return { bytes: batch.bytes, start: batch.offsets[at]!, end: payloadEnd(batch, at) };
}

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
