/**
 * Which table and column of a target that others made belongs to which of the file: by the names that the mappings give them, and
 * without any by its own, in whatever case or style it stands there.
 */
import type { ColumnPlan } from "../../model/plan.js";
import {
  columnsWithValues,
  type SqliteColumn,
  type SqliteSchema,
  type SqliteTable,
} from "../../model/sqlite.js";
import type { ExistingColumn } from "../columns/existing-type.js";
import { columnNames, wish } from "../names.js";
import { relationNames } from "../relation-names.js";
import { everything, leftOutBy, type Selection } from "../rules/choose-tables.js";
import { skippedWords, type ColumnChoice, type Rules, type Said } from "../rules/rules.js";
import { matchNames, type NameMatch } from "./match-names.js";

/** @typeParam C what is known of a column of the target. */
export interface MatchedTable<C extends ExistingColumn = ExistingColumn> {
  readonly table: SqliteTable;
  /** In the target, whether it is there or not. */
  readonly target: string;
  readonly isThere: boolean;
  readonly match: NameMatch;
  /** Those that have values, and that nobody skips. */
  readonly columns: readonly MatchedColumn<C>[];
  /** Those that mappings skip. */
  readonly skipped: readonly SkippedColumn[];
}

export interface SkippedColumn {
  readonly column: SqliteColumn;
  readonly reason: string;
}

export interface MatchedColumn<C extends ExistingColumn = ExistingColumn> extends Pick<ColumnPlan, "target"> {
  readonly column: SqliteColumn;
  /** Its place among those of the table that have values, and so among their profiles. */
  readonly place: number;
  readonly choice: ColumnChoice;
  readonly match: NameMatch;
  /** Null where the target's table has none of that name, or is not there. */
  readonly there: C | null;
}

export interface Matching<C extends ExistingColumn = ExistingColumn> {
  readonly tables: readonly MatchedTable<C>[];
  /** Tables that mappings skip or the selection leaves out, and why. */
  readonly leftOut: readonly { readonly table: SqliteTable; readonly reason: string }[];
}

/**
 * @param schema with the tables that are left out, for the others' names hang on theirs.
 * @param columns of all tables of the target's schema.
 */
export function matchExisting<C extends ExistingColumn>(
  schema: SqliteSchema,
  columns: readonly C[],
  rules: Rules,
  selection: Selection = everything,
): Matching<C> {
  const names = relationNames(
    schema,
    schema.tables.map(() => null),
    rules,
  ).tables;
  const matches = matchNames(
    schema.tables.map(({ name }) => ({
      source: name,
      rename: rules.table(name).rename,
      styled: names.get(name) ?? name,
    })),
    [...new Set(columns.map(({ table }) => table))],
  );
  const leftOut: { table: SqliteTable; reason: string }[] = [];
  const tables = schema.tables.flatMap((table, at): readonly MatchedTable<C>[] => {
    const match = matches[at]!;
    const isThere = match.kind === "found";
    const target = isThere ? match.target : (names.get(table.name) ?? table.name);
    const { skip } = rules.table(table.name);
    const found = isThere ? columns.filter((column) => column.table === target) : [];
    const matched = matchColumns(table, found, rules);
    const reason =
      leftOutBy(selection, table.name) ??
      (skip !== null && isSkipped(skip, isThere)
        ? skippedWords(skip)
        : matched.length === 0 && columnsWithValues(table).length > 0
          ? "all its columns are skipped"
          : null);
    if (reason === null)
      return [
        { table, target, isThere, match, columns: matched, skipped: skippedColumns(table, matched, rules) },
      ];
    leftOut.push({ table, reason });
    return [];
  });
  return { tables, leftOut };
}

function matchColumns<C extends ExistingColumn>(
  table: SqliteTable,
  found: readonly C[],
  rules: Rules,
): readonly MatchedColumn<C>[] {
  const wanted = table.columns
    .map((column) => ({ column, choice: rules.column(table, column) }))
    .filter(({ choice: { skip } }) => skip === null || skip.isBuiltIn);
  const names = columnNames(
    wanted.map(({ column, choice }) => wish(column.name, rules.names, choice.rename)),
  );
  const matches = matchNames(
    wanted.map(({ column, choice }, at) => ({
      source: column.name,
      rename: choice.rename,
      styled: names[at]!,
    })),
    found.map(({ column }) => column),
  );
  const stored = columnsWithValues(table);
  return wanted.flatMap(({ column, choice }, at): readonly MatchedColumn<C>[] => {
    const match = matches[at]!;
    const target = match.kind === "found" ? match.target : names[at]!;
    const place = stored.indexOf(column);
    const there = found.find((each) => each.column === target) ?? null;
    // A virtual column has no values that could be compared.
    const isWanted = place !== -1 && (choice.skip === null || !isSkipped(choice.skip, there !== null));
    return isWanted ? [{ column, place, target, choice, match, there }] : [];
  });
}

const skippedColumns = (
  table: SqliteTable,
  matched: readonly MatchedColumn[],
  rules: Rules,
): readonly SkippedColumn[] =>
  table.columns.flatMap((column) => {
    const { skip } = rules.column(table, column);
    return skip === null || matched.some((each) => each.column === column)
      ? []
      : [{ column, reason: skippedWords(skip) }];
  });

/** What a mapping that nobody asked for would not have carried is compared all the same where it was. */
const isSkipped = ({ isBuiltIn }: Said<true>, isThere: boolean): boolean => !isBuiltIn || !isThere;
