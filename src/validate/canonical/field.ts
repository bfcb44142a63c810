import type { CanonicalOid, RowBytes } from "./row-bytes.js";

/** A value that is not NULL, as SQLite hands it over: INTEGER, REAL, or the bytes of a TEXT (in UTF-8) or BLOB. */
export type SourceValue = bigint | number | Buffer;

/** Why a value has no place in the column's type, e.g. "is not a whole number". */
export type Misfit = string;

/** How values of one column become fields of canonical rows. */
export interface CanonicalField {
  readonly oid: CanonicalOid;
  /** Writes the value as the next field, or writes nothing and says why it does not convert. */
  readonly write: (value: SourceValue, isText: boolean, out: RowBytes) => Misfit | null;
}

/** No number, time or word is longer than this; a gigabyte is not worth a look. */
const longestForm = 1_000_000;

/**
 * The bytes of a TEXT one character a byte, for forms that are all ASCII: other characters match none of them.
 * "" for a text too long to be one.
 */
export const asciiText = (value: Buffer): string =>
  value.length > longestForm ? "" : value.toString("latin1");
