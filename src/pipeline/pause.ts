/** Reading SQLite is synchronous: without pauses neither Ctrl-C nor progress would come through. */
import { ToolError } from "../errors.js";

/** Short enough for a key press to feel answered, long enough to cost nothing. */
const busyMilliseconds = 20;

/** Returns a function to call between batches; it lets the event loop run when its turn has come. */
export function pauser(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < busyMilliseconds) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    throwIfInterrupted(signal);
    last = performance.now();
  };
}

/** @throws ToolError `interrupted`. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
}
