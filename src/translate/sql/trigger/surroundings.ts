/** Where the statements of a trigger stand: its table, NEW and OLD, and what they can read and write. */
import type { CreateTriggerStmt } from "sqlite3-parser";
import type { TablePlan } from "../../../model/plan.js";
import type { SqliteTable } from "../../../model/sqlite.js";
import type { Environment } from "../query/environment.js";
import type { Relation, Relations } from "../query/relations.js";
import { environmentOf } from "../query/select.js";
import { scopeOf, type Scope, type ScopeTable } from "../scope.js";

export interface WritableTable {
  readonly source: SqliteTable;
  readonly plan: TablePlan;
  readonly relation: Relation;
}

/** By names in the source. */
export interface Written {
  readonly table: string;
  readonly event: "INSERT" | "UPDATE" | "DELETE";
  /** What an UPDATE sets; null: everything. */
  readonly columns: readonly string[] | null;
}

export interface TriggerSurroundings {
  readonly statement: CreateTriggerStmt;
  readonly text: string;
  /** What it stands on. */
  readonly relation: Relation;
  /** null: a view. */
  readonly table: WritableTable | null;
  readonly relations: Relations;
  /** By folded name in the source. */
  readonly tables: ReadonlyMap<string, WritableTable>;
  /** Told of what rounds doubles by their decimal digits, as it is written. */
  readonly onRounding: (construct: string) => void;
}

/** NEW and OLD, as far as the event has them. */
export function rowsOf({ statement, relation }: Pick<TriggerSurroundings, "statement" | "relation">): Scope {
  const { type } = statement.event;
  return scopeOf([
    ...(type === "DeleteTriggerEvent" ? [] : [relation.scope("NEW", "NEW")]),
    ...(type === "InsertTriggerEvent" ? [] : [relation.scope("OLD", "OLD")]),
  ]);
}

/** Where the statements of a trigger stand. */
export const environmentIn = (surroundings: TriggerSurroundings): Environment =>
  environmentOf({
    text: surroundings.text,
    relations: surroundings.relations,
    onRounding: surroundings.onRounding,
    outer: qualifiedOnly(rowsOf(surroundings)),
  });

/** NEW, OLD and `excluded` are never meant by a column's bare name. */
export const qualifiedTable = (table: ScopeTable): ScopeTable => ({
  ...table,
  columns: table.columns.map((column) => ({ ...column, unqualified: null })),
});

export const qualifiedOnly = (scope: Scope): Scope => ({
  ...scope,
  tables: scope.tables.map(qualifiedTable),
});
