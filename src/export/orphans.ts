/** Rows whose foreign key points at no row (sqlite.org/foreignkeys.html, section 3: MATCH SIMPLE, NULLs are free). */
import { quote } from "../model/identifier.js";
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
 * its parent has cannot be asked and has no entry; translate lists it as not carried.
 *
 * @throws ToolError `source-damaged` and the other source codes.
 */
export function* findOrphans(source: Source, schema: SqliteSchema, table: SqliteTable): Generator<Orphans> {
  for (const foreignKey of table.foreignKeys) {
    const parent = schema.tables.find(
      (other) => other.name.toLowerCase() === foreignKey.parentTable.toLowerCase(),
    );
    const columns = parent === undefined ? null : parentColumns(parent, foreignKey);
    if (parent === undefined || columns === null) continue;
    const orphans = countOrphans(source, table, foreignKey, parent, columns);
    if (orphans.rows > 0) yield orphans;
  }
}

function parentColumns(parent: SqliteTable, foreignKey: SqliteForeignKey): readonly string[] | null {
  const columns = foreignKey.parentColumns ?? parent.primaryKey;
  const known = new Set(parent.columns.map((column) => column.name.toLowerCase()));
  const fits =
    columns.length === foreignKey.childColumns.length &&
    columns.every((name) => known.has(name.toLowerCase()));
  return fits ? columns : null;
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
  // The parent stands left: its collation and affinity decide, as SQLite's own check has it.
  const equal = child.map((name, index) => `p.${quote(columns[index]!)} = c.${quote(name)}`);
  const place = table.rowidName === null ? table.primaryKey : [table.rowidName];
  const sql =
    `SELECT ${place.map((name) => `CAST(c.${quote(name)} AS TEXT)`).join(", ")} FROM main.${quote(table.name)} AS c ` +
    `WHERE ${present.join(" AND ")} AND NOT EXISTS ` +
    `(SELECT 1 FROM main.${quote(parent.name)} AS p WHERE ${equal.join(" AND ")})`;
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
