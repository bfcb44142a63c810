/** Undoing and repairing a run that loaded into tables of others. */
import { ToolError } from "../../errors.js";
import type { RunRecord, RunStatus } from "../../model/history.js";
import type { UndoFacts } from "../../model/undo.js";
import { countRejected } from "../../target/history/run-marks.js";
import { dropRejectedSql } from "../../target/history/rejected-rows.js";
import { endRunSql, runStatusSql, undoneSql } from "../../target/history/runs.js";
import { scriptsOfRun } from "../../target/history/scripts.js";
import { readSetAside } from "../../target/history/set-aside.js";
import { recordSteps } from "../../target/history/steps.js";
import { runSchema } from "../../target/history/schema.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { dropSchemaSql, dropTables, inOneTransaction } from "../place.js";
import { refusalsOf } from "../undo/facts.js";
import { itemWords } from "./item-state.js";
import { inspectLoaded } from "./loaded.js";
import type { Waiting } from "./locks.js";
import { putBack, type BrokenLink } from "./put-back.js";
import { takeBack, type TakingBack } from "./take-back.js";

export interface Removing extends Waiting {
  readonly plan: TakingBack["plan"];
}

/** What undoing it would take out, and why it may not. Reads only. @throws ToolError targetError's codes. */
export async function inspectLoadedRun(session: Session, run: RunRecord): Promise<UndoFacts> {
  try {
    const refused = refusalsOf(run);
    const { tables, refusals } = await inspectLoaded(session, run.run, run.schema);
    const away = await readSetAside(session, run.run);
    return {
      run,
      tables,
      drops: [],
      comesBack: refused.length > 0 ? [] : away.map(itemWords),
      broken: [],
      scripts: await scriptsOfRun(session, run.run),
      rejectedRows: await countRejected(session, run.run),
      refusals: [...refused, ...refusals],
    };
  } catch (error) {
    throw targetError(error, `look at what run ${run.run} has left`);
  }
}

/**
 * @returns what was taken out; with refusals nothing was, and what the run had set aside is back all the same.
 * @throws ToolError as takeBack and putBack
 */
export async function undoLoadedRun(
  session: Session,
  run: RunRecord,
  removing: Removing,
): Promise<UndoFacts> {
  const started = performance.now();
  const facts = await inspectLoadedRun(session, run);
  const comeBack = async (told: UndoFacts): Promise<UndoFacts> => {
    if (facts.comesBack.length === 0) return told;
    const broken = await putBack(session, await readSetAside(session, run.run), removing);
    return { ...told, broken: broken.map(brokenWords) };
  };
  if (facts.refusals.length > 0) return comeBack(facts);
  const close = async (): Promise<void> => {
    const milliseconds = performance.now() - started;
    const step = { phase: "undo", name: "all that the run loaded", error: null, rows: null } as const;
    await recordSteps(session, run.run, [{ ...step, milliseconds, startedMillisecondsAgo: milliseconds }]);
    await session.query(dropStagingSql(run.run));
    await session.query(undoneSql(run.run));
  };
  const { tables, refusals, broken } = await takeBack(session, run, { ...removing, close });
  const told = { ...facts, tables, refusals, broken: broken.map(brokenWords) };
  return refusals.length > 0 ? comeBack(told) : told;
}

/** With what proves it, when the rows are mended. */
const brokenWords = ({ record, message }: BrokenLink): string =>
  `${itemWords(record)} is back, and NOT VALID: ${message}. When the rows are mended: ${record.validateSql ?? ""};`;

/** The run's own tables, or those in which it looked which rows are refused. */
const dropStagingSql = (run: number): string => dropSchemaSql(runSchema(run));

export interface Repaired {
  /** Why its rows are left where they are; none: they are out. */
  readonly refusals: readonly string[];
  /** Foreign keys that are back, and that rows break: they stay NOT VALID. */
  readonly broken: readonly BrokenLink[];
}

/**
 * Closes a run that was cut off or has failed: its rows go, and it is `interrupted`; or they stay where somebody has worked on them, and it is `failed`.
 * What it set aside comes back in any case.
 *
 * @param message why it failed, for the history.
 * @throws ToolError as takeBack and putBack; the next one goes on from there.
 */
export async function repairLoadedRun(
  session: Session,
  { run, schema }: Pick<RunRecord, "run" | "schema">,
  message: string,
  removing: Removing,
): Promise<Repaired> {
  const close = async (status: RunStatus): Promise<void> => {
    await refuseEnded(session, run);
    await session.query(dropStagingSql(run));
    await session.query(endRunSql(run, status, message));
  };
  const { tables, refusals, broken } = await takeBack(
    session,
    { run, schema },
    { ...removing, close: () => close("interrupted") },
  );
  if (refusals.length === 0) return { refusals, broken };
  const left = await putBack(session, await readSetAside(session, run), removing);
  // Somebody has emptied them.
  const isGone = tables.every(({ there }) => there === 0);
  try {
    await close(isGone ? "interrupted" : "failed");
  } catch (error) {
    throw targetError(error, `close run ${run}`);
  }
  return { refusals: isGone ? [] : refusals, broken: left };
}

/** Its process may have come to the end between the look at it and the locks. @throws ToolError `target-in-the-way`. */
async function refuseEnded(session: Session, run: number): Promise<void> {
  const [row] = await session.query(runStatusSql(run));
  if (row?.["status"] !== "done" && row?.["status"] !== "incomplete") return;
  throw new ToolError(
    "target-in-the-way",
    `Run ${run}, which seemed to be cut off, has come to its end meanwhile; its rows stay.`,
    "See what is there: sqlift status TARGET",
  );
}

/**
 * Closes one that was cut off before its rows came over: nobody has seen them.
 *
 * @throws ToolError targetError's codes.
 */
export async function repairStagedRun(session: Session, run: number, message: string): Promise<void> {
  await dropTables(session, runSchema(run));
  await inOneTransaction(
    session,
    [dropStagingSql(run), dropRejectedSql(run), endRunSql(run, "interrupted", message)],
    `close run ${run}`,
  );
}
