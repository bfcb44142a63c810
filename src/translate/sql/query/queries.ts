/** Subqueries within expressions (sqlite.org/lang_expr.html, sections 9 to 11). */
import type { Select } from "sqlite3-parser";
import { quote } from "../../../model/identifier.js";
import type { Context, Queries, Subquery } from "../context.js";
import { findRelation, type Environment, type Query } from "./environment.js";
import { columnSql } from "./layout.js";
import type { Scope } from "../scope.js";

/** @param environment its `taken` are the names of the query that the expressions stand in */
export const contextIn = (environment: Environment, scope: Scope): Context => ({
  text: environment.text,
  scope,
  queries: queriesIn(environment),
  onRounding: environment.onRounding,
});

const queriesIn = (environment: Environment): Queries => ({
  translate: (select, context) => subquery(translateIn(select, context, environment)),
  first: (select, context) => {
    const query = translateIn(select, context, environment);
    // Without an order any row is as good in SQLite; PostgreSQL says it where there are several.
    const isCut = query.isOrdered && !query.hasOneRow;
    return subquery(isCut ? { ...query, lines: [...query.lines, "LIMIT 1"] } : query);
  },
  all: (name) => {
    const relation = findRelation(environment, null, name);
    const { columns } = relation.scope(name, quote(relation.target));
    const list = columns.map(({ name: column, typed }) => columnSql(typed.sql, column));
    return {
      sql: `SELECT ${list.join(", ")} FROM ${quote(relation.target)}`,
      columns,
      volatility: "stable",
    };
  },
});

const translateIn = (select: Select, { scope }: Context, environment: Environment): Query =>
  environment.translate(select, { ...environment, outer: scope }, "rows");

const subquery = ({ lines, columns, volatility }: Query): Subquery => ({
  sql: lines.map((line) => line.trimStart()).join(" "),
  columns,
  volatility,
});
