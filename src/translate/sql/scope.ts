/** Which names an expression of SQLite may use, and what each is in PostgreSQL (sqlite.org/lang_expr.html, section 2). */
import { foldName, sameName } from "../../model/identifier.js";
import type { Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

export interface ScopeColumn {
  /** As the source spells it. */
  readonly name: string;
  readonly typed: Typed;
  /** What its name means without that of its table, where USING makes one column of two; null: nothing. */
  readonly unqualified?: Typed | null;
  /** Whether only its name means it, and no `*` or NATURAL JOIN. */
  readonly isHidden?: boolean;
}

export interface ScopeTable {
  /** The alias, or the relation's own name; as the source spells it. */
  readonly name: string;
  readonly columns: readonly ScopeColumn[];
  /** What `rowid` and its other names are; null: no column holds it. */
  readonly rowid: Typed | null;
  /** Names of columns that SQLite has here and PostgreSQL has not. */
  readonly missing?: readonly string[];
  /** Names that no column stands behind: SQLite computes what they mean. */
  readonly computed?: readonly string[];
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

/** null: there is no such name. The innermost query that has it counts. @throws Untranslatable where it means several */
export const findName = (scope: Scope, name: string): Typed | null => findNamed(scope, name)?.typed ?? null;

export const findColumn = (scope: Scope, table: string, name: string): Typed | null =>
  findQualified(scope, table, name)?.typed ?? null;

/** The same, with the name as it is declared. @throws Untranslatable */
export function findNamed(scope: Scope, name: string): ScopeColumn | null {
  const found = unqualifiedIn(scope.tables, name);
  if (found !== null) return found;
  const alias = scope.aliases.get(foldName(name));
  if (alias !== undefined) return { name, typed: alias };
  return scope.outer === null ? null : findNamed(scope.outer, name);
}

/** The same for `table.name`. */
export function findQualified(scope: Scope, table: string, name: string): ScopeColumn | null {
  for (const each of scope.tables.filter((one) => sameName(one.name, table))) {
    const column = each.columns.find((one) => sameName(one.name, name));
    if (column !== undefined) return column;
    refuseMissing([each], name);
    if (isRowidName(name) && each.rowid !== null) return rowidColumn(each, each.rowid);
  }
  return scope.outer === null ? null : findQualified(scope.outer, table, name);
}

/** It is a name still: in double quotes it must not turn into a text, nor mean another table's column. */
function refuseMissing(tables: readonly ScopeTable[], name: string): void {
  if (tables.some(({ missing = [] }) => missing.some((each) => sameName(each, name))))
    throw new Untranslatable(`${name}, which is not carried over`);
  if (tables.some(({ computed = [] }) => computed.some((each) => sameName(each, name))))
    throw new Untranslatable(`${name}, which SQLite's full-text index computes; PostgreSQL's is asked by @@`);
}

function unqualifiedIn(tables: readonly ScopeTable[], name: string): ScopeColumn | null {
  const found = tables.flatMap(({ columns }) => {
    const column = columns.find((each) => sameName(each.name, name));
    if (column === undefined || column.unqualified === null) return [];
    return [{ ...column, typed: column.unqualified ?? column.typed }];
  });
  if (found.length > 1) throw new Untranslatable(`${name}: several tables have such a column`);
  if (found.length === 0) refuseMissing(tables, name);
  const [table, ...others] = tables;
  if (found.length === 0 && isRowidName(name) && table !== undefined && others.length === 0)
    return table.rowid === null ? null : rowidColumn(table, table.rowid);
  return found[0] ?? null;
}

/** Another name of the column that holds it. */
const rowidColumn = ({ columns }: ScopeTable, rowid: Typed): ScopeColumn =>
  columns.find(({ typed }) => typed === rowid) ?? { name: "rowid", typed: rowid };

/** Whether a table of the scope is one whose rowid no column holds: why `rowid` is not found. */
export const hasLostRowid = (scope: Scope, name: string): boolean =>
  isRowidName(name) &&
  (scope.tables.some(({ rowid }) => rowid === null) ||
    (scope.outer !== null && hasLostRowid(scope.outer, name)));

/** SQLite's names of the rowid, where no column has them. */
export const isRowidName = (name: string): boolean => ["rowid", "_rowid_", "oid"].includes(foldName(name));
