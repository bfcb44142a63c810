/** status: what sqlift has done in a target, and what of it is left to do. */
import type { StatusOutcome } from "../model/outcome.js";
import { readHistory } from "../target/history/read.js";
import { acceptScripts } from "./steps/accept.js";
import { withCancelling } from "./cancelling.js";
import { openTargetFor, type RunOptions } from "./open.js";

export interface StatusOptions extends Pick<
  RunOptions,
  "environment" | "role" | "schema" | "signal" | "onProgress"
> {
  /** SQL files that count as done from now on, as they are; default: none. */
  readonly accept?: readonly string[] | undefined;
}

/**
 * Reads the run history of a target; writes nothing but what is to be accepted, and makes no embedded database.
 *
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @throws ToolError the target's codes, `interrupted`; as acceptScripts.
 */
export async function status(targetSpec: string, options: StatusOptions = {}): Promise<StatusOutcome> {
  const started = performance.now();
  const target = await openTargetFor(targetSpec, options, true);
  try {
    const session = await target.open();
    const { accept = [], schema, signal } = options;
    if (accept.length > 0) await withCancelling(session, signal, (asking) => acceptScripts(asking, accept));
    const { runs, scripts } = await withCancelling(session, signal, readHistory);
    const shown = runs.filter((run) => schema === undefined || run.schema === schema);
    const isShown = (run: number): boolean => shown.some((each) => each.run === run);
    return {
      runs: shown,
      steps: scripts.filter(({ run }) => run === null || isShown(run)),
      target: target.place,
      elapsedSeconds: (performance.now() - started) / 1000,
    };
  } finally {
    await target.close();
  }
}
