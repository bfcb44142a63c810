/** A value and its place in words, for findings and errors. */
import type { PgType, PgTypeKind } from "../../model/postgres.js";
import type { Example } from "../../model/profile.js";
import { isInteger, isText, serial, type RecordBatch, type RowPlace } from "../../model/record.js";
import type { StorageClass } from "../../model/sqlite.js";
import { realText } from "../fields/real.js";
import { spellField } from "../encode/spell-field.js";
import { integerBigInt, payloadEnd, realNumber } from "../value.js";

/** Longer values are cut here; a person needs to recognise it, not to read it all. */
const shownCharacters = 60;

export function storageClassOf(batch: RecordBatch, at: number): StorageClass {
  const type = batch.serialTypes[at]!;
  if (type === serial.null) return "null";
  if (isInteger(type)) return "integer";
  if (type === serial.float64) return "real";
  return isText(type) ? "text" : "blob";
}

/** As SQL writes it: `12`, `1.5`, `'abc'`, `x'00ff'`; control characters are escaped, so that a terminal stays whole. */
export function describeValue(batch: RecordBatch, at: number): string {
  const type = batch.serialTypes[at]!;
  if (type === serial.null) return "NULL";
  if (isInteger(type)) return integerBigInt(batch, at).toString();
  if (type === serial.float64) return realText(realNumber(batch, at));
  const start = batch.offsets[at]!;
  const end = payloadEnd(batch, at);
  if (isText(type)) return describeText(batch.bytes, start, end);
  return `x'${batch.bytes.toString("hex", start, Math.min(end, start + shownCharacters))}'${restWords(start, end)}`;
}

/** Text in single quotes, cut and escaped as above. */
export function describeText(bytes: Buffer, start: number, end: number): string {
  let shown = Math.min(end, start + shownCharacters);
  // Not within a character: its half would be shown as U+FFFD. At most three bytes continue one.
  if (shown < end) {
    while (shown > start + shownCharacters - 3 && (bytes[shown]! & 0xc0) === 0x80) shown -= 1;
  }
  const text = bytes.toString("utf8", start, shown).replaceAll("'", "''").replace(control, escape);
  return `'${text}'${restWords(start, end)}`;
}

const restWords = (start: number, end: number): string =>
  end - start > shownCharacters ? `... (${end - start} bytes)` : "";

/** Types whose values SQL writes without quotes. */
const bare: ReadonlySet<PgTypeKind> = new Set<PgTypeKind>([
  "smallint",
  "integer",
  "bigint",
  "real",
  "double precision",
  "numeric",
]);

/** @param bytes whose part [start, end) is a field of binary COPY, with its length. */
export function describeField(type: PgType, bytes: Buffer, start: number, end: number): string {
  if (bytes.readInt32BE(start) === -1) return "NULL";
  const spelled = spellField(type, bytes, start + 4, end);
  if (type.name === "boolean") return spelled[0] === 0x74 ? "true" : "false";
  const described = describeText(spelled, 0, spelled.length);
  return bare.has(type.name) && spelled.length <= shownCharacters ? described.slice(1, -1) : described;
}

export const exampleOf = (batch: RecordBatch, at: number, keyIndexes: readonly number[]): Example => ({
  at: placeOf(batch, Math.floor(at / batch.columns), keyIndexes),
  storageClass: storageClassOf(batch, at),
  value: describeValue(batch, at),
});

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** @param keyIndexes where the primary key's columns stand in the records, for tables without a rowid. */
export function placeOf(batch: RecordBatch, row: number, keyIndexes: readonly number[]): RowPlace {
  if (batch.rowids !== null) return { rowid: batch.rowids[row]!.toString(), key: null };
  return { rowid: null, key: keyIndexes.map((index) => describeValue(batch, row * batch.columns + index)) };
}
