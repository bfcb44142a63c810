/** A value and its place in words, for findings and errors. */
import { isInteger, isText, payloadBytes, serial, type RecordBatch, type RowPlace } from "../model/record.js";
import type { StorageClass } from "../model/sqlite.js";
import { realText } from "./real.js";
import { integerBigInt, payloadEnd, realNumber } from "./value.js";

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
  const cut = payloadBytes(type) > shownCharacters;
  const end = cut ? cutEnd(batch, at) : payloadEnd(batch, at);
  const rest = cut ? `... (${payloadBytes(type)} bytes)` : "";
  if (!isText(type)) return `x'${batch.bytes.toString("hex", start, end)}'${rest}`;
  return `'${batch.bytes.toString("utf8", start, end).replaceAll("'", "''").replace(control, escape)}'${rest}`;
}

/** Not within a character: its half would be shown as U+FFFD, as if the text were damaged. */
function cutEnd(batch: RecordBatch, at: number): number {
  const start = batch.offsets[at]!;
  let end = start + shownCharacters;
  if (!isText(batch.serialTypes[at]!)) return end;
  // A character of UTF-8 has at most three bytes that continue it.
  while (end > start + shownCharacters - 3 && (batch.bytes[end]! & 0xc0) === 0x80) end -= 1;
  return end;
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** @param keyIndexes where the primary key's columns stand in the records, for tables without a rowid. */
export function placeOf(batch: RecordBatch, row: number, keyIndexes: readonly number[]): RowPlace {
  if (batch.rowids !== null) return { rowid: batch.rowids[row]!.toString(), key: null };
  return { rowid: null, key: keyIndexes.map((index) => describeValue(batch, row * batch.columns + index)) };
}
