/** Rows that an application makes itself, of both sides: which are missing, and which are others by the numbers that point at them. */
import type { SeedDifference } from "../../model/existing-finding.js";

/** A cell as text. */
type Cell = string | null;

export interface SeedComparison {
  /** Of the source, which the target has not: their keys. */
  readonly behind: readonly (readonly Cell[])[];
  readonly differ: readonly SeedDifference[];
}

/**
 * A number that is another row's there is worse than one that is nobody's: no foreign key would notice.
 *
 * @param here rows of the source: the columns of the key first, then those that are pointed at; and so `there`.
 * @param width how many columns the key has.
 */
export function compareSeeds(
  here: readonly (readonly Cell[])[],
  there: readonly (readonly Cell[])[],
  width: number,
): SeedComparison {
  const numbers = new Map<string, string[]>();
  const keys = new Map<string, readonly Cell[]>();
  for (const row of there) {
    const { key, number } = parts(row, width);
    const name = JSON.stringify(key);
    numbers.set(name, [...(numbers.get(name) ?? []), number]);
    keys.set(number, key);
  }
  const behind: (readonly Cell[])[] = [];
  const differ: SeedDifference[] = [];
  for (const row of here) {
    const { key, number } = parts(row, width);
    const same = numbers.get(JSON.stringify(key));
    if (same === undefined) behind.push(key);
    if (row.length === width || same?.includes(number) === true) continue;
    const instead = keys.get(number) ?? null;
    if (same !== undefined || instead !== null)
      differ.push({ key, here: number, there: same?.[0] ?? null, instead });
  }
  return { behind, differ };
}

const parts = (row: readonly Cell[], width: number) => ({
  key: row.slice(0, width),
  number: row
    .slice(width)
    .map((cell) => cell ?? "NULL")
    .join(", "),
});
