/** What rehearsing a table told, out of its parts. */
import type { PolicyChange } from "../../model/policy.js";
import { mostRejectsListed, type Rehearsal } from "../../model/rehearsal.js";
import type { RejectCount } from "../../model/reject.js";

/**
 * @param parts of one table, in row order, at least one.
 * @returns what one rehearsal would tell of all their rows.
 */
export function mergeRehearsals(parts: readonly Rehearsal[]): Rehearsal {
  return parts.reduce((a, b) => ({
    table: a.table,
    rows: a.rows + b.rows,
    rejected: a.rejected + b.rejected,
    rejects: [...a.rejects, ...b.rejects].slice(0, mostRejectsListed),
    counts: merged(
      [...a.counts, ...b.counts],
      ({ column, code }) => `${code} ${column}`,
      (one, other): RejectCount => ({ ...one, rows: one.rows + other.rows }),
    ),
    changes: merged(
      [...a.changes, ...b.changes],
      ({ column, policy }) => `${policy} ${column}`,
      (one, other): PolicyChange => ({ ...one, values: one.values + other.values }),
    ),
  }));
}

/** Items of one key become one; its place and its example are those of the first. */
function merged<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  add: (one: T, other: T) => T,
): readonly T[] {
  const found = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    const before = found.get(key);
    found.set(key, before === undefined ? item : add(before, item));
  }
  return [...found.values()];
}
