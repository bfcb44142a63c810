/** Which tables are carried at all: all but those that a mapping skips, or that the selection leaves out. */
import type { NotCarried } from "../../model/plan.js";
import {
  columnsWithValues,
  type SqliteObject,
  type SqliteSchema,
  type SqliteTable,
} from "../../model/sqlite.js";
import { matcherOf } from "../../model/pattern.js";
import { lostText } from "../objects/full-text-tables.js";
import { skippedWords, type Rules } from "./rules.js";

export interface ChosenTables {
  readonly schema: SqliteSchema;
  readonly skipped: readonly NotCarried[];
}

/** Patterns of tables' names. */
export interface Selection {
  /** Only tables that fit one of these; all, where there is none. */
  readonly include: readonly string[];
  /** And none that fits one of these. */
  readonly exclude: readonly string[];
}

export const everything: Selection = { include: [], exclude: [] };

export function chooseTables(
  schema: SqliteSchema,
  rules: Rules,
  selection: Selection = everything,
): ChosenTables {
  const skipped: NotCarried[] = [];
  const isWanted = ({ name, sql }: Pick<SqliteObject, "name" | "sql">, otherwise: string | null): boolean => {
    const { skip } = rules.table(name);
    const reason = leftOutBy(selection, name) ?? (skip === null ? null : skippedWords(skip)) ?? otherwise;
    if (reason !== null) skipped.push({ type: "table", name, table: name, sql, reason });
    return reason === null;
  };
  const tables = schema.tables.filter((table) =>
    isWanted(table, hasColumns(table, rules) ? null : "all its columns are skipped"),
  );
  // Nobody has to be told that text is lost that nobody wants.
  for (const object of schema.objects) if (lostText(object, schema) !== null) isWanted(object, null);
  return { schema: { ...schema, tables }, skipped };
}

const hasColumns = (table: SqliteTable, rules: Rules): boolean =>
  columnsWithValues(table).some((column) => rules.column(table, column).skip === null);

/** Why a table of this name is left out; null where it is not. */
export function leftOutBy({ include, exclude }: Selection, name: string): string | null {
  const excluded = exclude.find((pattern) => matcherOf(pattern)(name));
  if (excluded !== undefined) return `left out by --exclude ${excluded}`;
  const isIncluded = include.length === 0 || include.some((pattern) => matcherOf(pattern)(name));
  return isIncluded ? null : "left out: no --include fits it";
}

/** Whether a table that is not carried for this reason was left out by the selection, not by a mapping. */
export const isOfSelection = (reason: string): boolean => reason.startsWith("left out");
