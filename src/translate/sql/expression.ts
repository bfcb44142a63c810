/**
 * An expression of SQLite as one of PostgreSQL with the same meaning (sqlite.org/lang_expr.html). What is not known to have
 * one is Untranslatable: nothing is passed through.
 */
import type {
  Expr,
  FunctionCallExpr,
  FunctionCallOrder,
  FunctionCallStarExpr,
  Literal as LiteralNode,
} from "sqlite3-parser";
import { inverted, negative } from "./arithmetic.js";
import { binaryOperation } from "./binary.js";
import { caseOf } from "./case.js";
import { cast } from "./cast.js";
import { collationNamed } from "./collation.js";
import { compare, isNull } from "./compare.js";
import type { Context, Subquery } from "./context.js";
import { literalTyped, sqlNull, truthOf } from "./convert.js";
import { callFunction } from "./functions/call.js";
import { currentMoment } from "./functions/moment.js";
import { inList, inQuery } from "./in.js";
import { numberLiteral } from "./literal.js";
import { both, opposite } from "./logic.js";
import { instead } from "../instead.js";
import { orderTerm } from "./order.js";
import { named, qualified } from "./name.js";
import { glob, like } from "./pattern-match.js";
import { atom, binary, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";
import { tailOf, type Tail } from "./window.js";

/** @throws Untranslatable */
export function translateExpression(expression: Expr, context: Context): Typed {
  try {
    return translate(expression, context);
  } catch (error) {
    // The innermost place is the one that tells.
    if (error instanceof Untranslatable && error.span === null)
      throw new Untranslatable(error.message, expression.span, error.instead);
    throw error;
  }
}

/** As a condition. @throws Untranslatable */
export const translateCondition = (expression: Expr, context: Context): Typed =>
  truthOf(translateExpression(expression, context));

function translate(expression: Expr, context: Context): Typed {
  const of = (part: Expr): Typed => translateExpression(part, context);
  switch (expression.type) {
    case "ParenthesizedExpr":
      return parenthesized(expression.exprs, of);
    case "NumericLiteral":
    case "StringLiteral":
    case "BlobLiteral":
    case "NullLiteral":
    case "KeywordLiteral":
    case "CurrentDateLiteral":
    case "CurrentTimeLiteral":
    case "CurrentTimestampLiteral":
      return literal(expression);
    case "Id":
      return named(expression.name, context.text[expression.span.offset] ?? "", context);
    case "NameExpr":
      return named(expression.name.text, context.text[expression.span.offset] ?? "", context);
    case "QualifiedExpr":
      return qualified(expression.table.text, expression.column.text, context);
    case "UnaryExpr":
      // The smallest integer is one further from 0 than the largest.
      if (expression.op === "Negative" && expression.expr.type === "NumericLiteral")
        return literalTyped(numberLiteral(expression.expr.value, -1n));
      return unary(expression.op, of(expression.expr));
    case "BinaryExpr":
      return binaryOperation(expression, of);
    case "BetweenExpr": {
      const value = of(expression.lhs);
      const within = both(
        compare(value, ">=", of(expression.start)),
        compare(value, "<=", of(expression.end)),
      );
      return expression.not ? opposite(within) : within;
    }
    case "IsNullExpr":
      return isNull(of(expression.expr));
    case "NotNullExpr":
      return isNull(of(expression.expr), true);
    case "LikeExpr": {
      const [value, pattern] = [of(expression.lhs), of(expression.rhs)];
      if (expression.op === "Like")
        return like(
          value,
          pattern,
          expression.escape === undefined ? null : of(expression.escape),
          expression.not,
        );
      if (expression.op === "Glob") return glob(value, pattern, expression.not);
      throw new Untranslatable(
        `${expression.op.toUpperCase()}, which SQLite leaves to the application or to a module`,
        null,
        expression.op === "Match" ? instead.fullTextMatch : instead.regularExpression,
      );
    }
    case "InListExpr":
      return inList(of(expression.lhs), (expression.rhs ?? []).map(of), expression.not);
    case "InSelectExpr":
      return inQuery(of(expression.lhs), queries(context).translate(expression.rhs, context), expression.not);
    case "InTableExpr":
      return inQuery(
        of(expression.lhs),
        queries(context).all(expression.rhs.objName.text, context),
        expression.not,
      );
    case "ExistsExpr": {
      const { sql, volatility } = queries(context).translate(expression.select, context);
      return atom("boolean", `EXISTS (${sql})`, [{ volatility }]);
    }
    case "SubqueryExpr":
      return scalar(queries(context).first(expression.select, context));
    case "CaseExpr":
      return caseOf(
        expression.base === undefined ? null : of(expression.base),
        expression.whenThenPairs.map((pair) => ({ when: of(pair.when), then: of(pair.then) })),
        expression.elseExpr === undefined ? sqlNull : of(expression.elseExpr),
      );
    case "CastExpr":
      return cast(of(expression.expr), expression.typeName?.name ?? "");
    case "CollateExpr":
      return {
        ...of(expression.expr),
        collation: { name: collationNamed(expression.collation), from: "explicit" },
      };
    case "FunctionCallExpr":
    case "FunctionCallStarExpr":
      return functionCall(expression, context);
    case "RaiseExpr":
      throw new Untranslatable("RAISE outside a SELECT of a trigger");
    case "VariableExpr":
      throw new Untranslatable(`the parameter ${expression.name}`);
  }
}

function parenthesized(parts: readonly Expr[], of: (part: Expr) => Typed): Typed {
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) throw new Untranslatable("a row value");
  return of(only);
}

function literal(node: LiteralNode): Typed {
  switch (node.type) {
    case "NumericLiteral":
      return literalTyped(numberLiteral(node.value, 1n));
    case "StringLiteral":
      return literalTyped({ kind: "text", text: node.value });
    case "BlobLiteral":
      return literalTyped({ kind: "blob", hex: Buffer.from(node.bytes).toString("hex") });
    case "NullLiteral":
      return sqlNull;
    case "CurrentDateLiteral":
      return currentMoment("date");
    case "CurrentTimeLiteral":
      return currentMoment("time");
    case "CurrentTimestampLiteral":
      return currentMoment("datetime");
    case "KeywordLiteral":
      throw new Untranslatable(`the word ${node.value}`);
  }
}

function unary(operator: "BitwiseNot" | "Negative" | "Not" | "Positive", value: Typed): Typed {
  switch (operator) {
    case "Positive":
      // Takes away the column's affinity, not its collation (sqlite.org/datatype3.html, section 7.1).
      return { ...value, affinity: null };
    case "Negative":
      return negative(value);
    case "BitwiseNot":
      return inverted(value);
    case "Not":
      return opposite(truthOf(value));
  }
}

function queries(context: Context): NonNullable<Context["queries"]> {
  if (context.queries === null)
    throw new Untranslatable("a subquery, which PostgreSQL takes in views and triggers only");
  return context.queries;
}

function scalar({ sql, columns, volatility }: Subquery): Typed {
  const [only] = columns;
  if (only === undefined || columns.length !== 1) throw new Untranslatable("a subquery of several columns");
  return {
    ...only.typed,
    sql: `(${sql})`,
    isAtom: true,
    volatility,
    constant: null,
    moment: null,
    joined: null,
    affinity: only.typed.affinity,
    collation: binary,
  };
}

function functionCall(expression: FunctionCallExpr | FunctionCallStarExpr, context: Context): Typed {
  const isStar = expression.type === "FunctionCallStarExpr";
  const args = isStar
    ? []
    : (expression.args ?? []).map((argument) => translateExpression(argument, context));
  const tail = expression.filterOver;
  const plain = { name: expression.name.name, args, isStar, onRounding: roundingOf(expression, context) };
  if (isStar) return callFunction({ ...plain, tail: tailIn(tail, context) });
  return callFunction({
    ...plain,
    isDistinct: expression.distinctness === "Distinct",
    orderBy: expression.orderBy === undefined ? null : orderOf(expression.orderBy, context),
    tail: tailIn(tail, context),
  });
}

/** @throws Untranslatable */
const roundingOf =
  (
    { name, span }: FunctionCallExpr | FunctionCallStarExpr,
    { text, onRounding }: Pick<Context, "text" | "onRounding">,
  ) =>
  (): void => {
    if (onRounding === null)
      throw new Untranslatable(
        `${name.name}() of doubles to digits behind the point: SQLite rounds the double itself, PostgreSQL its decimal digits, and here a half decides`,
      );
    onRounding(text.slice(span.offset, span.offset + span.length));
  };

const tailIn = (tail: FunctionCallExpr["filterOver"], context: Context): Tail | null =>
  tail === undefined ? null : tailOf(tail, context, translateExpression);

function orderOf(order: FunctionCallOrder, context: Context): string {
  if (order.type !== "SortListFunctionCallOrder") throw new Untranslatable("WITHIN GROUP");
  const terms = order.columns.map((column) => orderTerm(translateExpression(column.expr, context), column));
  return `ORDER BY ${terms.join(", ")}`;
}
