/** What an expression is made of, without the subqueries in it: those have names of their own. */
import type { Expr, FrameBound, FunctionTail, SortedColumn, Window } from "sqlite3-parser";
import { isAggregateCall } from "../functions/call.js";

export function partsOf(expression: Expr): readonly Expr[] {
  switch (expression.type) {
    case "BetweenExpr":
      return [expression.lhs, expression.start, expression.end];
    case "BinaryExpr":
      return [expression.left, expression.right];
    case "CaseExpr":
      return [
        ...given(expression.base),
        ...expression.whenThenPairs.flatMap((pair) => [pair.when, pair.then]),
        ...given(expression.elseExpr),
      ];
    case "CastExpr":
    case "CollateExpr":
    case "IsNullExpr":
    case "NotNullExpr":
    case "UnaryExpr":
      return [expression.expr];
    case "FunctionCallExpr": {
      const { args, orderBy, filterOver } = expression;
      const order = orderBy?.type === "SortListFunctionCallOrder" ? keysOf(orderBy.columns) : [];
      return [...(args ?? []), ...order, ...tailParts(filterOver)];
    }
    case "FunctionCallStarExpr":
      return tailParts(expression.filterOver);
    case "InListExpr":
      return [expression.lhs, ...(expression.rhs ?? [])];
    case "InSelectExpr":
    case "InTableExpr":
      return [expression.lhs];
    case "LikeExpr":
      return [expression.lhs, expression.rhs, ...given(expression.escape)];
    case "ParenthesizedExpr":
      return expression.exprs;
    default:
      return [];
  }
}

const given = (part: Expr | undefined): readonly Expr[] => (part === undefined ? [] : [part]);
const keysOf = (columns: readonly SortedColumn[] = []): readonly Expr[] => columns.map(({ expr }) => expr);

const tailParts = (tail: FunctionTail | undefined): readonly Expr[] => [
  ...given(tail?.filterClause),
  ...(tail?.overClause?.type === "WindowOver" ? windowParts(tail.overClause.window) : []),
];

export const windowParts = ({ partitionBy, orderBy, frameClause }: Window): readonly Expr[] => [
  ...(partitionBy ?? []),
  ...keysOf(orderBy),
  ...boundParts(frameClause?.start),
  ...boundParts(frameClause?.end),
];

const boundParts = (bound: FrameBound | undefined): readonly Expr[] =>
  bound?.type === "FollowingFrameBound" || bound?.type === "PrecedingFrameBound" ? [bound.expr] : [];

/** Whether it makes one value of the rows of a group. */
export function isAggregate(expression: Expr): boolean {
  if (expression.type !== "FunctionCallExpr" && expression.type !== "FunctionCallStarExpr") return false;
  const args = expression.type === "FunctionCallExpr" ? (expression.args ?? []).length : 0;
  return expression.filterOver?.overClause === undefined && isAggregateCall(expression.name.name, args);
}

export const hasAggregate = (expression: Expr): boolean =>
  isAggregate(expression) || partsOf(expression).some(hasAggregate);

/** Without COLLATE, parentheses and likely(), which change neither its value nor its name. */
export function bareExpression(expression: Expr): Expr {
  const inner = innerOf(expression);
  return inner === null ? expression : bareExpression(inner);
}

function innerOf(expression: Expr): Expr | null {
  switch (expression.type) {
    case "CollateExpr":
      return expression.expr;
    case "ParenthesizedExpr":
      return expression.exprs.length === 1 ? expression.exprs[0]! : null;
    case "FunctionCallExpr":
      return /^(un)?likely$|^likelihood$/i.test(expression.name.name) ? (expression.args?.[0] ?? null) : null;
    default:
      return null;
  }
}
