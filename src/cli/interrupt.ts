/** Ctrl-C and its kin: the first asks the run to end cleanly, the second leaves at once. */
import { removePrivateFolders } from "../pipeline/open.js";
import type { Terminal } from "./terminal.js";

/** What a shell expects of a program that a signal ended is 128 + n; the command's own contract says 2. */
const interruptedExitCode = 2;

/** npm and timeout(1) send what the terminal has sent already once more: that is no second key press. */
const sameMomentMilliseconds = 500;

/** The key, `kill`, and a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `work` with a signal that aborts at the first of `signals`. */
export async function withInterrupt<T>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first >= sameMomentMilliseconds) leaveAtOnce(interruptedExitCode);
      return;
    }
    first = performance.now();
    terminal.tell("\nStopping; nothing half-made will be left. Once more Ctrl-C leaves at once.");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** Ends the process without cleaning up but for private copies, and says what that may mean. */
export function leaveAtOnce(exitCode: number): never {
  removePrivateFolders();
  process.stderr.write(
    "\nLeft at once. Of a migration, something may have stayed in the target: sqlift status TARGET says what.\n",
  );
  process.exit(exitCode);
}
