/**
 * Recursive common table expressions (sqlite.org/lang_with.html, section 3): rows of the first SELECTs, then the last one over
 * the rows that came before. PostgreSQL wants the types of both to agree to the letter.
 */
import type { CommonTableExpr, FromClause, OneSelect, Select, SelectTable } from "sqlite3-parser";
import { sameName } from "../../../model/identifier.js";
import type { CommonTables, Environment, Query } from "./environment.js";
import { queryRelation, type QueryColumn } from "./relations.js";
import { titled } from "./result-column.js";
import { joinArms, type Body } from "./select-body.js";
import { translateCore, type Core } from "./select-core.js";
import { typeOfKind } from "./type-of-kind.js";
import { operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** Whether a FROM within it names it. */
export const readsItself = (name: string, select: Select): boolean =>
  [select.select, ...(select.compounds ?? []).map((compound) => compound.select)].some((arm) =>
    armReads(name, arm),
  );

const armReads = (name: string, arm: OneSelect): boolean =>
  arm.type === "SelectFrom" && arm.from !== undefined && fromReads(name, arm.from);

const fromReads = (name: string, { select, joins }: FromClause): boolean =>
  [...(select === undefined ? [] : [select]), ...(joins ?? []).map(({ table }) => table)].some((table) =>
    tableReads(name, table),
  );

function tableReads(name: string, table: SelectTable): boolean {
  switch (table.type) {
    case "TableSelectTable":
      return table.tblName.dbName === undefined && sameName(table.tblName.objName.text, name);
    case "SelectSelectTable":
      return readsItself(name, table.select);
    case "SubSelectTable":
      return fromReads(name, table.from);
    case "TableCallSelectTable":
      return false;
  }
}

/** Kinds of the first SELECTs may change once by the last one: from NULL, or from whole numbers. */
const mostRounds = 3;

/** @param target its name in PostgreSQL. @throws Untranslatable */
export function translateRecursive(
  target: string,
  table: CommonTableExpr,
  environment: Environment,
): Pick<Query, "lines" | "columns" | "volatility"> {
  const name = table.tblName.text;
  const { select, compounds = [], orderBy, limit } = table.select;
  const refuse = (what: string): Untranslatable => new Untranslatable(`WITH ${name}: ${what}`);
  if (orderBy !== undefined || limit !== undefined)
    throw refuse("ORDER BY or LIMIT in a recursive SELECT, which PostgreSQL does not take");
  const last = compounds.at(-1);
  const first = [select, ...compounds.slice(0, -1).map((compound) => compound.select)];
  if (last === undefined || first.some((arm) => armReads(name, arm)))
    throw refuse("more than one recursive SELECT, or no other before it");
  if (last.operator !== "UnionAll" && last.operator !== "Union")
    throw refuse("recursion by another operator than UNION");
  const starting = first.map((arm) => translateCore(arm, environment));
  const names = table.columns?.map(({ colName }) => colName.text);
  const columnsOf = (body: Pick<Body, "columns">): readonly QueryColumn[] => {
    if (names !== undefined && names.length !== body.columns.length)
      throw refuse(`${names.length} names for ${body.columns.length} columns`);
    return titled(body.columns, names ?? body.columns.map((column) => column.name));
  };
  const operators = compounds.map(({ operator }) => operator);
  const join = (arms: readonly Core[]): Body => joinArms(arms, operators.slice(0, arms.length - 1), withType);
  let columns = columnsOf(join(starting));
  for (let round = 0; round < mostRounds; round += 1) {
    const step = translateCore(last.select, reading(name, target, columns, environment));
    const body = join([...starting, step]);
    const next = columnsOf(body);
    if (next.every((column, at) => column.typed.kind === columns[at]!.typed.kind))
      return { lines: body.lines, columns: next, volatility: body.volatility };
    columns = next;
  }
  throw refuse("columns whose type changes from row to row");
}

function reading(
  name: string,
  target: string,
  columns: readonly QueryColumn[],
  environment: Environment,
): Environment {
  const itself: CommonTables = {
    find: (wanted) => (sameName(wanted, name) ? queryRelation(target, columns) : null),
  };
  return { ...environment, withs: [itself, ...environment.withs] };
}

const withType = (typed: Typed): string => {
  const type = typeOfKind(typed.kind, typed.column);
  if (type === null || isOfType(typed, type)) return typed.sql;
  return `${operand(typed)}::${type}`;
};

const isOfType = ({ sql, constant, column }: Typed, type: string): boolean =>
  sql.endsWith(`::${type}`) ||
  constant?.kind === "text" ||
  (column !== null && column.type.modifiers.length === 0 && column.type.name === type);
