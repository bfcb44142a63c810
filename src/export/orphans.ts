/**
 * Rows whose foreign key points at no row (sqlite.org/foreignkeys.html, section 3: MATCH SIMPLE, NULLs are free).
 *
 * The child's value takes on the parent column's affinity, as in SQLite's own check. Texts are compared byte by
 * byte, as PostgreSQL will: under COLLATE NOCASE SQLite lets 'bob' point at 'Bob', and there it would break the key,
 * unless the column compares without case there, too.
 */
import { foldName, quote, sameName } from "../model/identifier.js";
import type { CaselessColumn } from "../model/nocase.js";
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

/** Of how many rows without a finding one is handed out, on the average; a power of two. */
const rowsPerTurn = 1024;

/**
 * One entry per foreign key that has orphans. A constraint without a parent table or with other columns than
 * its parent has cannot be asked and has no entry, nor has one over virtual columns, whose expressions are the
 * file's own SQL and not run here; translate lists them as not carried.
 *
 * A query over a large table takes minutes: null comes out every thousand rows or so, for the caller to let others run.
 *
 * @param keys those of the table that are asked for; default: all.
 * @param caseless columns that PostgreSQL will compare without case; default: none.
 * @throws ToolError `source-damaged` and the other source codes.
 */
export function* findOrphans(
  source: Source,
  schema: SqliteSchema,
  table: SqliteTable,
  keys: ReadonlySet<SqliteForeignKey> = new Set(table.foreignKeys),
  caseless: readonly CaselessColumn[] = [],
): Generator<Orphans | null> {
  for (const foreignKey of table.foreignKeys) {
    if (!keys.has(foreignKey)) continue;
    const parent = schema.tables.find((other) => sameName(other.name, foreignKey.parentTable));
    const columns = parent === undefined ? null : parentColumns(parent, foreignKey);
    if (parent === undefined || columns === null || !areStored(table, foreignKey.childColumns)) continue;
    const orphans = yield* countOrphans(source, table, foreignKey, parent, columns, caseless);
    if (orphans.rows > 0) yield orphans;
  }
}

function parentColumns(parent: SqliteTable, foreignKey: SqliteForeignKey): readonly string[] | null {
  const columns = foreignKey.parentColumns ?? parent.primaryKey;
  return columns.length === foreignKey.childColumns.length && areStored(parent, columns) ? columns : null;
}

function areStored(table: SqliteTable, names: readonly string[]): boolean {
  const stored = new Set(
    table.columns
      .filter(({ generated }) => generated === "no" || generated === "stored")
      .map((column) => foldName(column.name)),
  );
  return names.every((name) => stored.has(foldName(name)));
}

function* countOrphans(
  source: Source,
  table: SqliteTable,
  foreignKey: SqliteForeignKey,
  parent: SqliteTable,
  columns: readonly string[],
  caseless: readonly CaselessColumn[],
): Generator<null, Orphans> {
  const child = foreignKey.childColumns;
  const present = child.map((name) => `c.${quote(name)} IS NOT NULL`);
  // The plus takes the child's own affinity away (sqlite.org/datatype3.html, section 4.2), so that the parent's decides.
  const isCaseless = (name: string): boolean =>
    caseless.some((each) => each.table === table.name && sameName(each.column, name));
  const values = child.map((name) => `+c.${quote(name)} COLLATE ${isCaseless(name) ? "NOCASE" : "BINARY"}`);
  const place = table.rowidName === null ? table.primaryKey : [table.rowidName];
  // IN, since SQLite looks its list up in an index of the parent, or in a sorted copy that it makes once. With EXISTS it
  // reads the whole parent for every child where no index fits. CASE, for NULL in a parent's key is no match either.
  const isOrphan =
    `(${present.join(" AND ")} AND CASE WHEN (${values.join(", ")}) IN ` +
    `(SELECT ${columns.map((name) => `p.${quote(name)}`).join(", ")} FROM main.${quote(parent.name)} AS p) THEN 0 ELSE 1 END)`;
  // By chance, since rowids may lie in any pattern, and some tables have none. The list of IN is made at the first row
  // that needs it, so an empty child asks nothing of its parent.
  const sql =
    `SELECT ${isOrphan}, ${place.map((name) => `CAST(c.${quote(name)} AS TEXT)`).join(", ")} ` +
    `FROM main.${quote(table.name)} AS c NOT INDEXED WHERE ${isOrphan} OR (random() & ${rowsPerTurn - 1}) = 0`;
  let rows = 0;
  const first: string[] = [];
  try {
    const found = source.database.prepare<[], (bigint | string | null)[]>(sql).raw().iterate();
    for (const row of found) {
      if (row[0] === 1n) {
        rows += 1;
        if (first.length < namedRows) first.push(rowWords(table, row.slice(1)));
      }
      if (row[0] === 0n || rows % rowsPerTurn === 0) yield null;
    }
  } catch (error) {
    throw sourceError(error, source.path, `looking for orphans of ${quote(table.name)}`);
  }
  return { table: table.name, foreignKey: foreignKey.id, rows, first };
}

/** A key may be a blob, and what the run history keeps holds no NUL. */
const rowWords = (table: SqliteTable, values: readonly (bigint | string | null)[]): string =>
  table.rowidName === null
    ? `key (${values.join(", ").replaceAll("\0", String.raw`\u0000`)})`
    : `rowid ${values[0] ?? ""}`;
