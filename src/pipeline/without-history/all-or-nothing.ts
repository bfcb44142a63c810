/**
 * One run of which nothing is kept anywhere: all of it is one transaction of one session, proven before it is committed. So nobody has to
 * repair it, and nobody can undo it (docs/decisions/into-existing.md, "Without a history").
 */
import { ToolError } from "../../errors.js";
import { withLocks, type LockMode } from "../../import/existing/locks.js";
import type { RelationName } from "../../model/target-schema.js";
import type { Session } from "../../target/session.js";
import { stoppable } from "../../target/stoppable-session.js";
import { isConnectionLost, isFromTarget, targetError } from "../../target/target-error.js";
import type { RunOptions } from "../open.js";
import { throwIfInterrupted } from "../pause.js";
import { alsoSaying } from "../run/run-end.js";
import type { RunResult } from "../run/run-result.js";

/** Thrown out of the transaction, so that nothing of it happens. */
export class Refused extends Error {
  readonly result: RunResult;

  constructor(result: RunResult) {
    super("refused");
    this.result = result;
  }
}

export interface AllOrNothing {
  readonly session: Session;
  readonly options: Pick<RunOptions, "signal" | "onProgress">;
  /** What nobody else may use meanwhile; null: nothing is there yet. */
  readonly locks: { readonly relations: readonly RelationName[]; readonly mode: LockMode } | null;
  /** @throws Refused where the run is not to be committed. */
  readonly work: (session: Session) => Promise<RunResult>;
  /** Told when all is rolled back. */
  readonly onRolledBack?: (() => Promise<void>) | undefined;
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the target is true. */
export async function allOrNothing(input: AllOrNothing): Promise<RunResult> {
  const { session, options, locks, work, onRolledBack } = input;
  const { signal, onProgress } = options;
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  let isCommitting = false;
  const until = async (): Promise<RunResult> => {
    isCommitting = false;
    const result = await work(stoppable(session, signal));
    throwIfInterrupted(signal);
    isCommitting = true;
    return result;
  };
  const onWait = (message: string): void => onProgress?.({ kind: "says", message });
  try {
    const { relations, mode } = locks ?? { relations: [], mode: "SHARE" };
    return await withLocks(session, relations, mode, until, { signal, onWait });
  } catch (error) {
    await onRolledBack?.();
    if (error instanceof Refused) return error.result;
    throw leftWords(error, isCommitting, signal);
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

function leftWords(error: unknown, isCommitting: boolean, signal: AbortSignal | undefined): unknown {
  const cause = signal?.aborted === true ? new ToolError("interrupted", "Interrupted.") : error;
  if (isCommitting && isConnectionLost(error))
    return alsoSaying(
      targetError(cause, "commit the run"),
      "It was lost during the COMMIT: all rows may be in the target's tables by now, or none. Count them.",
    );
  const told = isFromTarget(cause) ? targetError(cause, "do the run in one transaction") : cause;
  return alsoSaying(told, "Nothing of this run remains in the target.");
}
