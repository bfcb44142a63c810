/** How a load into tables that were there ends where it cannot go on: without a trace, or with what is left, and how it goes. */
import { ToolError } from "../../errors.js";
import { takeBack } from "../../import/existing/take-back.js";
import type { Finding } from "../../model/finding.js";
import { readLoads } from "../../target/history/run-marks.js";
import { endRunSql } from "../../target/history/runs.js";
import { readSetAside } from "../../target/history/set-aside.js";
import type { Session } from "../../target/session.js";
import { planRemoval } from "../../translate/existing/quiet.js";
import type { RunResult } from "../run/run-result.js";
import { nothingDone } from "../run/blocked.js";
import { alsoSaying, statusAfter } from "../run/run-end.js";
import type { LoadingRun } from "./loading-run.js";

/** @throws ToolError the target's codes; `target-failed` where the rows can no longer be told from others'. */
export async function refuseLoad(loading: LoadingRun, message: string): Promise<void> {
  const refusals = await takeOut(loading, endRunSql(loading.run, "refused", message));
  if (refusals.length > 0)
    throw new ToolError(
      "target-failed",
      `The run is refused: ${message}. ${refusals.join(" ")}`,
      leftHint(loading),
    );
}

/** Cleans up as far as is right and possible, and returns the error that says what is left. */
export async function abandonLoad(loading: LoadingRun, thrown: unknown): Promise<unknown> {
  const { session, run, steps, options } = loading;
  const cause = options.signal?.aborted === true ? new ToolError("interrupted", "Interrupted.") : thrown;
  const status = statusAfter(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  try {
    if (status === "failed" && cause instanceof ToolError) {
      const isClean = await isNothingLeft(session, run);
      await session.query(endRunSql(run, isClean ? "interrupted" : status, message));
      await steps.write(session, run);
      return alsoSaying(cause, isClean ? nothingRemains : leftHint(loading));
    }
    const refusals = await takeOut(loading, endRunSql(run, status, message));
    if (refusals.length > 0) return alsoSaying(cause, [...refusals, leftHint(loading)].join("\n"));
    return cause instanceof ToolError ? alsoSaying(cause, nothingRemains) : cause;
  } catch {
    // The connection is gone with the fault: then nothing can be done there, but it is said here.
    return alsoSaying(cause, leftHint(loading));
  }
}

export const nothingRemains = "Nothing of this run remains in the target.";

const isNothingLeft = async (session: Session, run: number): Promise<boolean> =>
  (await readLoads(session, run)).length === 0 && (await readSetAside(session, run)).length === 0;

/**
 * @param closingSql what ends the run in the same transaction; null: it has not ended yet.
 * @returns why nothing was taken out.
 * @throws ToolError as takeBack.
 */
export async function takeOut(
  { session, plan, run, steps, options }: LoadingRun,
  closingSql: string | null,
): Promise<readonly string[]> {
  await steps.write(session, run);
  const { refusals } = await takeBack(
    session,
    { run, schema: plan.schema },
    {
      plan: planRemoval,
      close: async () => {
        if (closingSql !== null) await session.query(closingSql);
      },
      onWait: (told) => options.onProgress?.({ kind: "says", message: told }),
    },
  );
  return refusals;
}

/** What the tables do not take, and no row is there of. */
export const refusedResult = ({ plan, run }: LoadingRun, found: readonly Finding[]): RunResult => ({
  status: "refused",
  run,
  ...nothingDone(plan, found),
});

export const leftHint = ({ run, existing }: LoadingRun): string =>
  `Rows of run ${run} may be in the target's tables${existing.setAside.length === 0 ? "" : ", and foreign keys and triggers away"}; ` +
  `all of it goes, and these come back, by: sqlift undo TARGET ${run}. The next sqlift migrate into these tables does the same first.`;
