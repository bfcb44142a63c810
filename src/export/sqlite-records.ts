/**
 * The reference reader: a table's rows through SQLite itself, as batches of records.
 *
 * Text must arrive byte for byte, so it is read as a blob: a JavaScript string would turn invalid UTF-8
 * into U+FFFD. CAST erases the difference between text and blob; one bit a column brings it back.
 * Expressions of the file (virtual generated columns) are never evaluated here.
 */
import { quote } from "../model/identifier.js";
import type { RecordBatch } from "../model/record.js";
import {
  storedColumn,
  storedColumns,
  storedTable,
  type SqliteTable,
  type TextEncoding,
} from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";
import { BatchBuilder } from "./batch-builder.js";
import { utf16ToUtf8 } from "./utf16.js";

type Cell = bigint | number | Buffer | null;

/** Columns whose blob bits share one integer. */
const bitsPerFlag = 32;

/** The columns that a record of this table holds, in order: all but virtual generated ones. */
export const recordColumns = (table: SqliteTable): readonly string[] =>
  storedColumns(table).map((column) => column.name);

/**
 * Yields every row of `table`, in the order of its rowid or primary key. A batch is valid until the next pull.
 *
 * @param mostRows the first rows alone; null: all.
 * @throws ToolError `source-damaged`, `source-locked` and the other source codes.
 */
export function* readRecords(
  source: Source,
  table: SqliteTable,
  encoding: TextEncoding,
  mostRows: number | null = null,
): Generator<RecordBatch> {
  const columns = recordColumns(table);
  // A row is read from its first byte to its last. Where SQLite has to skip overflow pages of an auto-vacuum file it
  // follows the pointer map instead of the pages themselves (getOverflowPage in btree.c), and a damaged one leads astray.
  const stored = [...new Set(table.storageOrder)];
  const places = columns.map((name) => stored.indexOf(name));
  const withRowids = table.rowidName !== null;
  const builder = new BatchBuilder(columns.length, withRowids);
  const decode = encoding === "UTF-8" ? null : utf16ToUtf8(encoding);
  const firstCell = withRowids ? 1 : 0;
  const firstFlag = firstCell + columns.length;
  try {
    const limit = mostRows === null ? "" : ` LIMIT ${mostRows}`;
    const rows = source.database
      .prepare<[], Cell[]>(selectSql(table, stored) + limit)
      .raw()
      .iterate();
    for (const row of rows) {
      for (const place of places) {
        const cell = row[firstCell + place] as Cell;
        if (cell === null) builder.addNull();
        else if (typeof cell === "bigint") builder.addInteger(cell);
        else if (typeof cell === "number") builder.addReal(cell);
        else if (isBlobCell(row, firstFlag, place)) builder.addBlob(cell);
        else builder.addText(decode === null ? cell : decode(cell));
      }
      builder.endRow(withRowids ? (row[0] as bigint) : null);
      if (builder.full) yield builder.take();
    }
    if (builder.rows > 0) yield builder.take();
  } catch (error) {
    throw sourceError(error, source.path, `reading table ${quote(table.name)}`);
  }
}

function isBlobCell(row: readonly Cell[], firstFlag: number, index: number): boolean {
  const flags = Number(row[firstFlag + Math.floor(index / bitsPerFlag)]);
  return (flags & (1 << (index % bitsPerFlag))) !== 0;
}

function selectSql(table: SqliteTable, columns: readonly string[]): string {
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
  return `SELECT ${[...rowid, ...terms].join(", ")} FROM main.${quote(storedTable(table))} ${scanOf(table)}`;
}

/**
 * A covering index that disagrees with its table must not answer for it. NOT INDEXED alone does not keep SQLite from
 * one where there is no rowid: there the table is the index of its primary key, and is named.
 */
function scanOf(table: SqliteTable): string {
  const key = table.indexes.find(({ origin }) => origin === "primary-key");
  return table.withoutRowid && key !== undefined ? `INDEXED BY ${quote(key.name)}` : "NOT INDEXED";
}
