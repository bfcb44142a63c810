/**
 * Indexes that are more than a list of columns: partial ones, those on expressions, and those under SQLite's own collations,
 * which PostgreSQL has as expressions (sqlite.org/partialindex.html, expridx.html).
 */
import type { Expr } from "sqlite3-parser";
import type { Finding } from "../../model/finding.js";
import { sameName } from "../../model/identifier.js";
import { isCaseless } from "../../model/nocase.js";
import {
  columnTerm,
  plainColumns,
  type ColumnPlan,
  type IndexPlan,
  type IndexTermPlan,
  type KeyPlan,
  type NotCarried,
} from "../../model/plan.js";
import type { SqliteIndex, SqliteIndexTerm, SqliteTable } from "../../model/sqlite.js";
import { indexNotCarried, keyNotMade, mostIndexColumns, tooManyTerms } from "./index-not-carried.js";
import { instead } from "../instead.js";
import { givenNameChange, type GivenName } from "../names.js";
import { roundingFinding } from "./rounding-finding.js";
import { collationNamed, keyUnder } from "../sql/collation.js";
import type { Context } from "../sql/context.js";
import { textOf } from "../sql/convert.js";
import { translateCondition, translateExpression } from "../sql/expression.js";
import { formsOf } from "../sql/json/json-value.js";
import { parseStatement } from "../sql/ddl/parse.js";
import { findName, scopeOf, type ScopeTable } from "../sql/scope.js";
import type { Typed } from "../sql/typed.js";
import { translated, Untranslatable } from "../sql/untranslatable.js";

/** Whether it takes nothing but its columns, compared as PostgreSQL compares them. */
export const isPlainIndex = ({ partial, terms }: SqliteIndex, columns: readonly ColumnPlan[]): boolean =>
  !partial &&
  terms.every(({ column, collation }) => {
    const planned = column === null ? undefined : columns.find(({ source }) => sameName(source, column));
    return (
      column !== null &&
      (planned !== undefined && isCaseless(planned) ? isNocase(collation) : !isOwnCollation(collation))
    );
  });

const isNocase = (collation: string): boolean => collationNamed(collation) === "NOCASE";

const isOwnCollation = (collation: string): boolean => {
  const name = collationNamed(collation);
  return name === "NOCASE" || name === "RTRIM";
};

export interface ExpressionIndexesInput {
  readonly table: SqliteTable;
  readonly columns: readonly ColumnPlan[];
  readonly scope: ScopeTable;
  /** Those that the table has already. */
  readonly uniques: readonly KeyPlan[];
  /** What people call it: an index by its name, or a unique constraint that has one. */
  readonly givenName: (index: SqliteIndex) => GivenName | null;
  /** For one without a name. */
  readonly makeName: (index: SqliteIndex) => string;
}

export interface ExpressionIndexes {
  /** Constraints under a collation on columns that are no texts. */
  readonly uniques: readonly KeyPlan[];
  readonly indexes: readonly IndexPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

export function translateExpressionIndexes(input: ExpressionIndexesInput): ExpressionIndexes {
  const uniques: KeyPlan[] = [];
  const indexes: IndexPlan[] = [];
  const notCarried: NotCarried[] = [];
  const findings: Finding[] = [];
  for (const index of input.table.indexes.filter((each) => !isPlainIndex(each, input.columns))) {
    const roundings = new Set<string>();
    const made = translated(index.sql ?? "", () => indexPlan(index, input, (each) => roundings.add(each)));
    if (!made.ok) {
      notCarried.push({ ...indexNotCarried(input.table, index, made.reason), instead: made.instead ?? null });
      if (index.terms.length > mostIndexColumns && index.unique)
        findings.push(keyNotMade(input.table, index.name, index.terms.map(nameOfTerm)));
      continue;
    }
    const plain = index.origin === "statement" ? null : plainColumns(made.value);
    const columns = plain === null ? null : [...new Set(plain)];
    if (columns !== null && stands(index, columns, input)) continue;
    const given = input.givenName(index);
    findings.push(
      ...givenNameChange(input.table.name, index.origin === "statement" ? "index" : "constraint", given),
    );
    const name = given?.name ?? input.makeName(index);
    findings.push(
      ...roundingFinding({ table: input.table.name, piece: "index", name: index.name }, [...roundings]),
    );
    if (columns === null) indexes.push({ ...made.value, name });
    else uniques.push({ name, columns });
  }
  return { uniques, indexes, findings, notCarried };
}

/** A primary key stands already, and so does what a foreign key points at. */
const stands = (
  { origin }: SqliteIndex,
  columns: readonly string[],
  { uniques }: ExpressionIndexesInput,
): boolean =>
  origin === "primary-key" ||
  uniques.some(
    ({ columns: of }) => of.length === columns.length && of.every((name, at) => name === columns[at]),
  );

/** All of it but its name. @param onRounding told of what rounds doubles in terms that decide nothing */
function indexPlan(
  index: SqliteIndex,
  input: ExpressionIndexesInput,
  onRounding: Context["onRounding"],
): Omit<IndexPlan, "name"> {
  if (index.terms.length > mostIndexColumns) throw new Untranslatable(tooManyTerms);
  const scope = scopeOf([input.scope]);
  const { sql } = index;
  const statement = sql === null ? null : parseStatement(sql);
  const written = statement?.type === "CreateIndexStmt" ? statement : null;
  const context: Context = { text: sql ?? "", scope, queries: null, onRounding: null };
  const inTerms = index.unique ? context : { ...context, onRounding };
  const terms = index.terms.map((term, at): IndexTermPlan => {
    if (term.column !== null) return columnIn(term, input, findName(scope, term.column));
    const expression = written?.columns[at]?.expr;
    if (expression === undefined) throw new Untranslatable("its text could not be parsed");
    const typed = immutable(translateExpression(withoutCollation(expression), inTerms));
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
  return { unique: index.unique, terms, where: where?.sql ?? null };
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
  if (isCaseless(column)) {
    const plain = columnTerm(column.target, term.descending);
    return isNocase(term.collation)
      ? plain
      : { ...plain, sql: `(${keyOf(typed, term.collation)})`, column: null };
  }
  const key = keyOf(typed, term.collation);
  return key === typed.sql
    ? columnTerm(column.target, term.descending)
    : { sql: key, column: null, descending: term.descending };
}

/** Only texts are compared under a collation. What is out of JSON is looked for as a text, and is unique by its value. */
function keyOf(typed: Typed, collation: string, isUnique = true): string {
  const isText = typed.kind === "text" || typed.kind === "jsonvalue";
  if (isText && isOwnCollation(collation)) return keyUnder(collationNamed(collation), textOf(typed));
  if (typed.kind === "jsonvalue" && !isUnique) return formsOf(typed).text;
  // A literal in quotes and NULL have no type there.
  return typed.constant?.kind === "text" || typed.kind === "null" ? `${typed.sql}::text` : typed.sql;
}

function immutable(typed: Typed): Typed {
  if (typed.volatility === "immutable") return typed;
  throw new Untranslatable(
    `an index on what is not the same at every look (PostgreSQL's functions for it are not immutable)`,
    null,
    instead.immutableFunction,
  );
}

const nameOfTerm = ({ column }: SqliteIndexTerm): string => column ?? "(an expression)";
