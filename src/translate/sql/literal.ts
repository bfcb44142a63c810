/** The literals of SQLite's SQL as values (sqlite.org/lang_expr.html#literal_values_constants_). */
import type { Expr } from "sqlite3-parser";
import { parseExpression } from "./ddl/parse-expression.js";

export type Literal =
  | { readonly kind: "null" }
  /** In canonical decimal digits, within int64. */
  | { readonly kind: "integer"; readonly digits: string }
  | { readonly kind: "real"; readonly value: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "blob"; readonly hex: string }
  | { readonly kind: "now"; readonly part: "timestamp" | "date" | "time" };

/** What a DEFAULT clause says, or null where it is no literal but an expression. */
export function parseDefault(sql: string): Literal | null {
  const parsed = parseExpression(sql);
  return parsed === null ? null : literalOf(parsed.expr, parsed.text);
}

/** @param sql the text that `expression` was parsed from. */
function literalOf(expression: Expr, sql: string): Literal | null {
  switch (expression.type) {
    case "ParenthesizedExpr":
      return expression.exprs.length === 1 ? literalOf(expression.exprs[0]!, sql) : null;
    case "NullLiteral":
      return { kind: "null" };
    case "NumericLiteral":
      return numberLiteral(expression.value, 1n);
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
      return signed(expression.op, expression.expr, sql);
    case "Id":
      return word(expression.name, sql[expression.span.offset] ?? "");
    default:
      return null;
  }
}

/** A name in a DEFAULT is a text, but for the two truth words where they stand bare. */
function word(name: string, firstCharacter: string): Literal {
  const lower = name.toLowerCase();
  const isQuoted = ['"', "[", "`"].includes(firstCharacter);
  if (isQuoted || (lower !== "true" && lower !== "false")) return { kind: "text", text: name };
  return { kind: "integer", digits: lower === "true" ? "1" : "0" };
}

export const isInt64 = (value: bigint): boolean => value === BigInt.asIntN(64, value);

/** Digits beyond int64 make a REAL; `sign` counts, for the smallest integer is one further from 0 than the largest. */
export function numberLiteral(written: string, sign: 1n | -1n): Literal {
  const digits = written.replaceAll("_", "");
  if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(digits)) return { kind: "real", value: Number(sign) * Number(digits) };
  const isHexadecimal = /^0x/i.test(digits);
  const value = sign * (isHexadecimal ? BigInt.asIntN(64, BigInt(digits)) : BigInt(digits));
  return isInt64(value)
    ? { kind: "integer", digits: value.toString() }
    : { kind: "real", value: Number(value) };
}

function signed(operator: string, expression: Expr, sql: string): Literal | null {
  if (operator !== "Positive" && operator !== "Negative") return null;
  if (operator === "Negative" && expression.type === "NumericLiteral")
    return numberLiteral(expression.value, -1n);
  const literal = literalOf(expression, sql);
  if (literal?.kind !== "integer" && literal?.kind !== "real") return null;
  if (operator === "Positive") return literal;
  return literal.kind === "real"
    ? { kind: "real", value: -literal.value }
    : numberLiteral(literal.digits.replace("-", ""), literal.digits.startsWith("-") ? 1n : -1n);
}
