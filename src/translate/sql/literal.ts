/** The literals of SQLite's SQL as values (sqlite.org/lang_expr.html#literal_values_constants_). */
import type { Expr } from "sqlite3-parser";
import { parseStatement } from "./parse.js";

export type Literal =
  | { readonly kind: "null" }
  /** In canonical decimal digits. */
  | { readonly kind: "integer"; readonly digits: string }
  | { readonly kind: "real"; readonly value: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "blob"; readonly hex: string }
  | { readonly kind: "now"; readonly part: "timestamp" | "date" | "time" };

/** What a DEFAULT clause says, or null where it is no literal but an expression. */
export function parseDefault(sql: string): Literal | null {
  const statement = parseStatement(`SELECT (${sql})`);
  if (statement?.type !== "SelectStmt") return null;
  const core = statement.body.select;
  const column = core.type === "SelectFrom" ? core.columns[0] : undefined;
  return column?.type === "ExprResultColumn" ? literalOf(column.expr) : null;
}

function literalOf(expression: Expr): Literal | null {
  switch (expression.type) {
    case "ParenthesizedExpr":
      return expression.exprs.length === 1 ? literalOf(expression.exprs[0]!) : null;
    case "NullLiteral":
      return { kind: "null" };
    case "NumericLiteral":
      return numberLiteral(expression.value);
    case "StringLiteral":
      return { kind: "text", text: expression.value };
    case "BlobLiteral":
      return { kind: "blob", hex: Buffer.from(expression.bytes).toString("hex") };
    case "CurrentTimestampLiteral":
      return { kind: "now", part: "timestamp" };
    case "CurrentDateLiteral":
      return { kind: "now", part: "date" };
    case "CurrentTimeLiteral":
      return { kind: "now", part: "time" };
    case "UnaryExpr":
      return signed(expression.op, literalOf(expression.expr));
    case "Id":
      return word(expression.name);
    default:
      return null;
  }
}

/** A bare or quoted name in a DEFAULT is a text, but for the two truth words. */
function word(name: string): Literal {
  const lower = name.toLowerCase();
  if (lower === "true" || lower === "false") return { kind: "integer", digits: lower === "true" ? "1" : "0" };
  return { kind: "text", text: name };
}

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

function numberLiteral(written: string): Literal {
  const digits = written.replaceAll("_", "");
  if (/^0x/i.test(digits)) return { kind: "integer", digits: BigInt.asIntN(64, BigInt(digits)).toString() };
  if (!/^[0-9]+$/.test(digits)) return { kind: "real", value: Number(digits) };
  // One more than the largest is still an integer behind a minus sign.
  const value = BigInt(digits);
  return value <= largest + 1n
    ? { kind: "integer", digits: value.toString() }
    : { kind: "real", value: Number(digits) };
}

function signed(operator: string, literal: Literal | null): Literal | null {
  if (literal?.kind !== "integer" && literal?.kind !== "real") return null;
  if (operator === "Positive") return literal;
  if (operator !== "Negative") return null;
  if (literal.kind === "real") return { kind: "real", value: -literal.value };
  const value = -BigInt(literal.digits);
  return value >= smallest ? { kind: "integer", digits: value.toString() } : null;
}
