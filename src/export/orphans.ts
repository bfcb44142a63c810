/**
 * Rows whose foreign key points at no row (sqlite.org/foreignkeys.html, section 3: MATCH SIMPLE, NULLs are free).
 *
 * The child's value takes on the parent column's affinity, as in SQLite's own check. Texts are compared byte by
 * byte, as PostgreSQL will: under COLLATE NOCASE SQLite lets 'bob' point at 'Bob', and there it would break the key.
 */
import { foldName, quote, sameName } from "../model/identifier.js";
import type { SqliteForeignKey, SqliteSchema, SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";

export interface Orphans {
  readonly table: string;
  /** The id of the foreign key, as in SqliteForeignKey. */
  readonly foreignKey: number;
  readonly rows: number;
  /** The first few, as `rowid 7` or by their key. */
  readonly first: readonly string[];
}

/** How many rows are named. */
const namedRows = 10;

/**
 * One entry per foreign key that has orphans. A constraint without a parent table or with other columns than
 * its parent has cannot be asked and has no entry, nor has one over virtual columns, whose expressions are the
 * file's own SQL and not run here; translate lists them as not carried.
 *
 * @throws ToolError `source-damaged` and the other source codes.
 */
export function* findOrphans(source: Source, schema: SqliteSchema, table: SqliteTable): Generator<Orphans> {
  for (const foreignKey of table.foreignKeys) {
    const parent = schema.tables.find((other) => sameName(other.name, foreignKey.parentTable));
    const columns = parent === undefined ? null : parentColumns(parent, foreignKey);
    if (parent === undefined || columns === null || !areStored(table, foreignKey.childColumns)) continue;
    const orphans = countOrphans(source, table, foreignKey, parent, columns);
    if (orphans.rows > 0) yield orphans;
  }
}

function parentColumns(parent: SqliteTable, foreignKey: SqliteForeignKey): readonly string[] | null {
  const columns = foreignKey.parentColumns ?? parent.primaryKey;
  return columns.length === foreignKey.childColumns.length && areStored(parent, columns) ? columns : null;
}

function areStored(table: SqliteTable, names: readonly string[]): boolean {
  const stored = new Set(
    table.columns.filter((column) => column.generated !== "virtual").map((column) => foldName(column.name)),
  );
  return names.every((name) => stored.has(foldName(name)));
}

function countOrphans(
  source: Source,
  table: SqliteTable,
  foreignKey: SqliteForeignKey,
  parent: SqliteTable,
  columns: readonly string[],
): Orphans {
  const child = foreignKey.childColumns;
  const present = child.map((name) => `c.${quote(name)} IS NOT NULL`);
  // The plus takes the child's own affinity away (sqlite.org/datatype3.html, section 4.2), so that the parent's decides.
  const values = child.map((name) => `+c.${quote(name)} COLLATE BINARY`);
  const place = table.rowidName === null ? table.primaryKey : [table.rowidName];
  // IN, since SQLite looks its list up in an index of the parent, or in a sorted copy that it makes once. With EXISTS it
  // reads the whole parent for every child where no index fits. CASE, for NULL in a parent's key is no match either.
  const sql =
    `SELECT ${place.map((name) => `CAST(c.${quote(name)} AS TEXT)`).join(", ")} FROM main.${quote(table.name)} AS c NOT INDEXED ` +
    `WHERE ${present.join(" AND ")} AND CASE WHEN (${values.join(", ")}) IN ` +
    `(SELECT ${columns.map((name) => `p.${quote(name)}`).join(", ")} FROM main.${quote(parent.name)} AS p) THEN 0 ELSE 1 END`;
  let rows = 0;
  const first: string[] = [];
  try {
    for (const row of source.database.prepare<[], (string | null)[]>(sql).raw().iterate()) {
      rows += 1;
      if (first.length < namedRows) first.push(rowWords(table, row));
    }
  } catch (error) {
    throw sourceError(error, source.path, `looking for orphans of ${quote(table.name)}`);
  }
  return { table: table.name, foreignKey: foreignKey.id, rows, first };
}

const rowWords = (table: SqliteTable, values: readonly (string | null)[]): string =>
  table.rowidName === null ? `key (${values.join(", ")})` : `rowid ${values[0] ?? ""}`;
