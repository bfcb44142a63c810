/** What a database computed of a table by itself. Figures of parts of a table add up to those of all of it. */

/**
 * The smallest or greatest value, or null where there is none. Of the source as it is stored: INTEGER, REAL, the first
 * characters of TEXT, an empty array for any BLOB. Of the target a number, microseconds or the first characters of a text.
 */
export type Extreme = bigint | number | string | Uint8Array | null;

/** Of a column; what was not asked is null, or 0. */
export interface ColumnFigures {
  /** Those that are not NULL. */
  readonly values: bigint;
  readonly least: Extreme;
  readonly greatest: Extreme;
  /** What is added up depends on the measure. */
  readonly sum: bigint;
}

export interface TableFigures {
  readonly rows: bigint;
  /** One for each that was asked about, in that order. */
  readonly columns: readonly ColumnFigures[];
}

export const addFigures = (one: TableFigures, other: TableFigures): TableFigures => ({
  rows: one.rows + other.rows,
  columns: one.columns.map((column, index) => addColumns(column, other.columns[index]!)),
});

const addColumns = (one: ColumnFigures, other: ColumnFigures): ColumnFigures => ({
  values: one.values + other.values,
  least: chosen(one.least, other.least, -1),
  greatest: chosen(one.greatest, other.greatest, 1),
  sum: one.sum + other.sum,
});

const chosen = (one: Extreme, other: Extreme, sign: -1 | 1): Extreme => {
  if (one === null || other === null) {
    return one ?? other;
  }
  return compareValues(other, one) * sign > 0 ? other : one;
};

/**
 * Numbers before texts before BLOBs, as SQLite sorts them (sqlite.org/datatype3.html, section 4.1); NaN after all numbers, as
 * PostgreSQL has it; texts by their bytes.
 */
const compareValues = (one: NonNullable<Extreme>, other: NonNullable<Extreme>): number => {
  if (rank(one) !== rank(other)) {
    return rank(one) - rank(other);
  }
  if (typeof one === "string" && typeof other === "string") {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return one < other ? -1 : one > other ? 1 : 0;
};

const rank = (value: NonNullable<Extreme>): number =>
  typeof value === "string" ? 2 : value instanceof Uint8Array ? 3 : Number.isNaN(value) ? 1 : 0;
