/** The profile of a table out of the profiles of its parts. */
import type { ColumnProfile, TableProfile } from "../../model/profile.js";
import { mostOthers } from "./misfits.js";

/**
 * @param parts of one table, in row order, at least one.
 * @returns what one classifier would say of all their rows.
 */
export function mergeProfiles(parts: readonly TableProfile[]): TableProfile {
  return parts.reduce((a, b) => ({
    table: a.table,
    rows: a.rows + b.rows,
    columns: a.columns.map((column, index) => mergeColumns(column, b.columns[index]!)),
  }));
}

function mergeColumns(a: ColumnProfile, b: ColumnProfile): ColumnProfile {
  return {
    column: a.column,
    nulls: a.nulls + b.nulls,
    integers: {
      ...added(a.integers, b.integers),
      smallest: extreme(a.integers.smallest, b.integers.smallest, (x, y) => x < y),
      largest: extreme(a.integers.largest, b.integers.largest, (x, y) => x > y),
    },
    reals: added(a.reals, b.reals),
    texts: {
      ...added(a.texts, b.texts),
      longestCharacters: Math.max(a.texts.longestCharacters, b.texts.longestCharacters),
      longestBytes: Math.max(a.texts.longestBytes, b.texts.longestBytes),
    },
    blobs: { ...added(a.blobs, b.blobs), longestBytes: Math.max(a.blobs.longestBytes, b.blobs.longestBytes) },
    times: added(a.times, b.times),
    largestTime: Math.max(a.largestTime, b.largestTime),
    midnights: a.midnights + b.midnights,
    wholeDigits: Math.max(a.wholeDigits, b.wholeDigits),
    scaleDigits: Math.max(a.scaleDigits, b.scaleDigits),
    misfits: mergeMisfits(a.misfits, b.misfits),
    // The earliest part that has one.
    examples: { ...b.examples, ...a.examples },
  };
}

function mergeMisfits(a: ColumnProfile["misfits"], b: ColumnProfile["misfits"]): ColumnProfile["misfits"] {
  if (a === null || b === null || a.others + b.others > mostOthers) return null;
  const wordPairs = [...new Set([...a.wordPairs, ...b.wordPairs])].sort((one, other) => one - other);
  return { ...added(a, b), wordPairs };
}

/** Counts add up; what is no number stays as in `a`. */
function added<T extends object>(a: T, b: T): T {
  const values = b as Readonly<Record<string, unknown>>;
  const sums = Object.entries(a).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === "number" ? value + (values[key] as number) : value,
  ]);
  return Object.fromEntries(sums) as T;
}

function extreme(
  a: string | null,
  b: string | null,
  isFurther: (a: bigint, b: bigint) => boolean,
): string | null {
  if (a === null || b === null) return a ?? b;
  return isFurther(BigInt(b), BigInt(a)) ? b : a;
}
