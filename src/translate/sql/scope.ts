/** Which names an expression of SQLite may use, and what each is in PostgreSQL (sqlite.org/lang_expr.html, section 2). */
import { foldName, sameName } from "../../model/identifier.js";
import type { Typed } from "./typed.js";

export interface ScopeColumn {
  /** As the source spells it. */
  readonly name: string;
  readonly typed: Typed;
}

export interface ScopeTable {
  /** The alias, or the relation's own name; as the source spells it. */
  readonly name: string;
  readonly columns: readonly ScopeColumn[];
  /** What `rowid` and its other names are; null: no column holds it. */
  readonly rowid: Typed | null;
}

export interface Scope {
  readonly tables: readonly ScopeTable[];
  /** Result columns by folded name, where they may be used; a column of a table comes first. */
  readonly aliases: ReadonlyMap<string, Typed>;
  /** Of the query around; null: none. */
  readonly outer: Scope | null;
}

export const scopeOf = (tables: readonly ScopeTable[], outer: Scope | null = null): Scope => ({
  tables,
  aliases: new Map(),
  outer,
});

export const withAliases = (scope: Scope, aliases: readonly ScopeColumn[]): Scope => ({
  ...scope,
  // Of two with one name the first counts.
  aliases: new Map([...aliases].reverse().map(({ name, typed }) => [foldName(name), typed])),
});

/** null: there is no such name. The innermost query that has it counts. */
export function findName(scope: Scope, name: string): Typed | null {
  return (
    columnIn(scope.tables, name) ??
    scope.aliases.get(foldName(name)) ??
    (scope.outer === null ? null : findName(scope.outer, name))
  );
}

export function findColumn(scope: Scope, table: string, name: string): Typed | null {
  const tables = scope.tables.filter((each) => sameName(each.name, table));
  return columnIn(tables, name) ?? (scope.outer === null ? null : findColumn(scope.outer, table, name));
}

/** Whether a table of the scope is one whose rowid no column holds: why `rowid` is not found. */
export const hasLostRowid = (scope: Scope, name: string): boolean =>
  isRowidName(name) &&
  (scope.tables.some(({ rowid }) => rowid === null) ||
    (scope.outer !== null && hasLostRowid(scope.outer, name)));

const isRowidName = (name: string): boolean => ["rowid", "_rowid_", "oid"].includes(foldName(name));

function columnIn(tables: readonly ScopeTable[], name: string): Typed | null {
  for (const { columns } of tables) {
    const found = columns.find((column) => sameName(column.name, name));
    if (found !== undefined) return found.typed;
  }
  return isRowidName(name) ? (tables.find(({ rowid }) => rowid !== null)?.rowid ?? null) : null;
}
