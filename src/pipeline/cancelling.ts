/** Waiting for a server that may let us wait: for a lock that somebody else holds, for one. */
import type { Session } from "../target/session.js";
import { stoppable } from "../target/stoppable-session.js";
import { throwIfInterrupted } from "./pause.js";

/**
 * Does `work`, and cancels the statement that `session` waits for when the signal is given. `work` is given the session in
 * a form that begins none after that.
 *
 * @throws ToolError `interrupted` then; else what `work` throws
 */
export async function withCancelling<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  throwIfInterrupted(signal);
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    return await work(stoppable(session, signal));
  } catch (error) {
    throwIfInterrupted(signal);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
