/** Waiting for a server that may let us wait: for a lock that somebody else holds, for one. */
import type { Session } from "../target/session.js";
import { throwIfInterrupted } from "./pause.js";

/**
 * Does `work`, and cancels the statement that `session` waits for when the signal is given.
 *
 * @throws ToolError `interrupted` then; else what `work` throws
 */
export async function withCancelling<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  throwIfInterrupted(signal);
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    return await work();
  } catch (error) {
    throwIfInterrupted(signal);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
