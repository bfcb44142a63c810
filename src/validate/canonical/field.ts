import type { CanonicalOid, RowBytes } from "./row-bytes.js";

/**
 * A value that is not NULL, as SQLite hands it over: INTEGER, REAL, TEXT, or the bytes of a BLOB. TEXT is a string where that
 * says all its bytes, and else its bytes in UTF-8, valid or not.
 */
export type SourceValue = bigint | number | string | Buffer;

/** Whether it is an INTEGER or REAL. */
export const isNumber = (value: SourceValue): value is bigint | number =>
  typeof value === "bigint" || typeof value === "number";

/** Why a value has no place in the column's type, e.g. "is not a whole number". */
export type Misfit = string;

/** How values of one column become fields of canonical rows. */
export interface CanonicalField {
  readonly oid: CanonicalOid;
  /**
   * Writes the value as the next field, or writes nothing and says why it does not convert.
   *
   * @param isText tells a TEXT from a BLOB; true of a string.
   */
  readonly write: (value: SourceValue, isText: boolean, out: RowBytes) => Misfit | null;
}

/** No number, time or word is longer than this; a gigabyte is not worth a look. */
const longestForm = 1_000_000;

/**
 * A TEXT with one character a byte, for forms that are all ASCII: other characters match none of them.
 * "" for a text too long to be one.
 */
export const asciiText = (value: string | Buffer): string => {
  if (value.length > longestForm) {
    return "";
  }
  return typeof value === "string" ? onlyAscii(value) : value.toString("latin1");
};

/** "" where there are other characters: in any case of letters they might seem to be some of ASCII's. */
const onlyAscii = (text: string): string => (/^[\0-\x7f]*$/.test(text) ? text : "");

/** The bytes of a TEXT in UTF-8, or of a BLOB. */
export const bytesOf = (value: string | Buffer): Buffer =>
  typeof value === "string" ? Buffer.from(value, "utf8") : value;
