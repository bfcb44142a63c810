/** status: what sqlift has done in a target, and what of it is left to do. */
import type { StatusOutcome } from "../model/outcome.js";
import { readHistory } from "../target/history/read.js";
import { withCancelling } from "./cancelling.js";
import { openTargetFor, type RunOptions } from "./open.js";

export type StatusOptions = Pick<RunOptions, "environment" | "role" | "schema" | "signal" | "onProgress">;

/**
 * Reads the run history of a target; writes nothing, and makes no embedded database.
 *
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @throws ToolError the target's codes, `interrupted`.
 */
export async function status(targetSpec: string, options: StatusOptions = {}): Promise<StatusOutcome> {
  const started = performance.now();
  const target = await openTargetFor(targetSpec, options, true);
  try {
    const session = await target.open();
    const { runs } = await withCancelling(session, options.signal, readHistory);
    return {
      runs: runs.filter(({ schema }) => options.schema === undefined || schema === options.schema),
      target: target.place,
      elapsedSeconds: (performance.now() - started) / 1000,
    };
  } finally {
    await target.close();
  }
}
