/** Reads a side of what is compared: what the server refuses is an answer, and no end of the run. */
import type { Session } from "../target/session.js";
import { stoppable } from "../target/stoppable-session.js";
import { targetError } from "../target/target-error.js";
import { throwIfInterrupted } from "./interruption.js";
import { attempt } from "./target/read-transaction.js";
import type { Side } from "./verdict.js";

/**
 * A refusal of the server is the side's answer; a lost connection and Ctrl-C end the run.
 *
 * @throws ToolError.
 */
export const readSide = async <T>(
  session: Session,
  signal: AbortSignal | undefined,
  doing: string,
  work: (session: Session) => Promise<T>,
): Promise<Side<T>> => {
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    const tried = await attempt(session, () => work(stoppable(session, signal)));
    throwIfInterrupted(signal);
    return tried.ok
      ? { read: tried.value, unread: null }
      : { read: null, unread: targetError(tried.error, doing).message };
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
};
