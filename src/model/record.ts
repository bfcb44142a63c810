/**
 * Rows on their way: a batch of SQLite records as bytes and three flat arrays, no object per row or value.
 *
 * The shape is that of SQLite's record format (sqlite.org/fileformat2.html, section 2.1): each value is a
 * serial type and a place in `bytes`. A batch and its buffers are valid until the next one is pulled.
 */
export interface RecordBatch {
  readonly rows: number;
  readonly columns: number;
  readonly bytes: Buffer;
  /** SQLite's serial type of value (row * columns + column). */
  readonly serialTypes: Uint32Array;
  /** Where in `bytes` the value starts. */
  readonly offsets: Uint32Array;
  /** One per row; null for tables without a rowid. */
  readonly rowids: BigInt64Array | null;
}

/** Serial types, sqlite.org/fileformat2.html#record_format. Texts are odd and blobs even from 12 on. */
export const serial = {
  null: 0,
  int32: 4,
  int64: 6,
  float64: 7,
  zero: 8,
  one: 9,
  firstBlob: 12,
  firstText: 13,
} as const;

/** Bytes of a text or blob of serial type `type` (12 and up). */
export const payloadBytes = (type: number): number => (type - 12) >>> 1;

export const isText = (type: number): boolean => type >= 13 && (type & 1) === 1;

export const isBlob = (type: number): boolean => type >= 12 && (type & 1) === 0;

export const isInteger = (type: number): boolean => (type >= 1 && type <= 6) || type === 8 || type === 9;

/** Which row a value stands in, as a person can find it again: its rowid, or its primary key. */
export interface RowPlace {
  readonly rowid: string | null;
  /** The key's values as text, in key order, for tables without a rowid. */
  readonly key: readonly string[] | null;
}
