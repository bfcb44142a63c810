/** Who says by a number which row is meant of a table that an application fills itself. */
import { sameName } from "../../model/identifier.js";
import type { TargetColumn, TargetSchema } from "../../model/target-schema.js";
import type { MatchedTable } from "./match.js";
import { columnOf, keyColumns, type SeedColumn, type SeedTable } from "./seed-tables.js";

export interface SeedPlace {
  readonly target: TargetSchema;
  /** All that are left alone. */
  readonly seeds: readonly SeedTable[];
  /** Tables that get rows. */
  readonly loaded: readonly MatchedTable<TargetColumn>[];
}

export interface SeedPointers {
  /** The columns that are pointed at, beside those of its key. */
  readonly columns: readonly SeedColumn[];
  /** Tables of the source. */
  readonly tables: readonly string[];
}

/**
 * Tables whose rows come; and others that are left alone, whose rows are told apart by such a number and are pointed at in turn: their own
 * numbers could not be compared otherwise. A foreign key of either side counts.
 */
export function pointersAt(
  seed: SeedTable,
  place: SeedPlace,
  seen: readonly SeedTable[] = [seed],
): SeedPointers {
  const ofSeeds = place.seeds
    .filter((other) => !seen.includes(other))
    .flatMap((other) => {
      const links = linksBetween(other.matched, seed, place.target).filter(({ from }) =>
        from.some((name) => other.key.value.some((key) => sameName(key, name))),
      );
      const isPointedAt = links.length > 0 && pointersAt(other, place, [...seen, other]).tables.length > 0;
      return isPointedAt ? links : [];
    });
  const links = [...place.loaded.flatMap((table) => linksBetween(table, seed, place.target)), ...ofSeeds];
  const key = keyColumns(seed) ?? [];
  const columns = new Map(links.flatMap(({ to }) => to).map((column) => [column.target, column] as const));
  return {
    columns: [...columns.values()].filter(({ target }) => !key.some((each) => each.target === target)),
    tables: [...new Set(links.map(({ table }) => table))],
  };
}

/** Names in the source of those that are left alone as well and point at it, one by the other. */
export function seedsAlong(seed: SeedTable, { seeds, target }: SeedPlace): readonly string[] {
  const along = new Set([seed]);
  for (const parent of along)
    for (const other of seeds) if (linksBetween(other.matched, parent, target).length > 0) along.add(other);
  return [...along].filter((each) => each !== seed).map(({ matched }) => matched.table.name);
}

interface SeedLink {
  readonly table: string;
  /** Columns of the source. */
  readonly from: readonly string[];
  readonly to: readonly SeedColumn[];
}

function linksBetween(
  child: MatchedTable<TargetColumn>,
  { matched, there }: SeedTable,
  target: TargetSchema,
): readonly SeedLink[] {
  const { table } = child;
  const ofSource = table.foreignKeys
    .filter(({ parentTable }) => sameName(parentTable, matched.table.name))
    .map(({ childColumns, parentColumns }) => ({
      table: table.name,
      from: childColumns,
      to: (parentColumns ?? matched.table.primaryKey).flatMap((name) =>
        columnOf(matched, ({ source }) => sameName(source, name)),
      ),
    }));
  const links = target.tables.find(({ name }) => child.isThere && name === child.target)?.links ?? [];
  const ofTarget = links
    .filter(({ parentSchema, parentTable }) => parentSchema === target.schema && parentTable === there.name)
    .map(({ columns, parentColumns }) => ({
      table: table.name,
      from: columns.flatMap((name) =>
        columnOf(child, (column) => column.target === name).map(({ source }) => source),
      ),
      to: parentColumns.flatMap((name) => columnOf(matched, (column) => column.target === name)),
    }));
  return [...ofSource, ...ofTarget];
}
