/**
 * Which table and column of a target that others made belongs to which of the file: by the names that the mappings give them,
 * and without any by its own. A name has to be there letter by letter.
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

export interface MatchedTable {
  readonly table: SqliteTable;
  /** In the target, whether it is there or not. */
  readonly target: string;
  readonly isThere: boolean;
  /** Those that are compared. */
  readonly columns: readonly MatchedColumn[];
}

export interface MatchedColumn extends Pick<ColumnPlan, "target"> {
  readonly column: SqliteColumn;
  /** Its place among those of the table that have values, and so among their profiles. */
  readonly place: number;
  readonly choice: ColumnChoice;
  /** Null where the target's table has none of that name, or is not there. */
  readonly there: ExistingColumn | null;
}

export interface Matching {
  readonly tables: readonly MatchedTable[];
  /** Tables that mappings skip or the selection leaves out, and why. */
  readonly leftOut: readonly { readonly table: SqliteTable; readonly reason: string }[];
}

/**
 * @param schema with the tables that are left out, for the others' names hang on theirs.
 * @param columns of all tables of the target's schema.
 */
export function matchExisting(
  schema: SqliteSchema,
  columns: readonly ExistingColumn[],
  rules: Rules,
  selection: Selection = everything,
): Matching {
  const names = relationNames(
    schema,
    schema.tables.map(() => null),
    rules,
  ).tables;
  const leftOut: { table: SqliteTable; reason: string }[] = [];
  const tables = schema.tables.flatMap((table): readonly MatchedTable[] => {
    const target = names.get(table.name) ?? table.name;
    const found = columns.filter((column) => column.table === target);
    const isThere = found.length > 0;
    const { skip } = rules.table(table.name);
    const matched = matchColumns(table, found, rules);
    const reason =
      leftOutBy(selection, table.name) ??
      (skip !== null && isSkipped(skip, isThere)
        ? skippedWords(skip)
        : matched.length === 0 && columnsWithValues(table).length > 0
          ? "all its columns are skipped"
          : null);
    if (reason === null) return [{ table, target, isThere, columns: matched }];
    leftOut.push({ table, reason });
    return [];
  });
  return { tables, leftOut };
}

function matchColumns(
  table: SqliteTable,
  found: readonly ExistingColumn[],
  rules: Rules,
): readonly MatchedColumn[] {
  const wanted = table.columns
    .map((column) => ({ column, choice: rules.column(table, column) }))
    .filter(({ choice: { skip } }) => skip === null || skip.isBuiltIn);
  const names = columnNames(
    wanted.map(({ column, choice }) => wish(column.name, rules.names, choice.rename)),
  );
  const stored = columnsWithValues(table);
  return wanted.flatMap(({ column, choice }, at): readonly MatchedColumn[] => {
    const target = names[at]!;
    const place = stored.indexOf(column);
    const there = found.find((each) => each.column === target) ?? null;
    // A virtual column has no values that could be compared.
    const isCompared = place !== -1 && (choice.skip === null || !isSkipped(choice.skip, there !== null));
    return isCompared ? [{ column, place, target, choice, there }] : [];
  });
}

/** What a mapping that nobody asked for would not have carried is compared all the same where it was. */
const isSkipped = ({ isBuiltIn }: Said<true>, isThere: boolean): boolean => !isBuiltIn || !isThere;
