/** The longest entry that an index over columns of a table has: its rows tell, for the longest values need not stand together. */
import { quote } from "../model/identifier.js";
import type { RowPlace } from "../model/record.js";
import { storedColumn, storedTable, type SqliteTable, type TextEncoding } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";

export interface LongestEntry {
  readonly bytes: number;
  readonly at: RowPlace;
}

export interface EntryShape {
  /** No virtual ones: their expressions are the file's own SQL and not run here. */
  readonly columns: readonly string[];
  /** The size of an entry by the bytes of each column's value, null for NULL; numbers as their texts. */
  readonly bytesOf: (sourceBytes: readonly (number | null)[]) => number;
  /** Of the bytes of all values together; rows with less are not looked at. 0: all are. */
  readonly least: number;
}

/** Of a key's value, characters or bytes. */
const shownCharacters = 40;

/** In UTF-8 for a byte of the file's own encoding, at the most: a character of two bytes takes three. */
const growth: Readonly<Record<TextEncoding, number>> = { "UTF-8": 1, "UTF-16le": 1.5, "UTF-16be": 1.5 };

/**
 * One scan of the table. Each row that is looked at comes out as null, for the caller to let others run; at last the longest, where
 * there is one.
 * @throws ToolError `source-damaged` and the other source codes.
 */
export function* longestEntry(
  source: Source,
  table: SqliteTable,
  encoding: TextEncoding,
  { columns, bytesOf, least }: EntryShape,
): Generator<null, LongestEntry | null> {
  const sizes = columns.map((name) => `octet_length(${quote(storedColumn(table, name))})`);
  const sql =
    `SELECT ${[...sizes, ...placeSql(table)].join(", ")} FROM main.${quote(storedTable(table))} NOT INDEXED ` +
    // SQLite takes no more than 1,000 terms in a sum.
    (least > 0 ? `WHERE ${sizes.map((size) => `ifnull(${size}, 0)`).join(" + ")} >= ?` : "WHERE ? = 0");
  let longest: LongestEntry | null = null;
  try {
    const least64 = BigInt(Math.floor(least / growth[encoding]));
    const rows = source.database.prepare<[bigint], (bigint | string | null)[]>(sql).raw().iterate(least64);
    for (const row of rows) {
      const bytes = bytesOf(
        columns.map((_, at) => (row[at] === null ? null : Math.ceil(Number(row[at]) * growth[encoding]))),
      );
      if (longest === null || bytes > longest.bytes)
        longest = { bytes, at: placeOf(table, row.slice(columns.length)) };
      yield null;
    }
  } catch (error) {
    throw sourceError(error, source.path, `looking for the longest values of ${quote(table.name)}`);
  }
  return longest;
}

/** Without what is behind a NUL, which no run history keeps. */
const placeSql = (table: SqliteTable): readonly string[] =>
  table.rowidName === null
    ? table.primaryKey.map((name) => shownSql(quote(name)))
    : [`CAST(${quote(storedColumn(table, table.rowidName))} AS TEXT)`];

const shownSql = (column: string): string =>
  `CASE WHEN typeof(${column}) IN ('text', 'blob') AND length(${column}) > ${shownCharacters} ` +
  `THEN quote(substr(${column}, 1, ${shownCharacters})) || '...' ELSE quote(${column}) END`;

const placeOf = (table: SqliteTable, values: readonly (bigint | string | null)[]): RowPlace => {
  const words = values.map((value) => String(value ?? "NULL"));
  return table.rowidName === null ? { rowid: null, key: words } : { rowid: words[0] ?? "", key: null };
};
