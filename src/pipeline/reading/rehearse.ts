/**
 * Encodes the rows of tables that may hold values that do not fit, on all lanes, and throws the bytes away: so the plan
 * names the very rows that migrate will reject, and what policies change in the others.
 */
import { recordColumns } from "../../export/sqlite-records.js";
import type { OrphanRows, OrphanRowsByTable } from "../../model/orphans.js";
import type { Plan, TablePlan } from "../../model/plan.js";
import type { TableProfile } from "../../model/profile.js";
import type { Rehearsal } from "../../model/rehearsal.js";
import { mergeRehearsals } from "../../transform/rejects/merge-rehearsals.js";
import {
  asRehearsed,
  asSettled,
  needsAnotherRehearsal,
  needsRehearsal,
} from "../../translate/settle-rejects.js";
import { keyIndexes } from "./key-indexes.js";
import type { LaneTask } from "../lanes/lanes.js";
import type { RunOptions } from "../open.js";
import type { Reading, TableReading } from "./reading.js";
import { orphanRowsOf } from "./orphan-rows.js";
import { RowProgress } from "./row-progress.js";

/** A plan and what rehearsing it told. */
export interface RehearsedPlan {
  readonly plan: Plan;
  /** Of the tables that needed it. */
  readonly rehearsals: readonly Rehearsal[];
  /** The rows that are kept apart for its foreign keys. */
  readonly orphans: OrphanRowsByTable;
}

/**
 * @param profiles one per table of the plan, in its order.
 * @param before of the same tables: those whose columns are still planned so are not read again.
 * @throws ToolError the source codes, `interrupted`.
 */
export async function rehearseTables(
  reading: Reading,
  plan: Plan,
  profiles: readonly TableProfile[],
  before: RehearsedPlan | null,
  options: RunOptions,
): Promise<RehearsedPlan> {
  const sameKeys = JSON.stringify(before?.plan.orphanKeys) === JSON.stringify(plan.orphanKeys);
  const orphans =
    before !== null && sameKeys ? before.orphans : await orphanRowsOf(reading, plan, options.signal);
  const known: Rehearsal[] = [];
  const pieces: TablePieces[] = [];
  for (const [counter, table] of plan.tables.entries()) {
    const apart = orphans.get(table.source) ?? null;
    if (apart === null && !needsRehearsal(table, profiles[counter]!)) continue;
    const same = before === null || !sameKeys ? undefined : sameRehearsal(before, table);
    if (same !== undefined) known.push(same);
    else pieces.push(new TablePieces(asRehearsed(table), reading.tables[counter]!, apart, counter));
  }
  const first = await rehearsePieces(reading, plan, pieces, options);
  const rehearsals = [...known, ...(await asTheyWillBe(reading, plan, first, orphans, options))];
  return { plan: orphans.size === 0 ? { ...plan, orphanKeys: [] } : plan, rehearsals, orphans };
}

/** Once more, where what NOT NULL a table keeps makes a difference to its rejected rows. */
async function asTheyWillBe(
  reading: Reading,
  plan: Plan,
  rehearsals: readonly Rehearsal[],
  orphans: OrphanRowsByTable,
  options: RunOptions,
): Promise<readonly Rehearsal[]> {
  const pieces = plan.tables.flatMap((table, counter) => {
    const rehearsal = rehearsals.find((each) => each.table === table.source);
    const apart = orphans.get(table.source) ?? null;
    return rehearsal !== undefined && needsAnotherRehearsal(table, rehearsal)
      ? [new TablePieces(asSettled(table, rehearsal), reading.tables[counter]!, apart, counter)]
      : [];
  });
  const again = await rehearsePieces(reading, plan, pieces, options);
  return rehearsals.map((rehearsal) => again.find(({ table }) => table === rehearsal.table) ?? rehearsal);
}

const sameRehearsal = ({ plan, rehearsals }: RehearsedPlan, table: TablePlan): Rehearsal | undefined => {
  const before = plan.tables.find(({ source }) => source === table.source);
  return JSON.stringify(before?.columns) === JSON.stringify(table.columns)
    ? rehearsals.find((each) => each.table === table.source)
    : undefined;
};

async function rehearsePieces(
  { lanes }: Reading,
  plan: Plan,
  pieces: readonly TablePieces[],
  { onProgress }: RunOptions,
): Promise<readonly Rehearsal[]> {
  if (pieces.length === 0) return [];
  const rows = pieces.reduce((sum, { table }) => sum + table.rows, 0);
  onProgress?.({ kind: "phase", phase: "rehearse", tables: pieces.length, rows });
  const counted = plan.tables.map((table) => ({ name: table.source, total: () => table.rows }));
  const progress = new RowProgress("rehearse", counted, lanes.counters, onProgress);
  try {
    // The biggest first: what is left at the end should be small.
    const inOrder = [...pieces].sort((a, b) => b.reading.bytes - a.reading.bytes);
    await lanes.run(inOrder.flatMap((piece) => piece.tasks(progress)));
  } finally {
    progress.end();
  }
  return pieces.map((piece) => piece.merged());
}

/** The rehearsals of a table's parts as they come in. */
class TablePieces {
  readonly table: TablePlan;
  readonly reading: TableReading;
  readonly #orphans: OrphanRows | null;
  readonly #counter: number;
  readonly #parts: (Rehearsal | null)[];
  #missing: number;

  constructor(table: TablePlan, reading: TableReading, orphans: OrphanRows | null, counter: number) {
    this.#orphans = orphans;
    this.table = table;
    this.reading = reading;
    this.#counter = counter;
    this.#parts = reading.parts.map(() => null);
    this.#missing = reading.parts.length;
  }

  tasks(progress: RowProgress): readonly LaneTask[] {
    const { table, reading } = this;
    const counter = this.#counter;
    return reading.parts.map(({ rows }, part) => ({
      takes: (lane) => lane.reads === rows.by,
      run: async (lane) => {
        progress.begin(counter);
        this.#parts[part] = await lane.do({
          kind: "rehearse",
          rows,
          table,
          recordColumns: recordColumns(reading.table),
          keyIndexes: keyIndexes(reading.table),
          orphans: this.#orphans,
          counter,
        });
        this.#missing -= 1;
        if (this.#missing === 0) progress.done(counter, table.rows);
        return [];
      },
    }));
  }

  merged(): Rehearsal {
    return mergeRehearsals(this.#parts.filter((part) => part !== null));
  }
}
