/**
 * Runs into existing tables that were cut off, or that failed, are repaired by whoever migrates next: before that, neither the rows nor
 * the catalogs are the application's. A plan writes nothing, so it says so instead.
 */
import { ToolError } from "../../errors.js";
import { isAway, itemWords, readStates } from "../../import/existing/item-state.js";
import { repairLoadedRun, repairStagedRun, type Repaired } from "../../import/existing/undo.js";
import { readOpenRuns, underWay, type OpenRun } from "../../target/history/open-runs.js";
import { readSetAside } from "../../target/history/set-aside.js";
import type { Session, Target } from "../../target/session.js";
import { planRemoval } from "../../translate/existing/quiet.js";
import { withCancelling } from "../cancelling.js";
import { defaultSchema, plannedTarget, type RunOptions } from "../open.js";

/**
 * @throws ToolError `target-in-the-way` where somebody else brings rows into the very tables; of a run that cannot be repaired what the
 *   target says, unless this migration has nothing to do with its tables.
 */
export async function repairRuns(target: Target, options: RunOptions): Promise<void> {
  const { signal, onProgress, intoExisting = false } = options;
  const schema = plannedTarget(options, target).schema ?? defaultSchema;
  const session = await target.open();
  const says = (message: string): void => onProgress?.({ kind: "says", message });
  try {
    await withCancelling(session, signal, async (repairing) => {
      for (const run of await readOpenRuns(repairing)) {
        const isOurs = intoExisting && run.schema === schema;
        if (run.isHeld && isOurs) throw underWay(run);
        // What others let stand of a run that failed is nobody's trouble, unless it is in the way.
        if (!run.isHeld && (isOurs || run.isAside || run.failure === null))
          await repairOne(repairing, run, isOurs, { signal, says });
      }
    });
  } finally {
    await session.end();
  }
}

interface Telling {
  readonly signal: AbortSignal | undefined;
  readonly says: (message: string) => void;
}

async function repairOne(
  session: Session,
  run: OpenRun,
  isOurs: boolean,
  { signal, says }: Telling,
): Promise<void> {
  const words = runWords(run);
  const message = run.failure ?? "It was cut off.";
  try {
    if (run.strategy === "staged") {
      await repairStagedRun(session, run.run, message);
      says(`${words}: none of its rows had come over, and its own tables are gone`);
      return;
    }
    const removing = { plan: planRemoval, signal, onWait: says };
    const repaired = await repairLoadedRun(session, run, message, removing);
    says(`${words}: ${repairWords(repaired)}`);
  } catch (error) {
    if (isOurs || !(error instanceof ToolError) || error.code === "interrupted") throw error;
    says(`${words}, and cannot be repaired: ${error.message}`);
  }
}

const runWords = ({ run, sourceFile, failure }: OpenRun): string =>
  `run ${run} (${sourceFile}) ${failure === null ? "was cut off" : "failed"}`;

const repairWords = ({ refusals, broken }: Repaired): string =>
  [
    refusals.length === 0
      ? "its rows are out again, and what it set aside is back"
      : `its rows stay, and what it set aside is back. ${refusals.join(" ").replace(/\.$/u, "")}`,
    ...broken.map(
      ({ record, message }) => `${itemWords(record)} is NOT VALID, for rows break it: ${message}`,
    ),
  ].join("; ");

/**
 * Where something of a run is away, the catalogs do not say what the application has made.
 *
 * @throws ToolError `target-history`, and `target-in-the-way` while somebody does the run; the target's codes.
 */
export async function refuseSetAside(session: Session, schema: string): Promise<void> {
  for (const run of await readOpenRuns(session)) {
    if (run.schema !== schema) continue;
    const records = await readSetAside(session, run.run);
    const states = await readStates(session, records);
    const away = records.filter((record, at) => isAway(record, states[at]!));
    if (away.length === 0) continue;
    if (run.isHeld) throw underWay(run);
    throw new ToolError(
      "target-history",
      `In the target, ${runWords(run)}, and what it set aside is away: ${away.map(itemWords).join(", ")}.`,
      `Put it back: sqlift undo TARGET ${run.run}. Or go on: sqlift migrate does the same before it begins.`,
    );
  }
}
