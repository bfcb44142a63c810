/** Who proves parts, and where: here they go one after another, over one session; threads do it side by side (pipeline/proof/prove.ts). */
import type { OnProgress } from "../model/progress.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { throwIfInterrupted } from "./interruption.js";
import type { Located } from "./locate/located.js";
import { locate, type LocateJob } from "./locate/job.js";
import type { Part } from "./part.js";
import { provePartAgain, type PartTask, type ProvenPart } from "./resume/prove-again.js";
import type { RecordRows } from "./source/record-rows.js";
import type { Side } from "./verdict.js";

/** Tells progress itself. Its work may be done in any order; what it tells of is named by its place in the list. */
export interface PartRunner {
  /** @throws ToolError as provePartAgain. */
  prove(tasks: readonly PartTask[], onProof: (index: number, proven: ProvenPart) => void): Promise<void>;
  /** @throws ToolError as locate. */
  locate(
    jobs: readonly LocateJob[],
    onLocated: (index: number, located: Side<Located>) => void,
  ): Promise<void>;
}

/** @param session inside a transaction of read-transaction.ts. */
export const partsInTurn = (
  { database, path, location }: Source,
  session: Session,
  { onProgress, signal, recordsOf }: RunnerOptions,
): PartRunner => ({
  prove: async (tasks, onProof) => {
    let rowsBefore = 0;
    for (const [index, task] of tasks.entries()) {
      throwIfInterrupted(signal);
      const { part } = task;
      const { source: table, rows: totalRows } = part.table;
      const onRows = (rows: number): void =>
        onProgress?.({ kind: "table", phase: "validate", table, rows: rowsBefore + rows, totalRows });
      const proven = await provePartAgain(
        { database, path, location, session, signal, onRows, records: recordsOf?.(part) ?? null },
        task,
      );
      onProof(index, proven);
      rowsBefore += proven.proof.source.read?.rows ?? 0;
      if (tasks[index + 1]?.part.table !== part.table) {
        onProgress?.({ kind: "table-done", phase: "validate", table, rows: rowsBefore });
        rowsBefore = 0;
      }
    }
  },
  locate: async (jobs, onLocated) => {
    for (const [index, job] of jobs.entries()) {
      throwIfInterrupted(signal);
      onLocated(
        index,
        await locate(
          { database, path, location, session, signal, onRows: () => undefined, records: null },
          job,
        ),
      );
    }
  },
});

export interface RunnerOptions {
  /** The rows of a part by the page reader, where that is wanted and can be; default: SQLite reads. */
  readonly recordsOf?: ((part: Part) => RecordRows | null) | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}
