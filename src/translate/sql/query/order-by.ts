/**
 * ORDER BY (sqlite.org/lang_select.html, section 5): by the name that AS gave, by number, else by an expression. Behind
 * DISTINCT or a compound PostgreSQL takes result columns only, and of a compound only as they are.
 */
import type { Expr, SortedColumn } from "sqlite3-parser";
import { quote, sameName } from "../../../model/identifier.js";
import { collationNamed } from "../collation.js";
import { columnNumber } from "./column-number.js";
import { bareExpression } from "./expression-parts.js";
import { indented, listed, type Lines } from "./layout.js";
import { orderKey, orderTerm } from "../order.js";
import { queryRelation } from "./relations.js";
import { sortingCollation, type Body } from "./select-body.js";
import type { Core } from "./select-core.js";
import type { Collation, Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

interface Term {
  readonly typed: Typed;
  /** The result column that it is; null: none. */
  readonly index: number | null;
  readonly sorting: SortedColumn;
}

/** The body in that order. @throws Untranslatable */
export function ordered(body: Body, orderBy: readonly SortedColumn[]): Lines {
  const [only, ...others] = body.arms;
  // What is the same in every row orders nothing.
  const terms = orderBy
    .map((term) => termOf(term, body))
    .filter(({ typed }) => typed.constant === null && typed.kind !== "null");
  if (terms.length === 0) return body.lines;
  if (others.length === 0 && !only!.isDistinct)
    return [...body.lines, ...byTerms(terms.map(({ typed, sorting }) => orderTerm(typed, sorting)))];
  return byResults(body, terms, others.length > 0);
}

const byTerms = (terms: readonly string[]): Lines => listed("ORDER BY", terms);

function byResults(body: Body, terms: readonly Term[], isCompound: boolean): Lines {
  const keys = terms.map(({ typed, index, sorting }) => {
    if (index === null)
      throw new Untranslatable(
        `ORDER BY behind ${isCompound ? "a compound" : "DISTINCT"} by what is no result column: ${typed.sql}`,
      );
    const { target } = body.columns[index]!;
    return { typed: isCompound ? { ...typed, sql: quote(target), isAtom: true } : typed, index, sorting };
  });
  if (keys.every(({ typed }) => orderKey(typed) === typed.sql))
    return [...body.lines, ...byTerms(keys.map(({ typed, sorting }) => orderTerm(typed, sorting)))];
  const { columns } = queryRelation("sorted", body.columns).scope("sorted", quote("sorted"));
  const outer = keys.map(({ typed, index, sorting }) =>
    orderTerm({ ...typed, sql: columns[index]!.typed.sql, isAtom: true }, sorting),
  );
  return ["SELECT *", "FROM (", ...indented(body.lines), `) AS "sorted"`, ...byTerms(outer)];
}

function termOf(sorting: SortedColumn, body: Body): Term {
  const explicit = collationOf(sorting.expr);
  const index = resultIndex(sorting.expr, body);
  const [only, ...others] = body.arms;
  if (index !== null) {
    // A view shows another value than the one that orders.
    const { typed } = others.length === 0 ? only!.results[index]! : body.columns[index]!;
    const collation = others.length === 0 ? typed.collation : sortingCollation(body.arms, index);
    return { typed: { ...typed, collation: explicit ?? collation }, index, sorting };
  }
  const typed = others.length === 0 ? (only!.orderKey?.(sorting.expr) ?? null) : null;
  if (typed === null) throw new Untranslatable("ORDER BY a term that is no result column", sorting.expr.span);
  const same = body.columns.findIndex((column) => column.typed.sql === typed.sql);
  return { typed, index: same === -1 ? null : same, sorting };
}

function collationOf(expression: Expr): Collation | null {
  if (expression.type === "CollateExpr")
    return { name: collationNamed(expression.collation), from: "explicit" };
  const [only] = expression.type === "ParenthesizedExpr" ? expression.exprs : [];
  return only === undefined ? null : collationOf(only);
}

/** By number or by a name that AS gave; in a compound also by what is written the same in one of the arms. */
function resultIndex(expression: Expr, { columns, arms }: Body): number | null {
  const number = columnNumber(expression);
  if (number !== null) {
    if (number < 1 || number > columns.length)
      throw new Untranslatable(`ORDER BY ${number}: there is no such column`);
    return number - 1;
  }
  const bare = bareExpression(expression);
  for (const arm of arms) {
    const index = aliasIndex(bare, arm);
    if (index !== null) return index;
    const same = arms.length > 1 ? expressionIndex(bare, arm) : null;
    if (same !== null) return same;
  }
  return null;
}

function aliasIndex(bare: Expr, { results }: Core): number | null {
  const name = bare.type === "Id" ? bare.name : bare.type === "NameExpr" ? bare.name.text : null;
  const index = name === null ? -1 : results.findIndex((each) => each.isAlias && sameName(each.name, name));
  return index === -1 ? null : index;
}

function expressionIndex(bare: Expr, { results, orderKey: keyOf }: Core): number | null {
  if (keyOf === null) return null;
  try {
    const { sql } = keyOf(bare);
    const index = results.findIndex(({ typed }) => typed.sql === sql);
    return index === -1 ? null : index;
  } catch (error) {
    // It may be a name of another arm.
    if (error instanceof Untranslatable) return null;
    throw error;
  }
}
