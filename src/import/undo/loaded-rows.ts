/** Which rows of a table a run has loaded, by the books of the run (docs/decisions/history.md, "Undo"). */
import type { UndoTable } from "../../model/undo.js";
import { countRowsBy, type LoadRecord } from "../../target/history/run-marks.js";
import type { Session } from "../../target/session.js";

/**
 * @param made what the run called it.
 * @param identity SQL of its name now; null: it is gone.
 * @param loads of the whole run.
 */
export async function inspectTable(
  session: Session,
  made: string,
  identity: string | null,
  loads: readonly LoadRecord[],
): Promise<UndoTable> {
  const own = loads.filter(({ table }) => table === made);
  const loaded = sum(own.map(({ rows }) => rows));
  if (identity === null) return { name: null, made, loaded, there: 0, others: 0 };
  const found = await countRowsBy(session, identity);
  // Several slices may be of one transaction.
  const rowsOf = new Map<string, number>();
  for (const { xmin, rows } of own) rowsOf.set(xmin, (rowsOf.get(xmin) ?? 0) + rows);
  // More of one transaction than it loaded would be others' rows with the same 32 bits.
  const there = sum([...rowsOf].map(([xmin, rows]) => Math.min(rows, found.get(xmin) ?? 0)));
  return { name: identity, made, loaded, there, others: sum([...found.values()]) - there };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** What the rows of the books say of themselves. */
export function bookRefusals(loads: readonly LoadRecord[]): readonly string[] {
  if (!loads.every(({ isWitness }) => isWitness))
    return [
      "The database was restored from a dump, or its history was copied: which rows the run loaded cannot be seen any more.",
    ];
  return loads.every(({ isRecent }) => isRecent)
    ? []
    : [
        "More than four billion transactions have begun since: which rows the run loaded cannot be seen any more.",
      ];
}
