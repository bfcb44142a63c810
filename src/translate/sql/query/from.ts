/**
 * FROM (sqlite.org/lang_select.html, section 2.1). SQLite joins from left to right, a comma binding like any other join; in
 * PostgreSQL it binds looser than JOIN, so it becomes CROSS JOIN.
 */
import type { FromClause, JoinedSelectTable, Name, SelectTable } from "sqlite3-parser";
import { sameName } from "../../../model/identifier.js";
import { compare } from "../compare.js";
import type { Context } from "../context.js";
import { translateCondition } from "../expression.js";
import { callFunction } from "../functions/call.js";
import { prefixed, suffixed, inParentheses, type Lines } from "./layout.js";
import { both } from "../logic.js";
import type { ScopeColumn, ScopeTable } from "../scope.js";
import { binary, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

export interface From {
  /** Without the word FROM. */
  readonly lines: Lines;
  readonly tables: readonly ScopeTable[];
  readonly parts: readonly Pick<Typed, "volatility">[];
}

/** What FROM asks of the query that it belongs to. */
export interface Sources {
  /** A table, a view, a subquery, a function. @throws Untranslatable */
  readonly source: (
    table: Exclude<SelectTable, { type: "SubSelectTable" }>,
    left: readonly ScopeTable[],
  ) => From;
  /** Of an ON that sees these tables. */
  readonly context: (tables: readonly ScopeTable[]) => Context;
}

/** @throws Untranslatable */
export function translateFrom({ select, joins }: FromClause, sources: Sources): From {
  if (select === undefined) throw new Untranslatable("an empty FROM");
  let from = itemOf(select, [], sources);
  for (const join of joins ?? []) from = joined(from, join, sources);
  return from;
}

function itemOf(table: SelectTable, left: readonly ScopeTable[], sources: Sources): From {
  if (table.type !== "SubSelectTable") return sources.source(table, left);
  if (table.alias === undefined) {
    const inner = translateFrom(table.from, sources);
    return table.from.joins === undefined || table.from.joins.length === 0
      ? inner
      : { ...inner, lines: inParentheses(inner.lines) };
  }
  const { select } = table.from;
  if (select === undefined || (table.from.joins ?? []).length > 0 || select.type === "SubSelectTable")
    throw new Untranslatable(`one name for a join in parentheses: ${table.alias.name.text}`);
  return sources.source({ ...select, alias: table.alias }, left);
}

function joined(left: From, { operator, table, constraint }: JoinedSelectTable, sources: Sources): From {
  const kind = joinKind(operator.type === "CommaJoinOperator" ? 0 : (operator.joinType ?? 0));
  const right = itemOf(table, left.tables, sources);
  const names = kind.isNatural
    ? sharedNames(left.tables, right.tables)
    : constraint?.type === "UsingJoinConstraint"
      ? constraint.columns.map(({ text }: Name) => text)
      : null;
  const merged = names === null ? null : merge(names, left.tables, right.tables, kind.keepsRight);
  const tables = merged?.tables ?? [...left.tables, ...right.tables];
  const on =
    constraint?.type === "OnJoinConstraint"
      ? translateCondition(constraint.expr, sources.context(tables))
      : (merged?.on ?? null);
  const word = on === null && kind.word === "JOIN" ? "CROSS JOIN" : kind.word;
  const ending = on === null ? (kind.word === "JOIN" ? "" : " ON true") : ` ON ${on.sql}`;
  const lines = suffixed(prefixed(`${word} `, right.lines), ending);
  return {
    lines: [...left.lines, ...lines],
    tables,
    parts: [...left.parts, ...right.parts, ...(on === null ? [] : [on])],
  };
}

interface JoinKind {
  readonly word: "JOIN" | "LEFT JOIN" | "RIGHT JOIN" | "FULL JOIN";
  readonly isNatural: boolean;
  /** Whether rows of the right side stay without one of the left. */
  readonly keepsRight: boolean;
}

/** The parser keeps the words of a join as bits, as SQLite does (src/sqliteInt.h, JT_NATURAL and after). */
const joinBits = { natural: 4, left: 8, right: 16 } as const;

function joinKind(type: number): JoinKind {
  const [isLeft, isRight] = [(type & joinBits.left) !== 0, (type & joinBits.right) !== 0];
  const word = isLeft && isRight ? "FULL JOIN" : isLeft ? "LEFT JOIN" : isRight ? "RIGHT JOIN" : "JOIN";
  return { word, isNatural: (type & joinBits.natural) !== 0, keepsRight: isRight };
}

/** Of NATURAL: those that both have, in the order of the right side. */
function sharedNames(left: readonly ScopeTable[], right: readonly ScopeTable[]): readonly string[] {
  const lost = [...left, ...right].find(({ missing = [] }) => missing.length > 0);
  if (lost !== undefined)
    throw new Untranslatable(
      `NATURAL JOIN of ${lost.name}, whose column ${lost.missing![0]!} is not carried over`,
    );
  const names = right.flatMap(({ columns }) => shown(columns).map(({ name }) => name));
  return names.filter((name) =>
    left.some(({ columns }) => shown(columns).some((each) => sameName(each.name, name))),
  );
}

const visible = (columns: readonly ScopeColumn[]): readonly ScopeColumn[] =>
  columns.filter(({ unqualified }) => unqualified !== null);

const shown = (columns: readonly ScopeColumn[]): readonly ScopeColumn[] =>
  visible(columns).filter(({ isHidden = false }) => !isHidden);

const sideColumn = (tables: readonly ScopeTable[], name: string): ScopeColumn | null =>
  tables.flatMap(({ columns }) => visible(columns)).find((column) => sameName(column.name, name)) ?? null;

interface Merged {
  readonly tables: readonly ScopeTable[];
  /** null: there is nothing to compare. */
  readonly on: Typed | null;
}

/** USING: the left column counts; where it may be NULL for a row of the right side, then the right one. */
function merge(
  names: readonly string[],
  left: readonly ScopeTable[],
  right: readonly ScopeTable[],
  keepsRight: boolean,
): Merged {
  const pairs = names.map((name) => {
    const [a, b] = [sideColumn(left, name), sideColumn(right, name)];
    if (a === null || b === null)
      throw new Untranslatable(
        `USING (${name}): not both sides have such a column, or it is not carried over`,
      );
    return { a, b, value: a.unqualified ?? a.typed };
  });
  const changed = new Map<ScopeColumn, ScopeColumn>();
  for (const { a, b, value } of pairs) {
    changed.set(b, { ...b, unqualified: null });
    if (!keepsRight) continue;
    const either = callFunction({ name: "coalesce", args: [value, b.typed] });
    changed.set(a, { ...a, unqualified: { ...either, affinity: null, collation: binary } });
  }
  const conditions = pairs.map(({ value, b }) => compare(value, "=", b.unqualified ?? b.typed));
  return {
    tables: [...left, ...right].map((table) => ({
      ...table,
      columns: table.columns.map((column) => changed.get(column) ?? column),
    })),
    on: conditions.length === 0 ? null : both(...conditions),
  };
}
