/**
 * The reference reader: a table's rows through SQLite itself, as batches of records.
 *
 * Text must arrive byte for byte, so it is read as a blob: a JavaScript string would turn invalid UTF-8
 * into U+FFFD. CAST erases the difference between text and blob; one bit a column brings it back.
 * Expressions of the file (virtual generated columns) are never evaluated here; computed-records.ts has them evaluated
 * elsewhere, by the same SELECT.
 */
import { quote } from "../model/identifier.js";
import type { RecordBatch } from "../model/record.js";
import {
  columnsWithValues,
  storedColumn,
  storedTable,
  type SqliteTable,
  type TextEncoding,
} from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";
import { BatchBuilder } from "./batch-builder.js";
import { utf16ToUtf8 } from "./utf16.js";

export type Cell = bigint | number | string | Buffer | null;

/** Columns whose blob bits share one integer. */
const bitsPerFlag = 32;

/** The columns that a record of this table holds, in order: all but those that only SQLite could compute. */
export const recordColumns = (table: SqliteTable): readonly string[] =>
  columnsWithValues(table).map((column) => column.name);

/**
 * Yields every row of `table`, in the order of its rowid or primary key. A batch is valid until the next pull.
 *
 * @param table without computed columns.
 * @param mostRows the first rows alone; null: all.
 * @throws ToolError `source-damaged`, `source-locked` and the other source codes.
 */
export function* readRecords(
  source: Source,
  table: SqliteTable,
  encoding: TextEncoding,
  mostRows: number | null = null,
): Generator<RecordBatch> {
  const records = new RowRecords(table, encoding);
  try {
    const rows = source.database.prepare<[], Cell[]>(recordsSql(table, mostRows)).raw().iterate();
    for (const row of rows) {
      records.add(row);
      if (records.full) yield records.take();
    }
    if (records.rows > 0) yield records.take();
  } catch (error) {
    throw sourceError(error, source.path, `reading table ${quote(table.name)}`);
  }
}

/** Rows of `recordsSql` -> batches of records. */
export class RowRecords {
  readonly #builder: BatchBuilder;
  readonly #places: readonly number[];
  readonly #decode: ((bytes: Buffer) => Uint8Array) | null;
  readonly #firstCell: number;
  readonly #firstFlag: number;

  constructor(table: SqliteTable, encoding: TextEncoding) {
    const columns = recordColumns(table);
    const selected = selectedColumns(table);
    const withRowids = table.rowidName !== null;
    this.#builder = new BatchBuilder(columns.length, withRowids);
    this.#places = columns.map((name) => selected.indexOf(name));
    this.#decode = encoding === "UTF-8" ? null : utf16ToUtf8(encoding);
    this.#firstCell = withRowids ? 1 : 0;
    this.#firstFlag = this.#firstCell + columns.length;
  }

  get full(): boolean {
    return this.#builder.full;
  }

  get rows(): number {
    return this.#builder.rows;
  }

  add(row: readonly Cell[]): void {
    const builder = this.#builder;
    for (const place of this.#places) {
      const cell = row[this.#firstCell + place] as Exclude<Cell, string>;
      if (cell === null) builder.addNull();
      else if (typeof cell === "bigint") builder.addInteger(cell);
      else if (typeof cell === "number") builder.addReal(cell);
      else if (isBlobCell(row, this.#firstFlag, place)) builder.addBlob(cell);
      else builder.addText(this.#decode === null ? cell : this.#decode(cell));
    }
    builder.endRow(this.#firstCell === 1 ? (row[0] as bigint) : null);
  }

  /** Valid until the next `add`. */
  take(): RecordBatch {
    return this.#builder.take();
  }
}

/**
 * A row is read from its first byte to its last. Where SQLite has to skip overflow pages of an auto-vacuum file it
 * follows the pointer map instead of the pages themselves (getOverflowPage in btree.c), and a damaged one leads astray.
 */
const selectedColumns = (table: SqliteTable): readonly string[] => [
  ...new Set([...table.storageOrder, ...recordColumns(table)]),
];

function isBlobCell(row: readonly Cell[], firstFlag: number, index: number): boolean {
  const flags = Number(row[firstFlag + Math.floor(index / bitsPerFlag)]);
  return (flags & (1 << (index % bitsPerFlag))) !== 0;
}

/** The rowid where there is one, the values, and a bit for each that is a BLOB. */
export function recordsSql(table: SqliteTable, mostRows: number | null): string {
  const columns = selectedColumns(table);
  const values = columns.map((name) => quote(storedColumn(table, name)));
  const terms = values.map(
    (value) => `CASE typeof(${value}) WHEN 'text' THEN CAST(${value} AS BLOB) ELSE ${value} END`,
  );
  for (let from = 0; from < columns.length; from += bitsPerFlag) {
    const bits = values
      .slice(from, from + bitsPerFlag)
      .map((value, bit) => `((typeof(${value})='blob')<<${bit})`);
    terms.push(bits.join("|"));
  }
  const rowid = table.rowidName === null ? [] : [quote(storedColumn(table, table.rowidName))];
  const limit = mostRows === null ? "" : ` LIMIT ${mostRows}`;
  return `SELECT ${[...rowid, ...terms].join(", ")} ${fromSql(table)}${limit}`;
}

/** In the order of the rowid or the primary key. */
export const fromSql = (table: SqliteTable): string =>
  `FROM main.${quote(storedTable(table))} ${scanOf(table)}`;

/**
 * A covering index that disagrees with its table must not answer for it. NOT INDEXED alone does not keep SQLite from
 * one where there is no rowid: there the table is the index of its primary key, and is named.
 */
function scanOf(table: SqliteTable): string {
  const key = table.indexes.find(({ origin }) => origin === "primary-key");
  return table.withoutRowid && key !== undefined ? `INDEXED BY ${quote(key.name)}` : "NOT INDEXED";
}
