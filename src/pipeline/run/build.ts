/** Builds the planned tables in a schema of the run: data, keys and indexes on all lanes, then the foreign keys. */
import { runStatement, runStep } from "../../import/finish.js";
import { quote } from "../../model/identifier.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { Plan, TablePlan } from "../../model/plan.js";
import type { Connection } from "../../target/connection/connection.js";
import type { Session } from "../../target/session.js";
import { caselessSql } from "../../translate/statements/caseless.js";
import {
  finishPlan,
  type CheckStep,
  type ForeignKeyStep,
  type TableFinish,
} from "../../translate/statements/finish-plan.js";
import { makeWords, Refusals, type Answers } from "./refusals.js";
import { isWorker, type LaneTask } from "../lanes/lanes.js";
import { TableLoad } from "./load.js";
import { orphanRowsOf } from "../reading/orphan-rows.js";
import type { RunOptions } from "../open.js";
import { throwIfInterrupted } from "../pause.js";
import type { Reading } from "../reading/reading.js";
import { copyProgress } from "../reading/row-progress.js";
import type { RunSteps } from "./run-steps.js";

export interface BuildInput {
  readonly reading: Reading;
  readonly plan: Plan;
  readonly session: Session;
  /** For the lanes' own sessions. */
  readonly connection: Connection;
  readonly run: number;
  /** The run's own. */
  readonly schema: string;
  readonly steps: RunSteps;
  readonly options: RunOptions;
}

export interface Built extends Answers {
  readonly tables: readonly TableOutcome[];
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`. */
export async function buildTables(input: BuildInput): Promise<Built> {
  const finishes = finishPlan(input.schema, input.plan);
  const refusals = new Refusals();
  for (const sql of caselessSql(input.schema, input.plan))
    await runStatement(input.session, sql, "make what columns without case need");
  const tables = await loadTables(input, finishes, refusals);
  await linkTables(input, finishes, refusals);
  return { tables, ...(await refusals.answers(input.session, input.schema, finishes)) };
}

async function loadTables(
  { reading, plan, session, connection, run, schema, steps, options }: BuildInput,
  finishes: readonly TableFinish[],
  refusals: Refusals,
): Promise<readonly TableOutcome[]> {
  const { onProgress, signal } = options;
  const progress = copyProgress(plan.tables, reading.lanes.counters, onProgress);
  try {
    const orphans = await orphanRowsOf(reading, plan, signal);
    let tablesLeft = plan.tables.length;
    const onCopied = (): void => {
      tablesLeft -= 1;
      if (tablesLeft === 0)
        onProgress?.({ kind: "phase", phase: "keys", tables: plan.tables.length, rows: null });
    };
    const loads = finishes.map((finish, counter) => {
      const tableReading = reading.tables[counter]!;
      return new TableLoad({
        reading: tableReading,
        finish,
        run,
        schema,
        orphans: orphans.get(finish.table.source) ?? null,
        counter,
        refusals,
        progress,
        steps,
        onCopied,
      });
    });
    for (const load of loads.filter(({ isMadeByCopy }) => !isMadeByCopy)) {
      throwIfInterrupted(signal);
      await runStatement(session, load.createSql, `create table ${quote(load.table.target)}`);
    }
    await reading.lanes.connect(connection, reading.tables);
    // The biggest first: what is left at the end should be small.
    const inOrder = [...loads].sort((a, b) => b.bytes - a.bytes);
    await reading.lanes.run(inOrder.flatMap((load) => load.tasks()));
    return loads.map((load) => load.outcome());
  } finally {
    progress.end();
  }
}

/** Checks and foreign keys: one of these locks two tables for a moment, so they are added one by one, and proven side by side. */
async function linkTables(
  { session, reading, options }: BuildInput,
  finishes: readonly TableFinish[],
  refusals: Refusals,
): Promise<void> {
  const proofs: LaneTask[] = [];
  for (const { table, checks, foreignKeys } of finishes) {
    const added: ProvableStep[] = [];
    for (const step of [...checks, ...foreignKeys]) {
      throwIfInterrupted(options.signal);
      const result = await runStep(session, step.addSql, makeWords(table, step));
      if (refusals.noteMade(step, result) && isProvable(step)) added.push(step);
    }
    if (added.length > 0) proofs.push(proofTask(table, added, refusals));
  }
  await reading.lanes.run(proofs);
}

/** One task a table: two validations of one table would lock each other. */
const proofTask = (table: TablePlan, added: readonly ProvableStep[], refusals: Refusals): LaneTask => ({
  takes: isWorker,
  run: async (lane) => {
    const steps = added.map((step) => ({ sql: step.validateSql, doing: makeWords(table, step) }));
    const results = await lane.do({ kind: "steps", steps });
    added.forEach((step, index) => refusals.noteValid(step, results[index]!));
    return [];
  },
});

type ProvableStep = (CheckStep | ForeignKeyStep) & { readonly validateSql: string };

const isProvable = (step: CheckStep | ForeignKeyStep): step is ProvableStep => step.validateSql !== null;
