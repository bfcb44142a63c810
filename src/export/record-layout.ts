/**
 * How the rows of one table stand in its b-tree (sqlite.org/fileformat2.html, sections 2.1 to 2.4). Plain data,
 * compiled once and handed to every thread that reads the table's pages.
 */
import { foldName } from "../model/identifier.js";
import { serial } from "../model/record.js";
import type { SqliteTable } from "../model/sqlite.js";
import type { TreeKind } from "./btree-page.js";
import { recordColumns } from "./sqlite-records.js";

export interface RecordLayout {
  /** The table's name, for messages. */
  readonly table: string;
  readonly rootPage: number;
  /** `index`: the table has no rowid, and its interior pages hold rows, too. */
  readonly tree: TreeKind;
  /** Whether batches tell rowids: only where SQL has a name for them. */
  readonly withRowids: boolean;
  /** How many values a whole record has. */
  readonly fields: number;
  /** In the order of `recordColumns`. */
  readonly columns: readonly ColumnLayout[];
}

export interface ColumnLayout {
  readonly name: string;
  /** Which value of the record it is. */
  readonly field: number;
  /** It is another name of the rowid; its value in the record is NULL and means nothing. */
  readonly isRowid: boolean;
  /** Whole numbers are stored as integers to save room, and are to be read as reals. */
  readonly isReal: boolean;
  /** What it is in rows that were written before it was added; null where such rows cannot be. */
  readonly missing: StoredValue | null;
}

/** A value as a record holds it. */
export interface StoredValue {
  readonly serialType: number;
  readonly bytes: Uint8Array;
}

export const storedNull: StoredValue = { serialType: serial.null, bytes: new Uint8Array(0) };

/**
 * @param missing What each column of `recordColumns(table)` is in rows that were written before it was added.
 */
export function compileLayout(table: SqliteTable, missing: readonly (StoredValue | null)[]): RecordLayout {
  const fields = new Map<string, number>();
  // The first one counts where the primary key has a column twice.
  for (const [field, name] of table.storageOrder.entries()) {
    if (!fields.has(foldName(name))) fields.set(foldName(name), field);
  }
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  return {
    table: table.name,
    rootPage: table.rootPage,
    tree: table.withoutRowid ? "index" : "table",
    withRowids: table.rowidName !== null,
    fields: table.storageOrder.length,
    columns: recordColumns(table).map((name, index) => ({
      name,
      field: fields.get(foldName(name)) ?? index,
      isRowid: name === table.rowidAlias,
      isReal: byName.get(name)?.affinity === "REAL",
      missing: missing[index] ?? null,
    })),
  };
}
