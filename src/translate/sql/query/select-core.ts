/** One SELECT or VALUES, without what stands around a compound of them (sqlite.org/lang_select.html, section 2). */
import type { Expr, OneSelect, SelectFrom, SelectValues } from "sqlite3-parser";
import { unify } from "../branch.js";
import type { Context } from "../context.js";
import type { Environment } from "./environment.js";
import { requirePlainEquality } from "./equality.js";
import { translateCondition, translateExpression } from "../expression.js";
import { hasAggregate, windowParts } from "./expression-parts.js";
import { translateFrom, type From } from "./from.js";
import { groupingOf, requireGrouped, type Grouping } from "./group-by.js";
import { columnSql, conditionLines, indented, listed, prefixed, type Lines } from "./layout.js";
import { quote } from "../../../model/identifier.js";
import { contextIn } from "./queries.js";
import { resultsOf, titled, type Result } from "./result-column.js";
import { scopeOf, withAliases } from "../scope.js";
import { sourcesIn } from "./sources.js";
import { worst, type Typed, type Volatility } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { windowSql } from "../window.js";

export interface Core {
  readonly results: readonly CoreResult[];
  /** With this SQL for each of its columns. */
  readonly render: (columns: readonly string[]) => Lines;
  /** A term of ORDER BY that is no name or number of a column; null: VALUES has none. @throws Untranslatable */
  readonly orderKey: ((expression: Expr) => Typed) | null;
  readonly isDistinct: boolean;
  /** Whether each of its rows is of one row of what it reads, and of nothing else. */
  readonly isRowByRow: boolean;
  /** Whether it has one row at most, by what it is. */
  readonly hasOneRow: boolean;
  readonly volatility: Volatility;
}

export interface CoreResult {
  /** As SQLite names it. */
  readonly name: string;
  readonly target: string;
  readonly typed: Typed;
  readonly isAlias: boolean;
}

/** @throws Untranslatable */
export const translateCore = (core: OneSelect, environment: Environment): Core =>
  core.type === "SelectValues" ? valuesCore(core, environment) : selectCore(core, environment);

function selectCore(select: SelectFrom, environment: Environment): Core {
  const sources = sourcesIn(environment);
  const from: From =
    select.from?.select === undefined
      ? { lines: [], tables: [], parts: [] }
      : translateFrom(select.from, sources);
  const within: Environment = { ...environment, taken: sources.taken() };
  const plain = contextIn(within, scopeOf(from.tables, environment.outer));
  const parts: Pick<Typed, "volatility">[] = [...from.parts];
  const noted = (typed: Typed): Typed => {
    parts.push(typed);
    return typed;
  };
  const results = resultsOf(select, plain);
  for (const { typed } of results) noted(typed);
  const aliases = results.filter(({ isAlias }) => isAlias);
  const context: Context = { ...plain, scope: withAliases(plain.scope, aliases) };
  const where = conditionsOf(select.whereClause).map((part) => noted(translateCondition(part, context)));
  const isAggregated = isAggregateQuery(select, results);
  const grouping = isAggregated ? groupingOf(select.groupBy ?? [], results, context, sources.keys()) : null;
  const grouped = (expression: Expr): void => {
    if (grouping !== null) requireGrouped(expression, context, grouping);
  };
  for (const result of results) requireGroupedResult(result, grouping, grouped);
  if (select.having !== undefined && !isAggregated) throw new Untranslatable("HAVING without a group");
  const having = conditionsOf(select.having).map((part) => noted(translateCondition(part, context)));
  if (select.having !== undefined) grouped(select.having);
  const windows = (select.windowClause ?? []).map(({ name, window }) => {
    windowParts(window).forEach(grouped);
    const sql = windowSql(window, (part) => noted(translateExpression(part, context)));
    return `${quote(name.text)} AS (${sql})`;
  });
  const isDistinct = select.distinctness === "Distinct";
  if (isDistinct) for (const { typed } of results) requirePlainEquality(typed, "DISTINCT");
  const named = titled(
    results,
    results.map(({ name }) => name),
  );
  const keys = grouping?.terms ?? [];
  return {
    results: named,
    render: (columns) => [
      ...listed(
        isDistinct ? "SELECT DISTINCT" : "SELECT",
        columns.map((sql, index) => columnSql(sql, named[index]!.target)),
      ),
      ...(from.lines.length === 0 ? [] : prefixed("FROM ", from.lines)),
      ...conditionLines("WHERE", where),
      ...(keys.length === 0 ? [] : listed("GROUP BY", keys)),
      ...conditionLines("HAVING", having),
      ...(windows.length === 0 ? [] : listed("WINDOW", windows)),
    ],
    orderKey: (expression) => {
      grouped(expression);
      return translateExpression(expression, context);
    },
    isDistinct,
    isRowByRow: !isDistinct && grouping === null,
    hasOneRow: isAggregated && keys.length === 0,
    volatility: worst([{ volatility: "stable" }, ...parts]),
  };
}

/** What AND joins, at the outside. */
function conditionsOf(expression: Expr | undefined): readonly Expr[] {
  const parts: Expr[] = [];
  let rest = expression;
  while (rest?.type === "BinaryExpr" && rest.op === "And") {
    parts.unshift(rest.right);
    rest = rest.left;
  }
  return rest === undefined ? parts : [rest, ...parts];
}

const isAggregateQuery = (select: SelectFrom, results: readonly Result[]): boolean =>
  select.groupBy !== undefined ||
  results.some(({ expr }) => expr !== null && hasAggregate(expr)) ||
  (select.having !== undefined && hasAggregate(select.having));

/** A star stands for columns, each by its own name. */
function requireGroupedResult(
  { expr, typed }: Result,
  grouping: Grouping | null,
  grouped: (expression: Expr) => void,
): void {
  if (expr !== null) grouped(expr);
  else if (grouping !== null && !grouping.holds(typed)) throw grouping.refusal(typed);
}

/** Rows of literals, mostly; their columns are called column1 and so on, in both. */
function valuesCore({ values }: SelectValues, environment: Environment): Core {
  const context = contextIn(environment, scopeOf([], environment.outer));
  const rows = values.map((row) => row.values.map((value) => translateExpression(value, context)));
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width))
    throw new Untranslatable("VALUES with rows of several lengths");
  const columns = Array.from({ length: width }, (_, at) => unify(rows.map((row) => row[at]!)));
  const lines = rows.map((_, row) => columns.map(({ values: column }) => column[row]!));
  return {
    results: columns.map(({ kind, known }, at) => ({
      name: `column${at + 1}`,
      target: `column${at + 1}`,
      typed: valuesColumn(rows.length, lines[0]![at]!, kind, known),
      isAlias: false,
    })),
    render: (first) => [
      "VALUES",
      ...indented(
        lines.map((row, index) => {
          const cells = index === 0 ? first : row.map(({ sql }) => sql);
          return `(${cells.join(", ")})${index < lines.length - 1 ? "," : ""}`;
        }),
      ),
    ],
    orderKey: null,
    isDistinct: false,
    isRowByRow: rows.length === 1,
    hasOneRow: rows.length === 1,
    volatility: worst(rows.flat()),
  };
}
const valuesColumn = (
  rows: number,
  first: Typed,
  kind: Typed["kind"],
  known: Pick<Typed, "stored" | "column">,
): Typed => (rows === 1 ? first : { ...first, ...known, kind });
