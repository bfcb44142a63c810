/** What stands behind a function call: FILTER and OVER (sqlite.org/windowfunctions.html). */
import type { Expr, FrameBound, FunctionTail, Over, Window } from "sqlite3-parser";
import { quote } from "../../model/identifier.js";
import type { Context } from "./context.js";
import { groupKey } from "./query/grouping.js";
import { orderTerm } from "./order.js";
import { worst, type Typed, type Volatility } from "./typed.js";
import { truthOf } from "./convert.js";

export interface Tail {
  /** With a blank before it: ` FILTER (WHERE …) OVER (…)`. */
  readonly sql: string;
  readonly isWindow: boolean;
  readonly volatility: Volatility;
}

type Translate = (expression: Expr, context: Context) => Typed;

/** @throws Untranslatable */
export function tailOf(
  { filterClause, overClause }: FunctionTail,
  context: Context,
  translate: Translate,
): Tail {
  const parts: Typed[] = [];
  const of = (expression: Expr): Typed => {
    const typed = translate(expression, context);
    parts.push(typed);
    return typed;
  };
  const filter = filterClause === undefined ? "" : ` FILTER (WHERE ${truthOf(of(filterClause)).sql})`;
  const over = overClause === undefined ? "" : ` OVER ${overSql(overClause, of)}`;
  return { sql: filter + over, isWindow: overClause !== undefined, volatility: worst(parts) };
}

const overSql = (over: Over, of: (expression: Expr) => Typed): string =>
  over.type === "NameOver" ? quote(over.name.text) : `(${windowSql(over.window, of)})`;

/** What stands between the parentheses of a window. @throws Untranslatable */
export function windowSql(
  { base, partitionBy, orderBy, frameClause }: Window,
  of: (expression: Expr) => Typed,
): string {
  const frame =
    frameClause === undefined
      ? ""
      : [
          frameClause.mode.toUpperCase(),
          frameClause.end === undefined
            ? boundSql(frameClause.start, of)
            : `BETWEEN ${boundSql(frameClause.start, of)} AND ${boundSql(frameClause.end, of)}`,
          ...(frameClause.exclude === undefined ? [] : [exclusions[frameClause.exclude]]),
        ].join(" ");
  return [
    ...(base === undefined ? [] : [quote(base.text)]),
    ...(partitionBy === undefined
      ? []
      : [`PARTITION BY ${partitionBy.map((each) => groupKey(of(each))).join(", ")}`]),
    ...(orderBy === undefined
      ? []
      : [`ORDER BY ${orderBy.map((each) => orderTerm(of(each.expr), each)).join(", ")}`]),
    ...(frame === "" ? [] : [frame]),
  ].join(" ");
}

const exclusions = {
  NoOthers: "EXCLUDE NO OTHERS",
  CurrentRow: "EXCLUDE CURRENT ROW",
  Group: "EXCLUDE GROUP",
  Ties: "EXCLUDE TIES",
} as const;

function boundSql(bound: FrameBound, of: (expression: Expr) => Typed): string {
  switch (bound.type) {
    case "CurrentRowFrameBound":
      return "CURRENT ROW";
    case "UnboundedFollowingFrameBound":
      return "UNBOUNDED FOLLOWING";
    case "UnboundedPrecedingFrameBound":
      return "UNBOUNDED PRECEDING";
    case "FollowingFrameBound":
      return `${of(bound.expr).sql} FOLLOWING`;
    case "PrecedingFrameBound":
      return `${of(bound.expr).sql} PRECEDING`;
  }
}
