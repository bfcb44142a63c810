/** Rows whose foreign key points at no row, and what is done with them. */

/**
 * `fail`: nothing is written. `not-valid`: they are carried, and the foreign key holds for what is written later.
 * `quarantine`: they are kept whole in the target's sqlift.rejected_rows, and so is what points at them in turn.
 */
export type OnOrphans = "fail" | "not-valid" | "quarantine";

/** A foreign key that keeps rows apart, by the names of the source. */
export interface OrphanKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly parentTable: string;
  readonly parentColumns: readonly string[];
  /** The columns of `columns` that are compared without case, A to Z; by its absence none. */
  readonly caseless?: readonly string[];
}

/**
 * Of one table: the rows that are kept apart, by their rowid or else by their rowKey, and which key of theirs points at no row
 * that is carried over: the first such one.
 */
export type OrphanRows = ReadonlyMap<bigint | string, OrphanKey>;

/** By its table's source name. */
export type OrphanRowsByTable = ReadonlyMap<string, OrphanRows>;

/** A value of a primary key; TEXT as its UTF-8 bytes, one character a byte, and BLOB so, too. */
export type KeyValue = bigint | number | null | { readonly text: string } | { readonly blob: string };

/** The values of a primary key as one text; numbers that are equal have the same. */
export const rowKey = (values: readonly KeyValue[]): string => JSON.stringify(values.map(keyWords));

const keyWords = (value: KeyValue): string => {
  if (value === null || typeof value !== "object") return String(value);
  return "text" in value ? `'${value.text}` : `x${value.blob}`;
};
