/** Tables that an application fills itself when it makes its schema: which they are, and who points at their rows. */
import { sameName } from "../../model/identifier.js";
import type { NotCarried } from "../../model/plan.js";
import type { TargetColumn, TargetSchema, TargetTable } from "../../model/target-schema.js";
import { placeWords, type Rules, type Said } from "../rules/rules.js";
import type { MatchedTable } from "./match.js";

type Matched = MatchedTable<TargetColumn>;

/** Its rows there stay as they are, and those of the source do not come. */
export interface SeedTable {
  readonly matched: Matched;
  readonly there: TargetTable;
  readonly rowsThere: number;
  /** Columns of the source; empty: nothing is compared. */
  readonly key: Said<readonly string[]>;
}

/** A column on both sides. */
export interface SeedColumn {
  readonly source: string;
  readonly target: string;
}

/**
 * Only tables that have rows there: what the application has not filled is loaded like any other.
 *
 * @param rowsThere of the target's tables, by their names.
 */
export const seedTables = (
  matched: readonly Matched[],
  target: TargetSchema,
  rowsThere: ReadonlyMap<string, number>,
  rules: Rules,
): readonly SeedTable[] =>
  matched.flatMap((each): readonly SeedTable[] => {
    const { seed: key } = rules.table(each.table.name);
    const there = target.tables.find(({ name }) => each.isThere && name === each.target);
    const rows = rowsThere.get(each.target) ?? 0;
    return key === null || there === undefined || rows === 0
      ? []
      : [{ matched: each, there, rowsThere: rows, key }];
  });

export const leftAlone = ({ matched: { table }, key }: SeedTable): NotCarried => ({
  type: "table",
  name: table.name,
  table: table.name,
  sql: table.sql,
  reason: `left alone: it has rows there, which the application makes itself (${placeWords(key.place)})`,
});

/** The columns that tell its rows apart; null where one of them is not on both sides. */
export function keyColumns({ matched, key }: SeedTable): readonly SeedColumn[] | null {
  const columns = key.value.flatMap((name) => columnOf(matched, ({ source }) => sameName(source, name)));
  return columns.length === key.value.length ? columns : null;
}

/** The column on both sides; none where it is on one alone. */
export const columnOf = (
  { columns }: Matched,
  isMeant: (column: SeedColumn) => boolean,
): readonly SeedColumn[] =>
  columns
    .filter(({ there }) => there !== null)
    .map(({ column, target }) => ({ source: column.name, target }))
    .filter(isMeant)
    .slice(0, 1);
