/** A single expression of SQLite's SQL, as it stands between parentheses in a CHECK, a DEFAULT or an index. */
import type { Expr } from "sqlite3-parser";
import { parseStatement } from "./parse.js";

export interface ParsedExpression {
  readonly expr: Expr;
  /** What the spans of `expr` count in. */
  readonly text: string;
}

/** null where SQLite's grammar takes it for none. */
export function parseExpression(sql: string): ParsedExpression | null {
  // The line break ends a comment that the expression may end with.
  const text = `SELECT (${sql}\n)`;
  const statement = parseStatement(text);
  if (statement?.type !== "SelectStmt") return null;
  const core = statement.body.select;
  const column = core.type === "SelectFrom" ? core.columns[0] : undefined;
  if (column?.type !== "ExprResultColumn" || column.expr.type !== "ParenthesizedExpr") return null;
  const [expr, ...others] = column.expr.exprs;
  return expr === undefined || others.length > 0 ? null : { expr, text };
}
