/** Waiting that can be interrupted. */
import { ToolError } from "../errors.js";

/** @throws ToolError `interrupted` when the signal was given. */
export const refuseIfAborted = (path: string, signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) {
    throw new ToolError("interrupted", `opening ${path} was interrupted`, null, { cause: signal.reason });
  }
};

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
