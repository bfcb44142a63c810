/** What a SELECT can read: tables and views of the source, each with its name in the target and what is known of its columns. */
import { quote } from "../../../model/identifier.js";
import type { TablePlan } from "../../../model/plan.js";
import type { ScopeColumn, ScopeTable } from "../scope.js";
import { tableScope, type KnownTable } from "../table-scope.js";
import { binary, type Typed } from "../typed.js";

export interface Relation {
  /** Its name in the target. */
  readonly target: string;
  /**
   * Names of the columns that PostgreSQL takes for a key of every row, as the source spells them; empty: none. What they
   * determine may stand beside them in a grouped query.
   */
  readonly primaryKey: readonly string[];
  /**
   * @param name what its columns may be qualified with
   * @param prefix how PostgreSQL qualifies them, quoted
   */
  readonly scope: (name: string, prefix: string) => ScopeTable;
}

export interface Relations {
  /** Tables and views of the source, by SQLite's rule for names. @throws Untranslatable says why there is none */
  readonly find: (name: string) => Relation;
  /** Names in the target that mean one of these. */
  readonly targets: ReadonlySet<string>;
}

/** A column of a query, and what PostgreSQL calls it. */
export interface QueryColumn extends ScopeColumn {
  readonly target: string;
}

export const tableRelation = (
  known: KnownTable,
  { target, primaryKey, columns }: Pick<TablePlan, "target" | "primaryKey" | "columns">,
): Relation => ({
  target,
  primaryKey: (primaryKey?.columns ?? []).map(
    (name) => columns.find((column) => column.target === name)?.source ?? name,
  ),
  scope: (name, prefix) => tableScope(known, name, prefix),
});

/** A view, a subquery or a common table expression. */
export const queryRelation = (target: string, columns: readonly QueryColumn[]): Relation => ({
  target,
  primaryKey: [],
  scope: (name, prefix) => ({
    name,
    columns: columns.map((column) => ({
      name: column.name,
      typed: fromOutside(column.typed, `${prefix}.${quote(column.target)}`),
    })),
    rowid: null,
  }),
});

/**
 * A result column as the query around sees it: it keeps its affinity and has the collation of a column
 * (sqlite.org/datatype3.html, sections 3.3 and 7.1).
 */
const fromOutside = (typed: Typed, sql: string): Typed => ({
  ...typed,
  sql,
  isAtom: true,
  volatility: "immutable",
  collation: { ...binary, name: typed.collation.name, from: "column" },
  constant: null,
  moment: null,
  joined: null,
  json: null,
});
