/** LIMIT and OFFSET (sqlite.org/lang_select.html, section 6): less than nothing is no limit, and no offset. */
import type { Expr, Limit } from "sqlite3-parser";
import type { Context } from "../context.js";
import { translateExpression } from "../expression.js";
import type { Lines } from "./layout.js";
import { operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** @param context without tables: no column may stand there. @throws Untranslatable */
export function limitLines({ expr, offset }: Limit, context: Context): Lines {
  const limit = wholeNumber(expr, context);
  const skipped = offset === undefined ? null : wholeNumber(offset, context);
  return [
    ...clause("LIMIT", limit, (sql) => `CASE WHEN ${sql} >= 0 THEN ${sql} END`),
    ...(skipped === null ? [] : clause("OFFSET", skipped, (sql) => `greatest(${sql}, 0)`)),
  ];
}

/** Of another type, also NULL, it is an error in SQLite. */
function wholeNumber(expression: Expr, context: Context): Typed {
  const typed = translateExpression(expression, context);
  if (typed.kind === "integer") return typed;
  throw new Untranslatable("LIMIT or OFFSET with something that is no whole number");
}

function clause(word: string, typed: Typed, bounded: (sql: string) => string): Lines {
  const { constant } = typed;
  if (constant?.kind === "integer")
    return constant.digits.startsWith("-") ? [] : [`${word} ${constant.digits}`];
  return [`${word} (${bounded(operand(typed))})`];
}

/** Whether it leaves one row at most. */
export const isOneAtMost = ({ expr }: Limit): boolean =>
  expr.type === "NumericLiteral" && (expr.value === "0" || expr.value === "1");
