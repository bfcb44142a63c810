/** SELECT RAISE(...) in a trigger: the other way to say IF ... THEN error (sqlite.org/lang_createtrigger.html, section 6). */
import type { Expr, RaiseExpr, Select, SelectFrom } from "sqlite3-parser";
import { caseOf } from "../case.js";
import type { Context } from "../context.js";
import { literalTyped, sqlNull, truthOf } from "../convert.js";
import type { Environment } from "../query/environment.js";
import { contextIn } from "../query/queries.js";
import { translateCondition, translateExpression } from "../expression.js";
import { ifThen } from "./if-then.js";
import type { Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { instead } from "../../instead.js";

/**
 * Lines of PL/pgSQL. A SELECT that raises nothing does nothing.
 *
 * @param isBefore whether the row can still be left out, as RAISE(IGNORE) does
 * @throws Untranslatable
 */
export function raising(select: Select, environment: Environment, isBefore: boolean): readonly string[] {
  const core = select.select;
  if (core.type !== "SelectFrom" || select.compounds !== undefined || select.with !== undefined) {
    if (mentionsRaise(select))
      throw new Untranslatable("RAISE in a SELECT of this form", null, instead.raise);
    return withoutEffect(select, environment);
  }
  const raises = core.columns.flatMap((column) =>
    column.type === "ExprResultColumn" ? raisesIn(column.expr) : [],
  );
  if (raises.length === 0) {
    if (mentionsRaise(select)) throw new Untranslatable("RAISE within an expression", null, instead.raise);
    return withoutEffect(select, environment);
  }
  if (core.from !== undefined) return overRows(core, raises, environment, isBefore);
  const context = contextIn(environment, environment.outer!);
  const where = core.whereClause === undefined ? null : translateCondition(core.whereClause, context);
  const lines = raises.flatMap((raise) => raiseLines(raise, context, isBefore));
  return where === null ? lines : ifThen(where.sql, lines);
}

/** Of known functions none does anything but give its value; an unknown one may. @throws Untranslatable */
function withoutEffect(select: Select, environment: Environment): readonly string[] {
  environment.translate(select, environment, "rows");
  return [];
}

/** A RAISE, and the branch of a CASE that it stands in: those before it are not taken. */
interface Raise {
  readonly raise: RaiseExpr;
  readonly base: Expr | null;
  readonly before: readonly Expr[];
  readonly when: Expr | null;
  readonly isElse: boolean;
}

function raisesIn(expression: Expr): readonly Raise[] {
  if (expression.type === "ParenthesizedExpr" && expression.exprs.length === 1)
    return raisesIn(expression.exprs[0]!);
  if (expression.type === "RaiseExpr")
    return [{ raise: expression, base: null, before: [], when: null, isElse: false }];
  if (expression.type !== "CaseExpr") return [];
  const base = expression.base ?? null;
  const whens = expression.whenThenPairs.map(({ when }) => when);
  const branches = expression.whenThenPairs.flatMap(({ when, then }, at): readonly Raise[] =>
    then.type === "RaiseExpr" ? [{ raise: then, base, before: whens.slice(0, at), when, isElse: false }] : [],
  );
  const last = expression.elseExpr;
  return last?.type === "RaiseExpr"
    ? [...branches, { raise: last, base, before: whens, when: null, isElse: true }]
    : branches;
}

function raiseLines(raise: Raise, context: Context, isBefore: boolean): readonly string[] {
  const action = `  ${actionOf(raise.raise, context, isBefore)}`;
  const condition = conditionOf(raise, context);
  return condition === null ? [action] : ifThen(condition, [action]);
}

/** As the CASE itself decides, so that the branches before it count. */
function conditionOf({ base, before, when, isElse }: Raise, context: Context): string | null {
  if (when === null && !isElse) return null;
  const of = (expression: Expr): Typed => translateExpression(expression, context);
  const yes = literalTyped({ kind: "integer", digits: "1" });
  const own = when === null ? [] : [when];
  if (base === null && before.length === 0 && when !== null) return truthOf(of(when)).sql;
  const branches = [
    ...before.map((each) => ({ when: of(each), then: sqlNull })),
    ...own.map((each) => ({ when: of(each), then: yes })),
  ];
  const chosen = caseOf(base === null ? null : of(base), branches, isElse ? yes : sqlNull);
  return `${chosen.sql} = 1`;
}

/** One row that raises is enough. */
function overRows(
  core: SelectFrom,
  raises: readonly Raise[],
  environment: Environment,
  isBefore: boolean,
): readonly string[] {
  const [only] = raises;
  if (raises.length !== 1 || only === undefined || core.groupBy !== undefined || core.having !== undefined)
    throw new Untranslatable("RAISE in a SELECT of this form", null, instead.raise);
  if (only.base !== null || only.before.length > 0 || only.isElse)
    throw new Untranslatable("RAISE in a CASE over rows of a table", null, instead.raise);
  const conditions = [core.whereClause, only.when ?? undefined].flatMap((each) =>
    each === undefined ? [] : [each],
  );
  const inner = (whereClause: Expr | undefined): Select => ({
    type: "Select",
    with: undefined,
    select: {
      ...core,
      columns: [{ type: "ExprResultColumn", expr: one(core), alias: undefined, span: core.span }],
      whereClause,
    },
    compounds: undefined,
    orderBy: undefined,
    limit: undefined,
    span: core.span,
  });
  const whole = conditions.reduce<Expr | undefined>(
    (left, right) =>
      left === undefined ? right : { type: "BinaryExpr", op: "And", left, right, span: core.span },
    undefined,
  );
  const context = contextIn(environment, environment.outer!);
  const { sql } = context.queries!.translate(inner(whole), context);
  const action = actionOf(only.raise, context, isBefore);
  return ifThen(`EXISTS (${sql})`, [`  ${action}`]);
}

const one = ({ span }: SelectFrom): Expr => ({ type: "NumericLiteral", value: "1", span });

function actionOf({ resolve, message }: RaiseExpr, context: Context, isBefore: boolean): string {
  switch (resolve) {
    case "Ignore":
      if (!isBefore)
        throw new Untranslatable("RAISE(IGNORE) after the row is written", null, instead.ignoreAfter);
      return "RETURN NULL;";
    case "Abort":
    case "Rollback": {
      const text = message === undefined ? "''" : translateExpression(message, context).sql;
      return `RAISE EXCEPTION USING MESSAGE = ${text};`;
    }
    default:
      throw new Untranslatable(
        `RAISE(${resolve.toUpperCase()}), which keeps what the statement has done so far`,
        null,
        instead.raise,
      );
  }
}

/** Somewhere in the tree. */
function mentionsRaise(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mentionsRaise);
  if (typeof node !== "object" || node === null) return false;
  if ("type" in node && node.type === "RaiseExpr") return true;
  return Object.values(node).some(mentionsRaise);
}
