/** What a trigger does, as the body of a function in PL/pgSQL: its statements one after another (sqlite.org/lang_createtrigger.html). */
import type { CreateTriggerStmt, TriggerCmd } from "sqlite3-parser";
import type { Environment } from "../query/environment.js";
import { contextIn } from "../query/queries.js";
import { translateCondition } from "../expression.js";
import { ifThen } from "./if-then.js";
import { raising } from "./raise.js";
import { environmentIn, type TriggerSurroundings, type Written } from "./surroundings.js";
import { deletion, insertion, update } from "./write.js";
import type { Typed } from "../typed.js";

export interface TriggerBody {
  readonly sql: string;
  /** The condition of its WHEN, where it can stand there. */
  readonly when: string | null;
  readonly writes: readonly Written[];
}

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
  return { ...conditional(statement, condition, lines, returned(statement)), writes };
}

/**
 * The lines as a whole function, done under the trigger's condition.
 *
 * @param result what the function returns
 */
export function conditional(
  { time }: Pick<CreateTriggerStmt, "time">,
  condition: Typed | null,
  lines: readonly string[],
  result: string,
): Pick<TriggerBody, "sql" | "when"> {
  // PostgreSQL's WHEN takes no subquery, and none at all before a view's INSTEAD OF.
  const isWhen = condition !== null && time !== "InsteadOf" && !/\bSELECT\b/.test(condition.sql);
  const inner = condition === null || isWhen ? lines : ifThen(condition.sql, lines);
  const sql = ["BEGIN", ...inner, `  RETURN ${result};`, "END"].join("\n");
  return { sql, when: isWhen ? condition.sql : null };
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
