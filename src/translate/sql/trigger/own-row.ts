/**
 * A trigger that writes the row that fired it: UPDATE t SET changed = datetime('now') WHERE id = NEW.id, after an insert or an
 * update of t. In PostgreSQL it would fire itself; there the row is changed before it is written.
 */
import type { Expr, UpdateTriggerCmd } from "sqlite3-parser";
import { quote, sameName } from "../../../model/identifier.js";
import { translateCondition } from "../expression.js";
import { both } from "../logic.js";
import { contextIn } from "../query/queries.js";
import { isRowidName, scopeOf, type Scope } from "../scope.js";
import { conditional, type TriggerBody } from "./body.js";
import {
  environmentIn,
  qualifiedOnly,
  rowsOf,
  type TriggerSurroundings,
  type WritableTable,
} from "./surroundings.js";
import { ifThen } from "./if-then.js";
import type { Typed } from "../typed.js";
import { setValues } from "./write.js";
import { Untranslatable } from "../untranslatable.js";
import { instead } from "../../instead.js";

/**
 * null: it is of another form.
 *
 * @param otherUpdates whether another trigger would hear of an update of these columns, which does not happen any more
 * @throws Untranslatable
 */
export function ownRowBody(
  surroundings: TriggerSurroundings,
  otherUpdates: (columns: readonly string[]) => boolean,
): TriggerBody | null {
  const { statement, table } = surroundings;
  const { event, time, commands } = statement;
  if (time !== "After" || table === null || event.type === "DeleteTriggerEvent") return null;
  const updates = commands.flatMap((command) => (command.type === "UpdateTriggerCmd" ? [command] : []));
  const rests = updates.map((command) => restOf(command, surroundings, table));
  if (updates.length !== commands.length || rests.some((rest) => rest === null)) return null;
  const columns = updates.flatMap(({ sets }) =>
    sets.flatMap(({ colNames }) => colNames.map(({ text }) => text)),
  );
  if (otherUpdates(columns))
    throw new Untranslatable(
      "it writes the row that fired it, and another trigger hears of that",
      null,
      instead.ownRow,
    );
  const rows = rowsOf(surroundings);
  const when =
    statement.whenClause === undefined ? null : conditionIn(statement.whenClause, rows, surroundings);
  // A column by its bare name is the row's own, as it is written.
  const scope = scopeOf([
    surroundings.relation.scope(table.source.name, "NEW"),
    ...qualifiedOnly(rows).tables,
  ]);
  const lines = updates.flatMap((command, at) =>
    assignments(command, rests[at]!, scope, surroundings, table),
  );
  return { ...conditional(statement, when, lines, "NEW"), writes: [] };
}

const conditionIn = (expression: Expr, scope: Scope, surroundings: TriggerSurroundings): Typed =>
  translateCondition(expression, contextIn(environmentIn(surroundings), scope));

function assignments(
  { sets }: UpdateTriggerCmd,
  rest: readonly Expr[],
  scope: Scope,
  surroundings: TriggerSurroundings,
  table: WritableTable,
): readonly string[] {
  const context = contextIn(environmentIn(surroundings), scope);
  // All are computed from the row as it was before any of them.
  const values = setValues(sets, table, context).map(({ column, sql }) => ({
    target: quote(column.target),
    sql,
  }));
  if (values.some(({ target }, at) => values.slice(at + 1).some(({ sql }) => sql.includes(`NEW.${target}`))))
    throw new Untranslatable("SET of columns that depend on one another");
  const lines = values.map(({ target, sql }) => `  NEW.${target} := ${sql};`);
  if (rest.length === 0) return lines;
  const condition = both(...rest.map((each) => translateCondition(each, context)));
  return ifThen(condition.sql, lines);
}

/** What its WHERE asks beside "the row that fired it"; null: it may mean other rows. */
function restOf(
  command: UpdateTriggerCmd,
  { statement }: TriggerSurroundings,
  table: WritableTable,
): readonly Expr[] | null {
  const { source } = table;
  if (
    !sameName(command.tblName.objName.text, statement.tblName.objName.text) ||
    command.whereClause === undefined
  )
    return null;
  if (command.from !== undefined || (command.orConflict !== undefined && command.orConflict !== "Abort"))
    return null;
  const conjuncts = parts(command.whereClause);
  const key = source.rowidAlias === null ? source.primaryKey : [source.rowidAlias];
  const isRowid = (name: string): boolean => isRowidName(name) && source.rowidName !== null;
  const found = new Set<string>();
  const rest = conjuncts.filter((part) => {
    const column = ownKey(part, source.name);
    const isKey = column !== null && (isRowid(column) || key.some((name) => sameName(name, column)));
    if (isKey) found.add(isRowid(column) ? "rowid" : column.toLowerCase());
    return !isKey;
  });
  const isWhole =
    found.has("rowid") || (key.length > 0 && key.every((name) => found.has(name.toLowerCase())));
  return isWhole ? rest : null;
}

function parts(expression: Expr): readonly Expr[] {
  if (expression.type === "ParenthesizedExpr" && expression.exprs.length === 1)
    return parts(expression.exprs[0]!);
  if (expression.type === "BinaryExpr" && expression.op === "And")
    return [...parts(expression.left), ...parts(expression.right)];
  return [expression];
}

/** `id = NEW.id`, either way round: the column, if both sides name the same one. */
function ownKey(expression: Expr, table: string): string | null {
  if (expression.type !== "BinaryExpr" || (expression.op !== "Equals" && expression.op !== "Is")) return null;
  for (const [own, fresh] of [
    [expression.left, expression.right],
    [expression.right, expression.left],
  ] as const) {
    if (fresh.type !== "QualifiedExpr" || !sameName(fresh.table.text, "NEW")) continue;
    const name =
      own.type === "Id"
        ? own.name
        : own.type === "QualifiedExpr" && sameName(own.table.text, table)
          ? own.column.text
          : null;
    if (name !== null && sameName(name, fresh.column.text)) return name;
  }
  return null;
}
