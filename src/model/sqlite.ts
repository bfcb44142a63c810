/** What a SQLite file says about itself: its schema as the pragmas tell it, nothing interpreted yet. */

/** sqlite.org/datatype3.html, section 2. */
export type StorageClass = "null" | "integer" | "real" | "text" | "blob";

/** sqlite.org/datatype3.html, section 3.1. */
export type Affinity = "INTEGER" | "REAL" | "TEXT" | "BLOB" | "NUMERIC";

export type TextEncoding = "UTF-8" | "UTF-16le" | "UTF-16be";

export interface SqliteSchema {
  readonly encoding: TextEncoding;
  readonly tables: readonly SqliteTable[];
  /** Everything that is in `sqlite_schema` and is neither a plain table nor an index. */
  readonly objects: readonly SqliteObject[];
  /** What modules of SQLite keep for their virtual tables (sqlite.org/vtab.html, section 2.5), as the tables that it is. */
  readonly shadows?: readonly SqliteTable[];
}

export interface SqliteTable {
  readonly name: string;
  /** The CREATE TABLE statement as SQLite keeps it. */
  readonly sql: string;
  /** The page that the table's b-tree begins at. */
  readonly rootPage: number;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  /** In declared order, generated columns included. */
  readonly columns: readonly SqliteColumn[];
  /**
   * Names of the columns as a record of the table holds them: declared order, or primary key first where there is
   * no rowid; no virtual ones. A key that has a column in two collations has it twice.
   */
  readonly storageOrder: readonly string[];
  /** Names of the primary key's columns in key order; empty without one. */
  readonly primaryKey: readonly string[];
  /** The column that is another name of the rowid (sqlite.org/lang_createtable.html#rowid). */
  readonly rowidAlias: string | null;
  /** A name by which SQL reaches the rowid, or null: WITHOUT ROWID, or all three names are taken by columns. */
  readonly rowidName: string | null;
  /** The value that `sqlite_sequence` holds for an AUTOINCREMENT table, as decimal text. */
  readonly sequence: string | null;
  readonly indexes: readonly SqliteIndex[];
  readonly foreignKeys: readonly SqliteForeignKey[];
  /** Of a virtual table that is carried like any other; by its absence it is none. */
  readonly virtual?: SqliteVirtual;
}

/** A virtual table whose rows its module keeps in a shadow table. */
export interface SqliteVirtual {
  readonly storage: Storage;
  /** Columns that `*` does not stand for, nor an INSERT without names: the rowid, and those of sqlite.org/vtab.html, section 2.1.1. */
  readonly hidden: readonly string[];
  /** Names that the module answers itself: no rows hold that. */
  readonly computed: readonly string[];
  /** Columns that are declared, and whose values are kept nowhere. */
  readonly unstored: readonly string[];
  /** Names of the rowid beside those that every table has. */
  readonly rowidNames: readonly string[];
}

/** Where the rows stand of a table that has none itself. */
export interface Storage {
  readonly table: string;
  /** What each column is called there. */
  readonly columns: readonly { readonly name: string; readonly storedAs: string }[];
}

/** What SQL has to read for the rows of a table. */
export const storedTable = ({ name, virtual }: Pick<SqliteTable, "name" | "virtual">): string =>
  virtual?.storage.table ?? name;

export const storedColumn = ({ virtual }: Pick<SqliteTable, "virtual">, name: string): string =>
  virtual?.storage.columns.find((column) => column.name === name)?.storedAs ?? name;

export interface SqliteColumn {
  readonly name: string;
  /** As written, "" without one. */
  readonly declaredType: string;
  readonly affinity: Affinity;
  readonly notNull: boolean;
  /** The DEFAULT as SQL text, or null. */
  readonly defaultSql: string | null;
  /**
   * How it gets its values. SQLite computes those of a `virtual` one when it is read; of a `computed` one, which is
   * virtual in the file, that has been done (export/computed-records.ts).
   */
  readonly generated: "no" | "virtual" | "stored" | "computed";
  /** Of a virtual one: why SQLite cannot compute its values here, where that was tried. */
  readonly notComputed?: string;
}

export interface SqliteIndex {
  readonly name: string;
  readonly unique: boolean;
  /** `constraint`: from UNIQUE in the table; `primary-key`; `statement`: from CREATE INDEX. */
  readonly origin: "constraint" | "primary-key" | "statement";
  readonly partial: boolean;
  readonly terms: readonly SqliteIndexTerm[];
  /** The CREATE INDEX statement, null for indexes that constraints made. */
  readonly sql: string | null;
}

export interface SqliteIndexTerm {
  /** null where the term is an expression or the rowid. */
  readonly column: string | null;
  readonly descending: boolean;
  readonly collation: string;
}

export interface SqliteForeignKey {
  /** The id of `PRAGMA foreign_key_list`. */
  readonly id: number;
  readonly parentTable: string;
  readonly childColumns: readonly string[];
  /** null where the constraint names no parent columns: then it means the parent's primary key. */
  readonly parentColumns: readonly string[] | null;
  readonly onUpdate: string;
  readonly onDelete: string;
}

export interface SqliteObject {
  readonly type: "view" | "trigger" | "virtual" | "shadow";
  readonly name: string;
  /** The table a trigger stands on; null for the others. */
  readonly table: string | null;
  readonly sql: string | null;
}

/** Virtual generated columns have no values of their own. */
export const columnsWithValues = (table: SqliteTable): readonly SqliteColumn[] =>
  table.columns.filter((column) => column.generated !== "virtual");

/** sqlite.org/datatype3.html, section 3.1. ANY has none in a STRICT table, which is BLOB here, else it is unknown. */
export function affinityOf(declaredType: string, strict: boolean): Affinity {
  if (/INT/i.test(declaredType)) return "INTEGER";
  if (/CHAR|CLOB|TEXT/i.test(declaredType)) return "TEXT";
  if (declaredType === "" || /BLOB/i.test(declaredType)) return "BLOB";
  if (/REAL|FLOA|DOUB/i.test(declaredType)) return "REAL";
  return strict && /^ANY$/i.test(declaredType) ? "BLOB" : "NUMERIC";
}
