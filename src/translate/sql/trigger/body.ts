/** What a trigger does, as the body of a function in PL/pgSQL: its statements one after another (sqlite.org/lang_createtrigger.html). */
import type { CreateTriggerStmt, TriggerCmd } from "sqlite3-parser";
import type { TablePlan } from "../../../model/plan.js";
import type { SqliteTable } from "../../../model/sqlite.js";
import type { Context } from "../context.js";
import type { Environment } from "../query/environment.js";
import { translateCondition } from "../expression.js";
import { queriesIn } from "../query/queries.js";
import type { Relation, Relations } from "../query/relations.js";
import { scopeOf, type Scope } from "../scope.js";
import { environmentOf } from "../query/select.js";
import { ifThen } from "./if-then.js";
import { raising } from "./raise.js";
import { deletion, insertion, update } from "./write.js";
import type { Typed } from "../typed.js";

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
}

export interface TriggerBody {
  readonly sql: string;
  /** The condition of its WHEN, where it can stand there. */
  readonly when: string | null;
  readonly writes: readonly Written[];
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
    outer: qualifiedOnly(rowsOf(surroundings)),
  });

/** NEW and OLD are never meant by a column's bare name. */
export const qualifiedOnly = (scope: Scope): Scope => ({
  ...scope,
  tables: scope.tables.map((table) => ({
    ...table,
    rowid: table.rowid,
    columns: table.columns.map((column) => ({ ...column, unqualified: null })),
  })),
});

export const contextIn = (environment: Environment, scope: Scope): Context => ({
  text: environment.text,
  scope,
  queries: queriesIn(environment),
});

/** @throws Untranslatable */
export function bodyOf(surroundings: TriggerSurroundings): TriggerBody {
  const { statement } = surroundings;
  const environment = environmentIn(surroundings);
  const condition = conditionOf(surroundings, environment);
  const isBefore = statement.time !== "After";
  const writes: Written[] = [];
  const lines = statement.commands.flatMap((command) => {
    const made = commandLines(command, surroundings, environment, isBefore);
    if (made.writes !== null) writes.push(made.writes);
    return made.lines;
  });
  const end = `  RETURN ${returned(statement)};`;
  // PostgreSQL's WHEN takes no subquery, and none at all before a view's INSTEAD OF.
  const isWhen = condition !== null && statement.time !== "InsteadOf" && !/\bSELECT\b/.test(condition.sql);
  const inner = condition === null || isWhen ? lines : ifThen(condition.sql, lines);
  return { sql: ["BEGIN", ...inner, end, "END"].join("\n"), when: isWhen ? condition.sql : null, writes };
}

function conditionOf({ statement }: TriggerSurroundings, environment: Environment): Typed | null {
  if (statement.whenClause === undefined) return null;
  return translateCondition(statement.whenClause, contextIn(environment, environment.outer!));
}

/** A row that goes on its way unchanged; after the event nobody asks. */
function returned({ time, event }: CreateTriggerStmt): string {
  if (time === "After") return "NULL";
  return event.type === "DeleteTriggerEvent" ? "OLD" : "NEW";
}

function commandLines(
  command: TriggerCmd,
  { tables }: TriggerSurroundings,
  environment: Environment,
  isBefore: boolean,
): { readonly lines: readonly string[]; readonly writes: Written | null } {
  switch (command.type) {
    case "SelectTriggerCmd":
      return { lines: raising(command.select, environment, isBefore), writes: null };
    case "InsertTriggerCmd":
      return insertion(command, tables, environment);
    case "UpdateTriggerCmd":
      return update(command, tables, environment);
    case "DeleteTriggerCmd":
      return deletion(command, tables, environment);
  }
}
