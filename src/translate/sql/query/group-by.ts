/**
 * GROUP BY (sqlite.org/lang_select.html, section 2.4). A column that is neither grouped nor within an aggregate has the value
 * of some row of the group in SQLite, and with min() or max() of that row; PostgreSQL knows neither, so both are refused.
 */
import type { Expr } from "sqlite3-parser";
import { sameName } from "../../../model/identifier.js";
import type { Context } from "../context.js";
import { equalityKey } from "./equality.js";
import { translateExpression } from "../expression.js";
import { bareExpression, isAggregate, partsOf } from "./expression-parts.js";
import type { Result } from "./result-column.js";
import { columnNumber } from "./column-number.js";
import { findName, findColumn, type ScopeTable } from "../scope.js";
import { operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { instead } from "../../instead.js";

export interface Grouping {
  readonly terms: readonly string[];
  /** Whether it has one value in every group. */
  readonly holds: (typed: Typed) => boolean;
  readonly refusal: (typed: Typed) => Untranslatable;
}

/** A table of FROM and the columns that are its key. */
export interface TableKey {
  readonly table: ScopeTable;
  readonly columns: readonly string[];
}

/** @throws Untranslatable */
export function groupingOf(
  groupBy: readonly Expr[],
  results: readonly Result[],
  context: Context,
  keys: readonly TableKey[],
): Grouping {
  const grouped = groupBy.map((term) => termOf(term, results, context));
  const held = new Set(grouped.filter((typed) => equalityKey(typed) === typed.sql).map(operand));
  for (const { table, columns } of keys)
    if (columns.length > 0 && columns.every((name) => held.has(columnSql(table, name))))
      for (const { typed } of table.columns) held.add(typed.sql);
  return {
    terms: [...new Set(grouped.map((typed) => groupKey(typed)))],
    holds: (typed) => held.has(operand(typed)),
    refusal: (typed) =>
      new Untranslatable(
        `${typed.sql} is neither grouped nor within an aggregate: SQLite takes the value of any row of the group`,
        null,
        instead.ungrouped(typed.sql),
      ),
  };
}

const columnSql = ({ columns }: ScopeTable, name: string): string =>
  columns.find((column) => sameName(column.name, name))?.typed.sql ?? "";

function termOf(term: Expr, results: readonly Result[], context: Context): Typed {
  const number = columnNumber(term);
  if (number === null) return translateExpression(term, context);
  const result = results[number - 1];
  if (result === undefined) throw new Untranslatable(`GROUP BY ${number}: there is no such column`);
  return result.typed;
}

/** A bare number would count columns in PostgreSQL. */
const groupKey = (typed: Typed): string =>
  typed.constant !== null && typed.kind !== "text" ? `(${typed.sql})::text` : equalityKey(typed);

/** @throws Untranslatable naming the column that is not */
export function requireGrouped(expression: Expr, context: Context, grouping: Grouping): void {
  if (isAggregate(expression)) return;
  const bare = bareExpression(expression);
  const column = ownColumn(bare, context);
  if (column !== null) {
    if (!grouping.holds(column)) throw grouping.refusal(column);
    return;
  }
  const parts = partsOf(bare);
  if (parts.length === 0 || isTerm(bare, context, grouping)) return;
  for (const part of parts) requireGrouped(part, context, grouping);
}

/** A column of a table of this query, not of one around it. */
function ownColumn(expression: Expr, { scope }: Context): Typed | null {
  const own = { tables: scope.tables, aliases: new Map<string, Typed>(), outer: null };
  if (expression.type === "Id") return findName(own, expression.name);
  if (expression.type === "NameExpr") return findName(own, expression.name.text);
  if (expression.type === "QualifiedExpr")
    return findColumn(own, expression.table.text, expression.column.text);
  return null;
}

/** Whether the whole of it stands in GROUP BY. Part of what cannot be translated alone may be fine in its place. */
function isTerm(expression: Expr, context: Context, grouping: Grouping): boolean {
  try {
    return grouping.holds(translateExpression(expression, context));
  } catch (error) {
    if (error instanceof Untranslatable) return false;
    throw error;
  }
}
