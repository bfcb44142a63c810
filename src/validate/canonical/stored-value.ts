/**
 * Values of SQLite's records that are canonical but for where they stand: they are written from bytes to bytes, without a value of
 * JavaScript's in between, which costs more than all the rest. Only what is seen to fit at once; column-form.ts has the rules.
 */
import { isBlob, isText, payloadBytes, serial } from "../../model/record.js";
import type { ColumnForm } from "./column-form.js";
import { safeInstant } from "./instant.js";
import { writeStoredJsonb } from "./json.js";
import { longValueBytes, oids, type CanonicalOid, type RowBytes } from "./row-bytes.js";

/**
 * Writes the value of this serial type that stands at `at`, which is not NULL, as the next field; writes nothing and returns false
 * where it has to be looked at like any other.
 */
export type StoredValue = (type: number, bytes: Buffer, at: number, out: RowBytes) => boolean;

/** Null for a type that has no such values. */
export const storedValue = ({ type, unit }: ColumnForm): StoredValue | null => {
  const [first = null] = type.modifiers;
  switch (type.name) {
    case "boolean":
      return storedBoolean;
    case "bigint":
      return storedInteger;
    case "double precision":
      return storedDouble;
    case "text":
    case "citext":
      return storedText(longValueBytes);
    case "character varying":
      return storedText(Math.min(first ?? longValueBytes, longValueBytes));
    case "jsonb":
      return storedJsonb;
    case "bytea":
      return storedBytes;
    case "timestamp without time zone":
      return unit === null || first !== null ? null : storedInstant(oids.timestamp, safeInstant(unit));
    case "timestamp with time zone":
      return unit === null || first !== null ? null : storedInstant(oids.timestamptz, safeInstant(unit));
    default:
      return null;
  }
};

const storedBoolean: StoredValue = (type, _bytes, _at, out) => {
  if (type !== serial.zero && type !== serial.one) {
    return false;
  }
  out.writeBoolean(type === serial.one);
  return true;
};

const storedInteger: StoredValue = (type, bytes, at, out) => {
  if (type === serial.zero || type === serial.one) {
    out.writeSafeInteger(oids.int8, type === serial.one ? 1 : 0);
    return true;
  }
  const width = integerWidths[type] ?? 0;
  if (width === 0) {
    return false;
  }
  out.writeStoredInteger(oids.int8, bytes, at, width);
  return true;
};

/** By serial type (sqlite.org/fileformat2.html, section 2.1). */
const integerWidths = [0, 1, 2, 3, 4, 6, 8];

const storedDouble: StoredValue = (type, bytes, at, out) => {
  if (type !== serial.float64) {
    return false;
  }
  out.writeStoredBytes(oids.float8, bytes, at, 8);
  return true;
};

/** @param longest in characters, of which there are as many as bytes. */
const storedText =
  (longest: number): StoredValue =>
  (type, bytes, at, out) =>
    isText(type) && payloadBytes(type) <= longest && out.writeStoredAscii(bytes, at, payloadBytes(type));

const storedJsonb: StoredValue = (type, bytes, at, out) =>
  isText(type) && writeStoredJsonb(bytes, at, at + payloadBytes(type), out);

const storedBytes: StoredValue = (type, bytes, at, out) => {
  if (!isBlob(type) || payloadBytes(type) > longValueBytes) {
    return false;
  }
  out.writeStoredBytes(oids.bytea, bytes, at, payloadBytes(type));
  return true;
};

/** Of counts in up to six bytes, which a double says exactly. */
const storedInstant =
  (oid: CanonicalOid, instantOf: (count: number) => number | null): StoredValue =>
  (type, bytes, at, out) => {
    const width = integerWidths[type] ?? 0;
    if (width === 0 || width > 6) {
      return false;
    }
    const instant = instantOf(bytes.readIntBE(at, width));
    if (instant === null) {
      return false;
    }
    out.writeSafeInteger(oid, instant);
    return true;
  };
