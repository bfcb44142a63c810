/** How far a reader has come in a table that it reads in the order of its rowid. */
import { quote } from "../model/identifier.js";
import type { SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";

export interface RowidRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** The smallest and largest rowid: two steps down a b-tree. Null for empty tables and those without a rowid. */
export function readRowidRange(source: Source, table: SqliteTable): RowidRange | null {
  if (table.rowidName === null) return null;
  const rowid = quote(table.rowidName);
  const from = `FROM main.${quote(table.name)} NOT INDEXED`;
  try {
    const row = source.database
      .prepare<[], { first: bigint | null; last: bigint | null }>(
        `SELECT (SELECT min(${rowid}) ${from}) AS first, (SELECT max(${rowid}) ${from}) AS last`,
      )
      .get();
    if (row === undefined || row.first === null || row.last === null) return null;
    return { first: row.first, last: row.last };
  } catch (error) {
    throw sourceError(error, source.path, `reading table ${quote(table.name)}`);
  }
}

/** How many rows the table has if the rest is as dense as what was read: exact where no rowid was ever deleted. */
export function estimateRows(range: RowidRange, rowsRead: number, lastRead: bigint): number {
  const share = Number(lastRead - range.first + 1n) / Number(range.last - range.first + 1n);
  return Math.max(rowsRead, Math.round(rowsRead / share));
}
