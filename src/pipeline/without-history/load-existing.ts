/**
 * One run of a plan into tables that are there, of which nothing is kept anywhere: all of it is one transaction of one session, proven before
 * it is committed. So nobody has to repair it, and nobody can undo it (docs/decisions/into-existing.md, "Without a history").
 */
import { ToolError } from "../../errors.js";
import { lockedByLoad, withLocks } from "../../import/existing/locks.js";
import { findOwnOrphans } from "../../import/existing/orphans.js";
import { quietSql } from "../../import/existing/quiet.js";
import { restartSequences } from "../../import/existing/restart-sequences.js";
import { restoreSequences } from "../../import/existing/sequences.js";
import { putBackItems, setAsideHere } from "../../import/existing/set-aside.js";
import { refuseFilled } from "../../import/existing/still-empty.js";
import type { ExistingPlan } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import { quoteQualified } from "../../model/identifier.js";
import type { SequenceRecord } from "../../target/history/sequences.js";
import { stoppable } from "../../target/stoppable-session.js";
import { isConnectionLost, targetError } from "../../target/target-error.js";
import { throwIfInterrupted } from "../pause.js";
import { prove } from "../prove.js";
import type { RunResult } from "../run.js";
import { alsoSaying, areProven, notAsked } from "../run-end.js";
import { faultsAfter } from "./faults-after.js";
import { brokenFinding } from "./refusal-findings.js";
import type { DirectInput } from "./loading-run.js";
import { loadHere } from "./load-here.js";
import { usedUpFindings } from "./used-up.js";

/** Thrown out of the transaction, so that nothing of it happens. */
class Refused extends Error {
  readonly result: RunResult;

  constructor(result: RunResult) {
    super("refused");
    this.result = result;
  }
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the rows is true. */
export async function executeInOneTransaction(input: DirectInput): Promise<RunResult> {
  const { session, plan, existing, options } = input;
  const { signal, onProgress } = options;
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  let set: readonly SequenceRecord[] = [];
  let isCommitting = false;
  const work = async (): Promise<RunResult> => {
    const here = { ...input, session: stoppable(session, signal) };
    const result = await loadAndProve(here, (records) => (set = records));
    throwIfInterrupted(signal);
    isCommitting = true;
    return result;
  };
  try {
    return await withLocks(session, lockedByLoad(plan, existing), lockMode(existing), work, {
      signal,
      onWait: (message) => onProgress?.({ kind: "says", message }),
    });
  } catch (error) {
    // What setval has done stays when all else is rolled back.
    if (set.length > 0) await restoreSequences(session, set).catch(() => undefined);
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
  return cause instanceof ToolError ? alsoSaying(cause, "Nothing of this run remains in the target.") : cause;
}

/** Others may read all the while, unless a foreign key or trigger is away. */
const lockMode = ({ setAside }: ExistingPlan) => (setAside.length > 0 ? "ACCESS EXCLUSIVE" : "EXCLUSIVE");

async function loadAndProve(
  input: DirectInput,
  onSet: (records: readonly SequenceRecord[]) => void,
): Promise<RunResult> {
  const { session, plan, existing, reading, connection, validate, options } = input;
  const { quiet, setAside } = existing;
  const { notCarried } = plan;
  await refuseFilled(
    session,
    plan.schema,
    plan.tables.map(({ target }) => target),
  );
  await setAsideHere(session, setAside);
  for (const sql of quietSql(quiet)) await session.query(sql);
  const tables = await loadHere(input);
  const orphans = await findOwnOrphans(session, existing);
  if (quiet === "replica") await session.query("SET LOCAL session_replication_role TO DEFAULT");
  const verdicts =
    validate && orphans.length === 0
      ? await prove(
          { reading, session, connection, plan, schema: plan.schema },
          { ...options, run: null, joined: true },
        )
      : plan.tables.map(notAsked);
  const proof = { verdicts, objects: [], validated: validate };
  const findings: readonly Finding[] = [
    ...plan.findings,
    ...orphans.map((broken) => brokenFinding(plan, broken)),
  ];
  if (orphans.length > 0 || (validate && !areProven(verdicts)))
    throw new Refused({ status: "refused", run: null, tables, findings, notCarried, ...proof });
  await putBackItems(session, setAside);
  for (const { target } of plan.tables) await session.query(`ANALYZE ${quoteQualified(plan.schema, target)}`);
  const sequences = await restartSequences(session, plan.schema, existing.sequences, onSet);
  const objects = validate ? await faultsAfter(session, plan, { joined: true, signal: options.signal }) : [];
  return {
    status: "migrated",
    run: null,
    tables,
    findings: [...findings, ...usedUpFindings(plan, sequences)],
    notCarried,
    ...proof,
    objects,
  };
}
