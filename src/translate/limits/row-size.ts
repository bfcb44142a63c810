/**
 * How many bytes a row takes of its page at the least: PostgreSQL moves long values out of it, but no number, and a row has to be on one
 * page (src/include/access/htup_details.h, heaptoast.c, detoast.h).
 */
import { copiedColumns, type ColumnPlan, type Plan, type TablePlan } from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";
import type { ColumnProfile, TableProfile } from "../../model/profile.js";
import { aligned, fixedField, varyingBytes } from "./entry-size.js";

/** MaxHeapTupleSize with pages of 8 kB. */
export const largestRow = 8160;

const tupleHeader = 23;
const maximumAlignment = 8;

/** Longer values are moved out or compressed: no pointer is longer than that. */
const longestKept = 24;
/** Less than a pointer, which has 18 bytes, for a value may compress to less: a header of 8, and hardly less than 4 behind it. */
const leastMoved = 12;

/** @param sourceBytes of each column's value in SQLite, as text where it is a number; null: NULL. */
export function leastRowBytes(types: readonly PgType[], sourceBytes: readonly (number | null)[]): number {
  const bitmap = sourceBytes.includes(null) ? Math.ceil(types.length / 8) : 0;
  let end = aligned(tupleHeader + bitmap, maximumAlignment);
  for (const [at, type] of types.entries()) {
    const bytes = sourceBytes[at] ?? null;
    if (bytes === null) continue;
    const fixed = fixedField(type);
    end = fixed === null ? end + leastVarying(type, bytes) : aligned(end, fixed.align) + fixed.bytes;
  }
  return aligned(end, maximumAlignment);
}

/** Of a type with a form that is not as long as its text, no more than a header is certain. */
function leastVarying(type: PgType, sourceBytes: number): number {
  const isAsLong = type.name === "text" || type.name === "bytea" || type.name === "citext";
  if (!isAsLong || varyingBytes(type, sourceBytes) === null) return 1;
  return 1 + sourceBytes <= longestKept ? 1 + sourceBytes : leastMoved;
}

/** @returns the tables in which a row may be too long, by the longest value of each column alone. */
export const doubtfulRows = (
  { tables }: Pick<Plan, "tables">,
  profiles: readonly TableProfile[],
): readonly DoubtfulRows[] =>
  tables.flatMap((table) => {
    const counted = profiles.find((each) => each.table === table.source);
    const columns = copiedColumns(table);
    const most = columns.map((column) => {
      const counts = counted?.columns.find((each) => each.column === column.source);
      return counts === undefined || isEmpty(counts) ? null : longestKept - 1;
    });
    const types = columns.map(({ type }) => type);
    return leastRowBytes(types, most) > largestRow ? [{ table, columns }] : [];
  });

export interface DoubtfulRows {
  readonly table: TablePlan;
  readonly columns: readonly ColumnPlan[];
}

const isEmpty = ({ integers, reals, texts, blobs }: ColumnProfile): boolean =>
  integers.count + reals.count + texts.count + blobs.count === 0;
