/** INSERT, UPDATE and DELETE within a trigger (sqlite.org/lang_createtrigger.html, section 2). */
import type {
  DeleteTriggerCmd,
  Expr,
  InsertTriggerCmd,
  Name,
  ResolveType,
  SetAssignment,
  UpdateTriggerCmd,
  Upsert,
} from "sqlite3-parser";
import { foldName, quote, sameName } from "../../../model/identifier.js";
import type { ColumnPlan } from "../../../model/plan.js";
import { assigned } from "../assign.js";
import type { Context } from "../context.js";
import type { Environment } from "../query/environment.js";
import { contextIn } from "../query/queries.js";
import { translateCondition, translateExpression } from "../expression.js";
import { isRowidName, scopeOf, type Scope } from "../scope.js";
import { qualifiedTable, type WritableTable, type Written } from "./surroundings.js";
import type { Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { instead } from "../../instead.js";

export interface WriteLines {
  readonly lines: readonly string[];
  readonly writes: Written;
}

type Tables = ReadonlyMap<string, WritableTable>;

/** @throws Untranslatable */
export function deletion(
  { tblName, whereClause }: DeleteTriggerCmd,
  tables: Tables,
  environment: Environment,
): WriteLines {
  const table = tableNamed(tblName.objName, tables, environment);
  const where = whereLine(whereClause, scopeIn(table, environment), environment);
  return {
    lines: [`  DELETE FROM ${quote(table.plan.target)}${where};`],
    writes: { table: table.source.name, event: "DELETE", columns: null },
  };
}

/** @throws Untranslatable */
export function update(command: UpdateTriggerCmd, tables: Tables, environment: Environment): WriteLines {
  const table = tableNamed(command.tblName.objName, tables, environment);
  if (command.from !== undefined)
    throw new Untranslatable("UPDATE ... FROM", null, instead.updateFrom(table.plan.target));
  refuseConflict(command.orConflict, table);
  const scope = scopeIn(table, environment);
  const sets = setList(command.sets, table, scope, environment);
  const where = whereLine(command.whereClause, scope, environment);
  return {
    lines: [`  UPDATE ${quote(table.plan.target)} SET ${sets.sql}${where};`],
    writes: { table: table.source.name, event: "UPDATE", columns: sets.columns },
  };
}

/** @throws Untranslatable */
export function insertion(command: InsertTriggerCmd, tables: Tables, environment: Environment): WriteLines {
  const table = tableNamed(command.tblName.objName, tables, environment);
  const columns = insertedColumns(command.colNames, table);
  const rows = rowsOf(command, columns, table, environment);
  const conflict = conflictOf(command, table, environment);
  const names = columns.map(({ target }) => quote(target)).join(", ");
  return {
    lines: [`  INSERT INTO ${quote(table.plan.target)} (${names}) ${rows}${conflict};`],
    writes: { table: table.source.name, event: "INSERT", columns: null },
  };
}

/** @throws Untranslatable with the reason that the relations know */
function tableNamed(name: Name, tables: Tables, environment: Environment): WritableTable {
  const table = tables.get(foldName(name.text));
  if (table !== undefined) return table;
  const { target } = environment.relations.find(name.text);
  throw new Untranslatable(`a write into the view ${target}`, null, instead.intoView(target));
}

/** The table's own columns hide those of NEW and OLD, which have to be qualified anyway. */
const scopeIn = ({ source, plan, relation }: WritableTable, { outer }: Environment): Scope =>
  scopeOf([relation.scope(source.name, quote(plan.target))], outer);

function whereLine(where: Expr | undefined, scope: Scope, environment: Environment): string {
  return where === undefined ? "" : ` WHERE ${translateCondition(where, contextIn(environment, scope)).sql}`;
}

function columnNamed(name: string, { plan, source }: WritableTable): ColumnPlan {
  const isAlias =
    isRowidName(name) || source.virtual?.rowidNames.some((each) => sameName(each, name)) === true;
  const alias = isAlias && !source.columns.some((each) => sameName(each.name, name));
  const wanted = alias ? source.rowidAlias : name;
  const column = wanted === null ? undefined : plan.columns.find((each) => sameName(each.source, wanted));
  if (column === undefined && source.virtual?.computed.some((each) => sameName(each, name)) === true)
    throw new Untranslatable(`a command to the full-text index ${source.name}; PostgreSQL's needs none`);
  if (column === undefined)
    throw new Untranslatable(`the column ${source.name}.${name}, which is not carried over`);
  if (column.generated !== null)
    throw new Untranslatable(`a write into the generated column ${source.name}.${name}`);
  return column;
}

const asColumn = (value: Typed, column: ColumnPlan, { source }: WritableTable): string => {
  const affinity = source.columns.find((each) => each.name === column.source)?.affinity ?? "BLOB";
  return assigned(value, column, affinity).sql;
};

/** What SET gives to each column. @throws Untranslatable */
export const setValues = (
  sets: readonly SetAssignment[],
  table: WritableTable,
  context: Context,
): readonly { readonly column: ColumnPlan; readonly sql: string }[] =>
  sets.map(({ colNames, expr }) => {
    const [name, ...others] = colNames;
    if (name === undefined || others.length > 0) throw new Untranslatable("SET of several columns at once");
    const column = columnNamed(name.text, table);
    return { column, sql: asColumn(translateExpression(expr, context), column, table) };
  });

function setList(
  sets: readonly SetAssignment[],
  table: WritableTable,
  scope: Scope,
  environment: Environment,
): { readonly sql: string; readonly columns: readonly string[] } {
  const values = setValues(sets, table, contextIn(environment, scope));
  return {
    sql: values.map(({ column, sql }) => `${quote(column.target)} = ${sql}`).join(", "),
    columns: values.map(({ column }) => column.source),
  };
}

/** Without a list all that are neither computed nor hidden, in their order. */
function insertedColumns(names: readonly Name[] | undefined, table: WritableTable): readonly ColumnPlan[] {
  const { source } = table;
  const wanted =
    names?.map(({ text }) => text) ??
    source.columns
      .filter(({ name, generated }) => generated === "no" && source.virtual?.hidden.includes(name) !== true)
      .map(({ name }) => name);
  return wanted.map((name) => columnNamed(name, table));
}

function rowsOf(
  { select }: InsertTriggerCmd,
  columns: readonly ColumnPlan[],
  table: WritableTable,
  environment: Environment,
): string {
  const core = select.select;
  if (core.type === "SelectValues" && select.compounds === undefined) {
    const context = contextIn(environment, environment.outer!);
    const rows = core.values.map(({ values }) => {
      if (values.length !== columns.length)
        throw new Untranslatable(`${values.length} values for ${columns.length} columns`);
      return `(${values.map((value, at) => givenValue(translateExpression(value, context), columns[at]!, table)).join(", ")})`;
    });
    return `VALUES ${rows.join(", ")}`;
  }
  const query = environment.translate(select, environment, "rows");
  if (query.columns.length !== columns.length)
    throw new Untranslatable(`${query.columns.length} values for ${columns.length} columns`);
  const name = '"given"';
  const values = query.columns.map(({ typed, target }, at) => {
    const value = { ...typed, sql: `${name}.${quote(target)}`, isAtom: true, constant: null, moment: null };
    return asColumn(value, columns[at]!, table);
  });
  const list = query.columns.map(({ target }) => quote(target)).join(", ");
  return `SELECT ${values.join(", ")} FROM (${query.lines.map((line) => line.trimStart()).join(" ")}) AS ${name} (${list})`;
}

/** NULL for the rowid means the next one. */
const givenValue = (value: Typed, column: ColumnPlan, table: WritableTable): string =>
  value.kind === "null" && column.identity !== null ? "DEFAULT" : asColumn(value, column, table);

/** ABORT is what PostgreSQL does as well. */
function refuseConflict(resolve: ResolveType | undefined, { plan }: WritableTable): void {
  if (resolve === undefined || resolve === "Abort") return;
  const key = (plan.primaryKey ?? plan.uniques[0])?.columns ?? null;
  const others = plan.columns.filter(
    ({ target, generated }) => generated === null && key?.includes(target) === false,
  );
  const upsert =
    resolve !== "Replace" || key === null
      ? null
      : instead.replace(
          plan.target,
          key,
          others.map(({ target }) => target),
        );
  throw new Untranslatable(`OR ${resolve.toUpperCase()}`, null, upsert);
}

function conflictOf(
  { orConflict, upsert }: InsertTriggerCmd,
  table: WritableTable,
  environment: Environment,
): string {
  if (upsert !== undefined) {
    refuseConflict(orConflict, table);
    return ` ${upsertSql(upsert, table, environment)}`;
  }
  // What breaks another rule than uniqueness is an error then, where SQLite leaves the row out as well.
  if (orConflict === "Ignore") return " ON CONFLICT DO NOTHING";
  refuseConflict(orConflict, table);
  return "";
}

function upsertSql(
  { index, doClause, next }: Upsert,
  table: WritableTable,
  environment: Environment,
): string {
  if (next !== undefined || index?.whereClause !== undefined)
    throw new Untranslatable("an ON CONFLICT of this form");
  const targets = (index?.targets ?? []).map(({ expr }) => {
    if (expr.type !== "Id") throw new Untranslatable("ON CONFLICT on an expression");
    return quote(columnNamed(expr.name, table).target);
  });
  const on = targets.length === 0 ? "ON CONFLICT" : `ON CONFLICT (${targets.join(", ")})`;
  if (doClause.type === "NothingUpsertDo") return `${on} DO NOTHING`;
  if (targets.length === 0) throw new Untranslatable("DO UPDATE without the columns that conflict");
  const { source, plan, relation } = table;
  const scope = scopeOf(
    [relation.scope(source.name, quote(plan.target)), qualifiedTable(relation.scope("excluded", "excluded"))],
    environment.outer,
  );
  const { sql } = setList(doClause.sets, table, scope, environment);
  return `${on} DO UPDATE SET ${sql}${whereLine(doClause.whereClause, scope, environment)}`;
}
