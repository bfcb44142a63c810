/** Result columns and their names (sqlite.org/lang_select.html, section 2.3; the names as CREATE VIEW makes them). */
import type { Expr, ResultColumn, SelectFrom } from "sqlite3-parser";
import { foldName, sameName } from "../../../model/identifier.js";
import { columnNames, wish } from "../../names.js";
import type { Context } from "../context.js";
import { translateExpression } from "../expression.js";
import { bareExpression } from "./expression-parts.js";
import { findNamed, findQualified, type ScopeTable } from "../scope.js";
import { operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

export interface Result {
  readonly name: string;
  readonly typed: Typed;
  /** null: of a star. */
  readonly expr: Expr | null;
  /** Whether AS gave the name. */
  readonly isAlias: boolean;
}

/** Stars written out; names not unique yet. @throws Untranslatable */
export function resultsOf(
  { columns, from }: Pick<SelectFrom, "columns" | "from">,
  context: Context,
): Result[] {
  if (from?.select === undefined && columns.some(({ type }) => type !== "ExprResultColumn"))
    throw new Untranslatable("* without a FROM");
  return columns.flatMap((column) => resultOf(column, context));
}

function resultOf(column: ResultColumn, context: Context): readonly Result[] {
  const { tables } = context.scope;
  switch (column.type) {
    case "StarResultColumn":
      return tables.flatMap((table) => starOf(table, false));
    case "TableStarResultColumn": {
      const table = tables.find(({ name }) => sameName(name, column.table.text));
      if (table === undefined) throw new Untranslatable(`${column.table.text}.*: there is no such table`);
      return starOf(table, true);
    }
    case "ExprResultColumn": {
      const { expr, alias } = column;
      const typed = translateExpression(expr, context);
      const name = alias?.name.text ?? nameOf(expr, context);
      return [{ name, typed, expr, isAlias: alias !== undefined }];
    }
  }
}

function starOf({ name, columns, missing = [] }: ScopeTable, isQualified: boolean): readonly Result[] {
  if (missing.length > 0)
    throw new Untranslatable(`* stands for the column ${name}.${missing[0]!} too, which is not carried over`);
  return columns
    .filter(({ isHidden = false, unqualified }) => !isHidden && (isQualified || unqualified !== null))
    .map((column) => {
      const typed = isQualified ? column.typed : (column.unqualified ?? column.typed);
      return { name: column.name, typed, expr: null, isAlias: false };
    });
}

/** A column's own name, else the expression as it is written. */
function nameOf(expression: Expr, { scope, text }: Context): string {
  const bare = bareExpression(expression);
  const column =
    bare.type === "Id"
      ? findNamed(scope, bare.name)
      : bare.type === "NameExpr"
        ? findNamed(scope, bare.name.text)
        : bare.type === "QualifiedExpr"
          ? findQualified(scope, bare.table.text, bare.column.text)
          : null;
  if (column !== null) return column.name;
  const { offset, length } = expression.span;
  return text.slice(offset, offset + length).trim();
}

/** Columns under these names, each its own, and with names that PostgreSQL can hold. */
export function titled<T extends { readonly typed: Typed }>(
  columns: readonly T[],
  wanted: readonly string[],
): readonly (T & { readonly name: string; readonly target: string })[] {
  const names = uniqueNames(wanted);
  const targets = columnNames(names.map((name) => wish(name, "keep")));
  return columns.map((column, index) => ({ ...column, name: names[index]!, target: targets[index]! }));
}

/** Of two with one name the second becomes `name:1` (src/select.c, sqlite3ColumnsFromExprList). */
function uniqueNames(wanted: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return wanted.map((given, index) => {
    const base = /^(true|false)$/i.test(given) ? `column${index + 1}` : given;
    let name = base;
    for (let count = 1; taken.has(foldName(name)); count += 1)
      name = `${name.replace(/:[0-9]*$/, "")}:${count}`;
    taken.add(foldName(name));
    return name;
  });
}

/** A whole number is written with its type: PostgreSQL would take 32 bits for it where others read the column. */
export const asColumn = (typed: Typed): string =>
  typed.kind === "integer" && typed.constant !== null && !typed.sql.includes("::")
    ? `${operand(typed)}::bigint`
    : typed.sql;
