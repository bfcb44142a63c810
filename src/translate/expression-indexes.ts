/**
 * Indexes that are more than a list of columns: partial ones, those on expressions, and those under SQLite's own collations,
 * which PostgreSQL has as expressions (sqlite.org/partialindex.html, expridx.html).
 */
import type { Expr } from "sqlite3-parser";
import type { Finding } from "../model/finding.js";
import { sameName } from "../model/identifier.js";
import {
  columnTerm,
  type ColumnPlan,
  type IndexPlan,
  type IndexTermPlan,
  type NotCarried,
} from "../model/plan.js";
import type { SqliteIndex, SqliteIndexTerm, SqliteTable } from "../model/sqlite.js";
import { nameChange } from "./names.js";
import { collationNamed, keyUnder } from "./sql/collation.js";
import { textOf } from "./sql/convert.js";
import { translateCondition, translateExpression } from "./sql/expression.js";
import { formsOf } from "./sql/json-value.js";
import { parseStatement } from "./sql/parse.js";
import { findName, scopeOf, type ScopeTable } from "./sql/scope.js";
import type { Typed } from "./sql/typed.js";
import { translated, Untranslatable } from "./sql/untranslatable.js";

/** Whether it takes nothing but its columns, compared as PostgreSQL compares them. */
export const isPlainIndex = ({ partial, terms }: SqliteIndex): boolean =>
  !partial && terms.every(({ column, collation }) => column !== null && !isOwnCollation(collation));

const isOwnCollation = (collation: string): boolean => {
  const name = collationNamed(collation);
  return name === "NOCASE" || name === "RTRIM";
};

export interface ExpressionIndexesInput {
  readonly table: SqliteTable;
  readonly columns: readonly ColumnPlan[];
  readonly scope: ScopeTable;
  /** The name that an index has in the target. */
  readonly nameOf: (index: SqliteIndex) => string;
}

export interface ExpressionIndexes {
  readonly indexes: readonly IndexPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export function translateExpressionIndexes(input: ExpressionIndexesInput): ExpressionIndexes {
  const indexes: IndexPlan[] = [];
  const notCarried: NotCarried[] = [];
  const findings: Finding[] = [];
  for (const index of input.table.indexes.filter((each) => !isPlainIndex(each))) {
    const made = translated(index.sql ?? "", () => indexPlan(index, input));
    if (!made.ok) notCarried.push(lineOf(input.table, index, made.reason));
    else if (isNeeded(index, made.value)) {
      if (index.origin === "statement")
        findings.push(...nameChange(input.table.name, "index", index.name, made.value.name));
      indexes.push(made.value);
    }
  }
  return { indexes, findings, notCarried };
}

/** A key on columns that are no texts any more is the key itself. */
const isNeeded = ({ origin }: SqliteIndex, { terms }: IndexPlan): boolean =>
  origin === "statement" || terms.some(({ column }) => column === null);

function indexPlan(index: SqliteIndex, input: ExpressionIndexesInput): IndexPlan {
  const scope = scopeOf([input.scope]);
  const { sql } = index;
  const statement = sql === null ? null : parseStatement(sql);
  const written = statement?.type === "CreateIndexStmt" ? statement : null;
  const context = { text: sql ?? "", scope, queries: null };
  const terms = index.terms.map((term, at): IndexTermPlan => {
    if (term.column !== null) return columnIn(term, input, findName(scope, term.column));
    const expression = written?.columns[at]?.expr;
    if (expression === undefined) throw new Untranslatable("its text could not be parsed");
    const typed = immutable(translateExpression(withoutCollation(expression), context));
    return {
      sql: `(${keyOf(typed, term.collation, index.unique)})`,
      column: null,
      descending: term.descending,
    };
  });
  if (index.partial && written?.whereClause === undefined)
    throw new Untranslatable("the condition of the partial index could not be parsed");
  const where =
    written?.whereClause === undefined ? null : immutable(translateCondition(written.whereClause, context));
  return { name: input.nameOf(index), unique: index.unique, terms, where: where?.sql ?? null };
}

/** The pragma tells the collation of every term. */
const withoutCollation = (expression: Expr): Expr =>
  expression.type === "CollateExpr" ? expression.expr : expression;

function columnIn(
  term: SqliteIndexTerm,
  { columns }: ExpressionIndexesInput,
  typed: Typed | null,
): IndexTermPlan {
  const column = columns.find(({ source }) => term.column !== null && sameName(source, term.column));
  if (column === undefined || typed === null) throw new Untranslatable("a column of it is not carried over");
  const key = keyOf(typed, term.collation);
  return key === typed.sql
    ? columnTerm(column.target, term.descending)
    : { sql: key, column: null, descending: term.descending };
}

/** Only texts are compared under a collation. What is out of JSON is looked for as a text, and is unique by its value. */
function keyOf(typed: Typed, collation: string, isUnique = true): string {
  const isText = typed.kind === "text" || typed.kind === "jsonvalue";
  if (isText && isOwnCollation(collation)) return keyUnder(collationNamed(collation), textOf(typed));
  return typed.kind === "jsonvalue" && !isUnique ? formsOf(typed).text : typed.sql;
}

function immutable(typed: Typed): Typed {
  if (typed.volatility === "immutable") return typed;
  throw new Untranslatable(
    `an index on what is not the same at every look (PostgreSQL's functions for it are not immutable)`,
  );
}

const lineOf = (table: SqliteTable, index: SqliteIndex, reason: string): NotCarried => ({
  type: index.unique ? "unique" : "index",
  name: index.origin === "statement" ? index.name : `${table.name} UNIQUE`,
  table: table.name,
  sql: index.sql,
  reason,
});
