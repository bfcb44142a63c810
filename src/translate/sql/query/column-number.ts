/** A number in GROUP BY or ORDER BY that counts the result columns, from 1 on. */
import type { Expr } from "sqlite3-parser";
import { bareExpression } from "./expression-parts.js";

/** null where the term is no number; 0 and less where it counts nothing. */
export function columnNumber(term: Expr): number | null {
  const bare = bareExpression(term);
  if (bare.type === "UnaryExpr" && (bare.op === "Negative" || bare.op === "Positive")) {
    const number = columnNumber(bare.expr);
    return number === null ? null : bare.op === "Negative" ? -number : number;
  }
  return bare.type === "NumericLiteral" && /^[0-9_]+$/.test(bare.value)
    ? Number(bare.value.replaceAll("_", ""))
    : null;
}
