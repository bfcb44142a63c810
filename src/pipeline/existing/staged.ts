/**
 * One run of a plan into tables that have rows: its rows go into tables of the run's own schema, are proven there as those of a migration
 * are, and come over in one transaction (bring-over.ts). Until then nobody sees anything of it.
 */
import { findDuplicates } from "../../import/existing/merge.js";
import { runStatement } from "../../import/finish.js";
import { durableCommitSql } from "../../import/load-settings.js";
import { dropSchemaSql, dropTables, inOneTransaction } from "../../import/place.js";
import { ToolError } from "../../errors.js";
import { givesRowsUp, isUnchanged, type MergedRows } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import type { RunStatus } from "../../model/history.js";
import { rejectsRows, type Plan, type TablePlan } from "../../model/plan.js";
import type { TableOutcome } from "../../model/outcome.js";
import type { TableVerdict } from "../../model/verdict.js";
import { toolVersion } from "../../model/version.js";
import { readComparedKeys } from "../../target/existing/key-operators.js";
import { dropRejectedSql } from "../../target/history/rejected-rows.js";
import { beginRun, endRunSql, runStatusSql } from "../../target/history/runs.js";
import { runSchema } from "../../target/history/schema.js";
import { isConnectionLost } from "../../target/target-error.js";
import { stoppable } from "../../target/stoppable-session.js";
import { stagingSql } from "../../translate/statements/existing/staging.js";
import { throwIfInterrupted } from "../pause.js";
import { prove } from "../proof/prove.js";
import type { RunResult } from "../run/run-result.js";
import { alsoSaying, areProven, notAsked, statusAfter } from "../run/run-end.js";
import { RunSteps } from "../run/run-steps.js";
import { bringOver, type StagedTable } from "./bring-over.js";
import type { DirectInput, LoadingRun } from "./loading-run.js";
import { loadStaging } from "./load-staging.js";
import { earlierFindings } from "./earlier-findings.js";
import { refusalFinding } from "./refusal-findings.js";
import { usedUpFindings } from "./used-up.js";

/** One that has begun. */
type StagedRun = LoadingRun;

/** Why its run cannot be undone; null: it can. */
export function whyNotUndoable({ tables }: Pick<Plan, "tables">): string | null {
  const given = tables.flatMap(({ target, existing }) =>
    existing !== undefined && givesRowsUp(existing) ? [`${existing.rows} of ${target}`] : [],
  );
  return given.length === 0 ? null : `it gave up rows that were there (${given.join(", ")})`;
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the run is true. */
export async function executeStaged(input: DirectInput): Promise<RunResult> {
  const { session, plan, options } = input;
  const { signal } = options;
  const cancel = (): void => void session.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    const begun = { plan, toolVersion, strategy: "staged", notUndoable: whyNotUndoable(plan) } as const;
    const run = await beginRun(stoppable(session, signal), begun).catch((error: unknown) => {
      throwIfInterrupted(signal);
      throw error;
    });
    const staged: StagedRun = { ...input, run, steps: new RunSteps() };
    return await stageAndMerge(staged).catch(async (error: unknown) => {
      throw await abandon(staged, error);
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

async function stageAndMerge(input: StagedRun): Promise<RunResult> {
  const { session, plan, existing, reading, connection, run, steps, validate, options } = input;
  const { notCarried } = plan;
  const staged = await makeStaging(input);
  const tables = await steps.during("build", plan.schema, () =>
    loadStaging(
      {
        lanes: reading.lanes,
        connection,
        tables: plan.tables,
        readings: reading.tables,
        run,
        steps,
        onProgress: options.onProgress,
      },
      runSchema(run),
    ),
  );
  const verdicts = validate
    ? await steps.during("prove", plan.schema, () =>
        prove({ reading, session, connection, plan, schema: runSchema(run) }, { ...options, run }),
      )
    : plan.tables.map(notAsked);
  const refuse = async (message: string, more: readonly Finding[]): Promise<RunResult> => {
    await dropStaging(input, "refused", message);
    const findings = [...plan.findings, ...more];
    return {
      status: "refused",
      run,
      tables,
      verdicts,
      objects: [],
      validated: validate,
      findings,
      notCarried,
    };
  };
  if (validate && !areProven(verdicts)) return refuse("the proof failed", []);
  const twice = await duplicates(input, staged);
  if (twice.length > 0) return refuse("keys are there twice", twice);
  const over = await bringOver({
    ...input,
    tables: staged,
    existing,
    stepsAreLeft: input.stepsAreLeft === true,
  });
  if ("refused" in over) return refuse("the target refuses rows", over.refused);
  return {
    status: "migrated",
    run,
    tables: tables.map((table, at): TableOutcome => ({ ...table, merged: over.merged[at]! })),
    verdicts: verdicts.map((verdict, at) => verdictAfter(verdict, over.merged[at]!)),
    objects: over.objects,
    validated: validate,
    findings: [
      ...plan.findings,
      ...plan.tables.flatMap((table, at) => mergedFindings(table, over.merged[at]!)),
      ...earlierFindings(over.earlier),
      ...usedUpFindings(plan, over.sequences),
    ],
    notCarried,
  };
}

async function makeStaging({ session, run, plan, target }: StagedRun): Promise<readonly StagedTable[]> {
  const staged: StagedTable[] = [];
  for (const table of plan.tables) {
    const there = target.tables.find(({ name }) => name === table.target);
    if (there === undefined || table.existing === undefined)
      throw new Error(`${table.target} was planned for, and is not there`);
    const names = {
      target: { schema: plan.schema, name: table.target },
      staging: { schema: runSchema(run), name: table.target },
    };
    const columns = table.columns.map(({ target: name }) =>
      there.columns.find(({ column }) => column === name)!,
    );
    const sql = stagingSql(names.staging, names.target, columns);
    await runStatement(session, sql, `make a staging table for ${table.target}`);
    const { key, rows } = table.existing;
    const keys = key === null ? [] : await readComparedKeys(session, names.target);
    const compared = keys.find(({ name }) => name === key?.name);
    if (key !== null && compared === undefined)
      throw new ToolError("plan-mismatch", `Key ${key.name} of ${table.target} is gone.`, "Run again.");
    const arbiter =
      key === null || compared === undefined ? null : { key: compared, isConstraint: key.isConstraint };
    staged.push({ table, merge: { ...names, columns, rows, arbiter } });
  }
  return staged;
}

async function duplicates(
  { session }: StagedRun,
  staged: readonly StagedTable[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { table, merge } of staged)
    for (const refusal of await findDuplicates(session, merge)) findings.push(refusalFinding(table, refusal));
  return findings;
}

/** What the proof of the run's own rows says of the table, when they are in it. */
function verdictAfter(verdict: TableVerdict, { there, kept }: MergedRows): TableVerdict {
  if (kept === 0 || verdict.verdict === "unproven") return verdict;
  const words = `${there} rows were there and stay as they are, ${kept} of them with other values`;
  return {
    ...verdict,
    verdict: "identical-under-policy",
    reason: verdict.reason === null ? words : `${verdict.reason}; ${words}`,
  };
}

const mergedFindings = ({ source, target }: TablePlan, merged: MergedRows): readonly Finding[] =>
  merged.there === 0 && !isUnchanged(merged)
    ? []
    : [{ kind: "rows-merged", at: { table: source }, target, ...merged }];

async function dropStaging(
  { session, plan, run, steps }: StagedRun,
  status: RunStatus,
  message: string,
): Promise<void> {
  await steps.write(session, run);
  await dropTables(session, runSchema(run));
  await inOneTransaction(
    session,
    [
      ...durableCommitSql,
      dropSchemaSql(runSchema(run)),
      ...(rejectsRows(plan) ? [dropRejectedSql(run)] : []),
      endRunSql(run, status, message),
    ],
    "undo the run",
  );
}

/** Cleans up as far as is right and possible, and returns the error that says what is left. */
async function abandon(input: StagedRun, thrown: unknown): Promise<unknown> {
  const { session, run, steps, options } = input;
  const cause = options.signal?.aborted === true ? new ToolError("interrupted", "Interrupted.") : thrown;
  const status = statusAfter(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const left = `The target's tables are as they were. What is left of run ${run} goes by: sqlift undo TARGET ${run}`;
  if (cause instanceof ToolError && isConnectionLost(cause))
    return alsoSaying(
      cause,
      `All rows may be in the target's tables by now, or none. To see: ${runStatusSql(run)} 'done' and 'incomplete' mean that all are there.`,
    );
  try {
    if (status === "failed" && cause instanceof ToolError) {
      await session.query(endRunSql(run, status, message));
      await steps.write(session, run);
      return alsoSaying(cause, left);
    }
    await dropStaging(input, status, message);
    return cause instanceof ToolError
      ? alsoSaying(cause, "Nothing of this run remains in the target.")
      : cause;
  } catch {
    // The connection is gone with the fault: then nothing can be done there, but it is said here.
    return alsoSaying(cause, left);
  }
}
