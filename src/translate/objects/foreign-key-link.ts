/** The two ends of a foreign key in the plan, or why PostgreSQL cannot have it. */
import { plainColumns, type ColumnPlan, type TablePlan } from "../../model/plan.js";
import type { TableProfile } from "../../model/profile.js";
import { typeSql, type PgType, type PgTypeKind } from "../../model/postgres.js";
import type { SqliteForeignKey, SqliteTable } from "../../model/sqlite.js";
import { targetNames } from "./keys.js";
import { sameName } from "../../model/identifier.js";
import type { TableDeclaration } from "../sql/ddl/table-declaration.js";

/** A planned table with what it was made from. */
export interface TableDraft {
  readonly source: SqliteTable;
  readonly profile: TableProfile;
  /** What only the text of the table tells; null where it could not be parsed. */
  readonly declaration: TableDeclaration | null;
  /** Target names of the columns whose type a mapping decided. */
  readonly ruled: ReadonlySet<string>;
  readonly plan: TablePlan;
}

/** Columns by their target names. */
export interface Link {
  readonly columns: readonly string[];
  readonly parent: TableDraft;
  readonly parentColumns: readonly string[];
}

export function linkOf(
  draft: TableDraft,
  foreignKey: SqliteForeignKey,
  drafts: readonly TableDraft[],
): Link | string {
  const parent = drafts.find((each) => sameName(each.source.name, foreignKey.parentTable));
  if (parent === undefined)
    return `it points at ${foreignKey.parentTable}, which is no table that is carried over`;
  const columns = targetNames(foreignKey.childColumns, draft.plan.columns);
  const wanted = foreignKey.parentColumns ?? parent.source.primaryKey;
  const parentColumns = targetNames(wanted, parent.plan.columns);
  if (columns === null || parentColumns === null)
    return "a column of it does not exist or is not carried over";
  if (columns.length !== parentColumns.length)
    return "it has another number of columns than the key it points at";
  if (!keysOf(parent.plan).some((key) => sameSet(key, parentColumns)))
    return `${foreignKey.parentTable} (${wanted.join(", ")}) is no primary key and not unique`;
  return { columns, parent, parentColumns };
}

export const keysOf = (table: TablePlan): readonly (readonly string[])[] => [
  ...(table.primaryKey === null ? [] : [table.primaryKey.columns]),
  ...table.uniques.map((key) => key.columns),
  ...table.indexes.flatMap((index) => {
    const columns = plainColumns(index);
    return index.unique && index.where === null && columns !== null ? [columns] : [];
  }),
];

export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name)) && new Set(b).size === b.length;

export const columnNamed = (table: TablePlan, name: string): ColumnPlan =>
  table.columns.find((column) => column.target === name)!;

/** Two of them may be different types. */
const namedByUsers = new Set<PgTypeKind>(["enum", "array", "other"]);

const integers = new Set<PgTypeKind>(["smallint", "integer", "bigint"]);

const textual = new Set<PgTypeKind>(["text", "character varying"]);

export const isTextual = (type: PgType): boolean => textual.has(type.name);

/** Which child types PostgreSQL compares with which parent's without a cast. */
export function areComparable(child: PgType, parent: PgType): boolean {
  if (typeSql(child) === typeSql(parent)) return true;
  if (isTextual(child) && isTextual(parent)) return true;
  if (integers.has(child.name))
    return integers.has(parent.name) || parent.name === "numeric" || parent.name === "double precision";
  return child.name === parent.name && !namedByUsers.has(child.name);
}
