/** Takes canonical rows (canonical/row-bytes.ts) apart again. For the few rows that differ, and for their keys. */
import { longValueBytes } from "../canonical/row-bytes.js";

const fieldHeaderBytes = 8;
const firstField = 4;

/** Each field's bytes, views into the row; null is NULL. Also of several rows in a row, as an array's elements stand. */
export const fieldsOf = (row: Buffer): readonly (Buffer | null)[] => readRow(row, 0).fields;

/** The row that begins at `start`, and where it ends. */
export const readRow = (
  rows: Buffer,
  start: number,
): { readonly fields: readonly (Buffer | null)[]; readonly end: number } => {
  const fields: (Buffer | null)[] = [];
  let at = start + firstField;
  for (let left = rows.readInt32BE(start); left > 0; left -= 1) {
    const length = rows.readInt32BE(at + 4);
    at += fieldHeaderBytes;
    fields.push(length === -1 ? null : rows.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return { fields, end: at };
};

/** Where the header of a field begins, counted from 0. */
export const fieldStart = (row: Buffer, field: number): number => {
  let at = firstField;
  for (let skipped = 0; skipped < field; skipped += 1) {
    at += fieldHeaderBytes + Math.max(row.readInt32BE(at + 4), 0);
  }
  return at;
};

/** Where the field that begins at `start` ends. */
export const fieldEnd = (row: Buffer, start: number): number =>
  start + fieldHeaderBytes + Math.max(row.readInt32BE(start + 4), 0);

/** The int8 that a field is; null is NULL. */
export const integerAt = (row: Buffer, field: number): bigint | null => {
  const start = fieldStart(row, field);
  return row.readInt32BE(start + 4) === -1 ? null : row.readBigInt64BE(start + fieldHeaderBytes);
};

/** Of a text or byte string that was too long for a row its SHA-256 in hexadecimal; null of one that stands there itself. */
export const markerOf = (field: Buffer): string | null =>
  field.length > longValueBytes ? field.toString("latin1", 0, 64) : null;

/** Two NULLs are the same. */
export const sameField = (one: Buffer | null, other: Buffer | null): boolean =>
  one === null || other === null ? one === other : one.equals(other);
