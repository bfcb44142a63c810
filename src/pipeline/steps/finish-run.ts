/** What is left of a run when its rows are in place: the steps after it, at once or by a later migrate. */
import { ToolError } from "../../errors.js";
import { isLeftToDo, scriptWords, type ScriptRecord } from "../../model/script.js";
import type { MigrationOutcome } from "../../model/outcome.js";
import { endRunSql, unfinishedRun } from "../../target/history/runs.js";
import { readScriptRecords } from "../../target/history/scripts.js";
import type { Session, Target } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import type { Source } from "../../source/source.js";
import { withCancelling } from "../cancelling.js";
import { defaultSchema, plannedTarget, type RunOptions } from "../open.js";
import type { ScriptSteps } from "./steps.js";

/**
 * Runs what comes after a run, and closes it where nothing is left.
 *
 * @throws ToolError as ScriptSteps.run.
 */
export async function runAfter(target: Target, steps: ScriptSteps, run: number): Promise<void> {
  try {
    await steps.run("after", run);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const placed = `The rows are in place: run ${run}.`;
    const hint = error.hint === null ? placed : `${error.hint}\n${placed}`;
    throw new ToolError(error.code, error.message, hint, { cause: error });
  }
  if (!steps.areLeft) await close(target, run);
}

async function close(target: Target, run: number): Promise<void> {
  const session = await target.open();
  try {
    await session.query(endRunSql(run, "done"));
  } catch (error) {
    throw targetError(error, "close the run");
  } finally {
    await session.end();
  }
}

/**
 * What an earlier run of this very file has left to do. No row is looked at: they were proven when they were put there.
 *
 * @returns null where no run has left anything.
 * @throws ToolError `usage` where files are left that were not given; as ScriptSteps.run; the target's codes.
 */
export async function finishRun(
  target: Target,
  { file, fingerprint }: Source,
  options: RunOptions & { readonly steps: ScriptSteps },
): Promise<Omit<MigrationOutcome, "steps" | "target" | "elapsedSeconds"> | null> {
  const { steps, signal } = options;
  const session = await target.open();
  try {
    const schema = plannedTarget(options, target).schema ?? defaultSchema;
    const unfinished = await withCancelling(session, signal, (asking) =>
      unfinishedRun(asking, { file, fingerprint }, schema),
    );
    if (unfinished === null) return null;
    const { run, plan } = unfinished;
    await steps.claim(run);
    await refuseForgotten(session, file, run, steps);
    await runAfter(target, steps, run);
    return {
      status: "finished",
      plan,
      tables: [],
      verdicts: [],
      validated: false,
      objects: [],
      findings: [],
      notCarried: [],
      run,
    };
  } finally {
    await session.end();
  }
}

async function refuseForgotten(
  session: Session,
  file: string,
  run: number,
  { outcomes }: ScriptSteps,
): Promise<void> {
  const isGiven = (record: ScriptRecord): boolean =>
    outcomes.some((step) => step.phase === record.phase && scriptWords(step) === scriptWords(record));
  const records = await readScriptRecords(session);
  const left = records.filter(
    (record) => isLeftToDo(record) && (record.phase === "before" || record.run === run) && !isGiven(record),
  );
  if (left.length === 0) return;
  const words = left.map((record) => `${record.phase} ${scriptWords(record)}`);
  throw new ToolError(
    "usage",
    `Run ${run} has moved ${file} already, and what is left to do was not given: ${words.join(", ")}.`,
    "Give these files again by --before and --after, or say that they count as done: sqlift status TARGET --accept FILE\n" +
      `To begin anew: sqlift undo TARGET ${run}`,
  );
}
