/** undo: removes what a run brought into a target, and nothing else. */
import { ToolError } from "../errors.js";
import { inspectLoadedRun, undoLoadedRun } from "../import/existing/undo.js";
import type { Waiting } from "../import/existing/locks.js";
import { inspectRun } from "../import/undo/facts.js";
import { removeRun } from "../import/undo/remove.js";
import { isAmongOthers, isInPlace, isLeftBehind, type RunRecord } from "../model/history.js";
import type { UndoFacts, UndoOutcome } from "../model/undo.js";
import { readHistory } from "../target/history/read.js";
import type { Session } from "../target/session.js";
import { planRemoval } from "../translate/existing/quiet.js";
import { withCancelling } from "./cancelling.js";
import { openTargetFor, type RunOptions } from "./open.js";

export interface UndoOptions extends Pick<RunOptions, "environment" | "role" | "signal" | "onProgress"> {
  /** Told what would be removed, before anything is; false: nothing is. Default: nobody is asked. */
  readonly confirm?: ((facts: UndoFacts) => Promise<boolean>) | undefined;
}

/**
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @param run its number; null: the newest one of which something is there.
 * @throws ToolError `usage` for a run that the history does not know, the target's codes, `interrupted`.
 */
export async function undo(
  targetSpec: string,
  run: number | null,
  options: UndoOptions = {},
): Promise<UndoOutcome> {
  const started = performance.now();
  const target = await openTargetFor(targetSpec, options, true);
  try {
    const session = await target.open();
    const { record, facts } = await withCancelling(session, options.signal, async (looking) => {
      const { runs } = await readHistory(looking);
      const record = chosenRun(runs, run);
      return { record, facts: await inspect(looking, record) };
    });
    const onWait = (message: string): void => options.onProgress?.({ kind: "says", message });
    const finish = (status: UndoOutcome["status"], told: UndoFacts): UndoOutcome => ({
      ...told,
      status,
      target: target.place,
      elapsedSeconds: (performance.now() - started) / 1000,
    });
    if (facts.refusals.length > 0 && facts.comesBack.length === 0) return finish("refused", facts);
    if ((await options.confirm?.(facts)) === false) return finish("shown", facts);
    const removed = await withCancelling(session, options.signal, (removing) =>
      remove(removing, record, { signal: options.signal, onWait }),
    );
    return finish(removed.refusals.length > 0 ? "refused" : "undone", removed);
  } finally {
    await target.close();
  }
}

const inspect = async (session: Session, run: RunRecord): Promise<UndoFacts> =>
  isAmongOthers(run) ? inspectLoadedRun(session, run) : (await inspectRun(session, run)).facts;

/** @returns with refusals where nothing was removed. */
const remove = async (session: Session, run: RunRecord, waiting: Waiting): Promise<UndoFacts> =>
  isAmongOthers(run)
    ? undoLoadedRun(session, run, { plan: planRemoval, ...waiting })
    : removeRun(session, run);

/** @throws ToolError `usage`. */
function chosenRun(runs: readonly RunRecord[], number: number | null): RunRecord {
  const found = runs.find((run) =>
    number === null ? isInPlace(run) || isLeftBehind(run) : run.run === number,
  );
  if (found !== undefined) return found;
  throw new ToolError(
    "usage",
    number === null ? "There is no run here to undo." : `There is no run ${number} here.`,
    "sqlift status TARGET lists the runs.",
  );
}
