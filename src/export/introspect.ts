/**
 * Reads what a SQLite file declares: tables, columns, keys, indexes, foreign keys and the rest by name.
 *
 * Only pragmas and sqlite_schema are asked (sqlite.org/pragma.html); the SQL of the file itself is handed
 * on as text and never run. What pragmas do not tell (CHECK, collations, deferrability) is parsed from
 * that text in translate/.
 */
import {
  affinityOf,
  type SqliteColumn,
  type SqliteForeignKey,
  type SqliteIndex,
  type SqliteIndexTerm,
  type SqliteObject,
  type SqliteSchema,
  type SqliteTable,
  type TextEncoding,
} from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";

/** sqlite.org/pragma.html#pragma_table_list */
interface TableListRow {
  readonly schema: string;
  readonly name: string;
  readonly type: "table" | "view" | "shadow" | "virtual";
  readonly wr: bigint;
  readonly strict: bigint;
}

/** sqlite.org/pragma.html#pragma_table_xinfo */
interface TableXinfoRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: bigint;
  readonly dflt_value: string | null;
  readonly pk: bigint;
  /** 0 a column, 1 hidden in a virtual table, 2 virtual generated, 3 stored generated. */
  readonly hidden: bigint;
}

/** sqlite.org/pragma.html#pragma_index_list */
interface IndexListRow {
  readonly name: string;
  readonly unique: bigint;
  readonly origin: "c" | "u" | "pk";
  readonly partial: bigint;
}

/** sqlite.org/pragma.html#pragma_index_xinfo */
interface IndexXinfoRow {
  readonly cid: bigint;
  readonly name: string | null;
  readonly desc: bigint;
  readonly coll: string;
  readonly key: bigint;
}

/** sqlite.org/pragma.html#pragma_foreign_key_list */
interface ForeignKeyListRow {
  readonly id: bigint;
  readonly table: string;
  readonly from: string;
  readonly to: string | null;
  readonly on_update: string;
  readonly on_delete: string;
}

/** sqlite.org/schematab.html */
interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly rootpage: bigint;
  readonly sql: string | null;
}

/**
 * @throws ToolError `source-damaged` and the other source codes, when the schema cannot be read.
 */
export function introspect(source: Source): SqliteSchema {
  try {
    return new Introspection(source).schema();
  } catch (error) {
    throw sourceError(error, source.path, "reading the schema");
  }
}

class Introspection {
  readonly #source: Source;
  readonly #schemaRows: readonly SchemaRow[];
  /** Where tables, views and indexes stand in #schemaRows. Triggers may have the name of a table. */
  readonly #positions: ReadonlyMap<string, number>;
  readonly #sequences: ReadonlyMap<string, string>;

  constructor(source: Source) {
    this.#source = source;
    this.#schemaRows = this.#all<SchemaRow>(
      "SELECT type, name, tbl_name, rootpage, sql FROM main.sqlite_schema",
    );
    this.#positions = new Map(
      this.#schemaRows.flatMap((row, index) => (row.type === "trigger" ? [] : [[row.name, index] as const])),
    );
    this.#sequences = this.#readSequences();
  }

  schema(): SqliteSchema {
    const listed = this.#all<TableListRow>("SELECT * FROM pragma_table_list WHERE schema = 'main'")
      .filter((row) => !isInternal(row.name))
      .sort((a, b) => this.#position(a.name) - this.#position(b.name));
    const tablesOf = (type: TableListRow["type"]): readonly SqliteTable[] =>
      listed.filter((row) => row.type === type).map((row) => this.#table(row));
    return {
      encoding: this.#source.database.pragma("encoding", { simple: true }) as TextEncoding,
      tables: tablesOf("table"),
      shadows: tablesOf("shadow"),
      objects: [
        ...listed.flatMap((row): SqliteObject[] =>
          row.type === "table"
            ? []
            : [{ type: row.type, name: row.name, table: null, sql: this.#sql(row.name) }],
        ),
        ...this.#schemaRows.flatMap((row): SqliteObject[] =>
          row.type === "trigger"
            ? [{ type: "trigger", name: row.name, table: row.tbl_name, sql: row.sql }]
            : [],
        ),
      ],
    };
  }

  #table(listed: TableListRow): SqliteTable {
    const rows = this.#all<TableXinfoRow>("SELECT * FROM pragma_table_xinfo(?)", listed.name);
    const indexes = this.#indexes(listed.name);
    const withoutRowid = listed.wr === 1n;
    const primaryKey = rows
      .filter((row) => row.pk > 0n)
      .sort((a, b) => Number(a.pk - b.pk))
      .map((row) => row.name);
    // A rowid table whose single key column has no index of its own: that column is the rowid.
    const rowidAlias =
      !withoutRowid && primaryKey.length === 1 && !indexes.some((index) => index.origin === "primary-key")
        ? (primaryKey[0] ?? null)
        : null;
    return {
      name: listed.name,
      sql: this.#sql(listed.name) ?? "",
      rootPage: Number(this.#schemaRows[this.#position(listed.name)]?.rootpage ?? 0),
      withoutRowid,
      strict: listed.strict === 1n,
      columns: rows.map((row) => column(row, listed.strict === 1n)),
      storageOrder: withoutRowid
        ? this.#keyFirst(listed.name)
        : rows.filter((row) => row.hidden !== 2n).map((row) => row.name),
      primaryKey,
      rowidAlias,
      rowidName: withoutRowid ? null : (rowidAlias ?? freeRowidName(rows.map((row) => row.name))),
      sequence: this.#sequences.get(listed.name) ?? null,
      indexes,
      foreignKeys: this.#foreignKeys(listed.name),
    };
  }

  #indexes(table: string): readonly SqliteIndex[] {
    const origins = { c: "statement", u: "constraint", pk: "primary-key" } as const;
    // The pragma lists the newest first.
    return this.#all<IndexListRow>("SELECT * FROM pragma_index_list(?)", table)
      .reverse()
      .map((row) => ({
        name: row.name,
        unique: row.unique === 1n,
        origin: origins[row.origin],
        partial: row.partial === 1n,
        terms: this.#all<IndexXinfoRow>("SELECT * FROM pragma_index_xinfo(?)", row.name)
          .filter((term) => term.key === 1n)
          .map(indexTerm),
        sql: this.#sql(row.name),
      }));
  }

  /** Where there is no rowid the index of the primary key is the table (fileformat2, section 2.4). */
  #keyFirst(table: string): readonly string[] {
    return this.#all<IndexXinfoRow>(
      "SELECT x.* FROM pragma_index_list(?) AS l, pragma_index_xinfo(l.name) AS x WHERE l.origin = 'pk' ORDER BY x.seqno",
      table,
    ).flatMap((row) => (row.name === null ? [] : [row.name]));
  }

  #foreignKeys(table: string): readonly SqliteForeignKey[] {
    const byId = new Map<bigint, ForeignKeyListRow[]>();
    for (const row of this.#all<ForeignKeyListRow>("SELECT * FROM pragma_foreign_key_list(?)", table)) {
      byId.set(row.id, [...(byId.get(row.id) ?? []), row]);
    }
    // Ids count from the last constraint to the first.
    return [...byId.entries()]
      .sort(([a], [b]) => Number(b - a))
      .map(([id, rows]) => {
        const first = rows[0]!;
        const named = rows.flatMap((row) => (row.to === null ? [] : [row.to]));
        return {
          id: Number(id),
          parentTable: first.table,
          childColumns: rows.map((row) => row.from),
          parentColumns: named.length === rows.length ? named : null,
          onUpdate: first.on_update,
          onDelete: first.on_delete,
        };
      });
  }

  #readSequences(): ReadonlyMap<string, string> {
    if (!this.#schemaRows.some((row) => row.name === "sqlite_sequence")) return new Map();
    // Anybody may write into sqlite_sequence. As SQLite reads it: the first row of a name, whatever is in it as an
    // integer (sqlite3AutoincrementBegin in src/insert.c).
    const rows = this.#all<{ name: string; seq: bigint }>(
      "SELECT name, CAST(seq AS INTEGER) AS seq FROM main.sqlite_sequence " +
        "WHERE typeof(name) = 'text' AND seq IS NOT NULL ORDER BY rowid DESC",
    );
    return new Map(rows.map((row) => [row.name, row.seq.toString()]));
  }

  #position(name: string): number {
    return this.#positions.get(name) ?? -1;
  }

  #sql(name: string): string | null {
    return this.#schemaRows[this.#position(name)]?.sql ?? null;
  }

  #all<Row>(sql: string, ...parameters: string[]): Row[] {
    return this.#source.database.prepare<string[], Row>(sql).all(...parameters);
  }
}

const column = (row: TableXinfoRow, strict: boolean): SqliteColumn => ({
  name: row.name,
  declaredType: row.type,
  affinity: affinityOf(row.type, strict),
  notNull: row.notnull === 1n,
  defaultSql: row.dflt_value,
  generated: row.hidden === 2n ? "virtual" : row.hidden === 3n ? "stored" : "no",
});

const indexTerm = (row: IndexXinfoRow): SqliteIndexTerm => ({
  column: row.name,
  descending: row.desc === 1n,
  collation: row.coll,
});

/** Names that SQLite keeps for itself (sqlite.org/fileformat2.html#internal_schema_objects). */
const isInternal = (name: string): boolean => name.toLowerCase().startsWith("sqlite_");

function freeRowidName(columns: readonly string[]): string | null {
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name)) ?? null;
}
