/**
 * One run of a plan: built in a schema of its own, proven there, and moved into place in one transaction.
 *
 * Nothing is visible before it is proven. A no of our own (a value that does not fit, a difference, Ctrl-C) and a bug
 * drop the run's schema; a fault from outside leaves it, and the error names it.
 */
import { ToolError } from "../../errors.js";
import { durableCommitSql } from "../../import/load-settings.js";
import {
  createSchemaSql,
  dropEmptySchemaSql,
  dropSchemaSql,
  dropTables,
  inOneTransaction,
} from "../../import/place.js";
import type { RunStatus } from "../../model/history.js";
import { rejectsRows, type Plan } from "../../model/plan.js";
import { toolVersion } from "../../model/version.js";
import type { Connection } from "../../target/connection/connection.js";
import { defaultGrants } from "../../target/default-privileges.js";
import { recordMadeSql } from "../../target/history/made.js";
import { dropRejectedSql } from "../../target/history/rejected-rows.js";
import { beginRun, endRunSql, runStatusSql } from "../../target/history/runs.js";
import { runSchema } from "../../target/history/schema.js";
import type { Session } from "../../target/session.js";
import { stoppable } from "../../target/stoppable-session.js";
import { madeCollation, moveCollationSql } from "../../translate/statements/caseless.js";
import { moveSql } from "../../translate/statements/ddl.js";
import {
  objectSteps,
  searchPathSql,
  type ObjectStep,
} from "../../translate/statements/views-and-triggers.js";
import { buildTables } from "./build.js";
import type { RunOptions } from "../open.js";
import { prove } from "../proof/prove.js";
import type { Reading } from "../reading/reading.js";
import { refusedObjects, type Answers } from "./refusals.js";
import { alsoSaying, areProven, notAsked, statusAfter } from "./run-end.js";
import { brokenObjects, resultOf, type RunResult } from "./run-result.js";
import { RunSteps } from "./run-steps.js";

export interface RunInput {
  readonly reading: Reading;
  readonly plan: Plan;
  readonly session: Session;
  /** For the lanes' own sessions. */
  readonly connection: Connection;
  /** Whether the plan's schema is in the target already. */
  readonly schemaExists: boolean;
  readonly validate: boolean;
  /** Whether something is to be done when the tables are in place, or was left undone before; default false. */
  readonly stepsAreLeft?: boolean | undefined;
  readonly options: RunOptions;
}

/** @throws ToolError the codes of both sides, `value-misfit`, `interrupted`; what it says of the run's schema is true. */
export async function executeRun(input: RunInput): Promise<RunResult> {
  const { session, options } = input;
  const cancel = (): void => void session.cancel();
  options.signal?.addEventListener("abort", cancel);
  const asInterrupted = (error: unknown): unknown =>
    options.signal?.aborted === true ? interrupted() : error;
  try {
    const begun = { plan: input.plan, toolVersion, strategy: "create" } as const;
    const number = await beginRun(stoppable(session, options.signal), begun).catch((error: unknown) => {
      throw asInterrupted(error);
    });
    const run = { ...input, run: number, steps: new RunSteps() };
    return await buildAndProve(run).catch(async (error: unknown) => {
      throw await abandon(run, asInterrupted(error));
    });
  } finally {
    options.signal?.removeEventListener("abort", cancel);
  }
}

/** One that has begun. */
interface BegunRun extends RunInput {
  readonly run: number;
  readonly steps: RunSteps;
}

async function buildAndProve(input: BegunRun): Promise<RunResult> {
  const { reading, plan, session, connection, validate, options, run, steps } = input;
  const schema = runSchema(run);
  const built = await steps.during("build", schema, () =>
    buildTables({ reading, plan, session, connection, run, schema, steps, options }),
  );
  const verdicts = validate
    ? await steps.during("prove", schema, () =>
        prove({ reading, session, connection, plan, schema }, { ...options, run }),
      )
    : plan.tables.map(notAsked);
  const objects = validate ? await brokenObjects(session, { ...plan, schema }, options) : [];
  const isProven = !validate || (objects.length === 0 && areProven(verdicts));
  if (!isProven) {
    await dropRun(input, "refused", "the proof failed");
    return resultOf("refused", run, plan, [built], { verdicts, objects, validated: validate });
  }
  await steps.write(session, run);
  const refused = await moveIntoPlace(input);
  return resultOf("migrated", run, plan, [built, refused], { verdicts, objects, validated: validate });
}

/** @returns what became of the views and triggers, which are made where they stay. */
async function moveIntoPlace(input: BegunRun): Promise<Answers> {
  const { session, run, plan, schemaExists, stepsAreLeft } = input;
  const grants = await defaultGrants(session, plan);
  const objects = objectSteps(plan.schema, plan);
  const collation = madeCollation(plan);
  const refused = new Map<ObjectStep, string>();
  await inOneTransaction(
    session,
    [
      ...durableCommitSql,
      ...(schemaExists ? [] : [createSchemaSql(plan.schema)]),
      ...plan.tables.map((table) => moveSql(runSchema(run), plan.schema, table)),
      ...moveCollationSql(runSchema(run), plan.schema, plan),
      ...grants,
      // What was not moved must not go with it.
      dropEmptySchemaSql(runSchema(run)),
      ...(schemaExists ? [] : recordMadeSql(run, "schema", "", [plan.schema])),
      ...recordMadeSql(
        run,
        "table",
        plan.schema,
        plan.tables.map(({ target }) => target),
      ),
      ...(collation === null ? [] : recordMadeSql(run, "collation", plan.schema, [collation])),
      ...(objects.length === 0 ? [] : [searchPathSql(plan.schema)]),
      ...objects.map((step) => ({
        // Nothing is recorded of what is refused: somebody else's may have the name.
        statements: [
          ...step.statements,
          ...recordMadeSql(run, step.made.kind, plan.schema, [step.made.name]),
        ],
        onRefused: (message: string) => void refused.set(step, message),
      })),
      endRunSql(run, stepsAreLeft === true ? "incomplete" : "done"),
    ],
    `move the tables into schema ${plan.schema}`,
    `It was lost while the tables were moved into place: all of them may be there by now, or none. To see: ${runStatusSql(run)} ` +
      "'done' and 'incomplete' mean that all are there.",
  );
  return refusedObjects(refused);
}

async function dropRun(
  { session, plan, run, steps }: BegunRun,
  status: RunStatus,
  message: string,
): Promise<void> {
  await steps.write(session, run);
  await dropTables(session, runSchema(run));
  const statements = [...removalSql(run, plan), endRunSql(run, status, message)];
  await inOneTransaction(session, statements, "undo the run");
}

/** What takes away all that a run made. */
const removalSql = (run: number, plan: Plan): readonly string[] => [
  dropSchemaSql(runSchema(run)),
  ...(rejectsRows(plan) ? [dropRejectedSql(run)] : []),
];

const interrupted = (): ToolError => new ToolError("interrupted", "Interrupted.");

/** Cleans up as far as is right and possible, and returns the error that says what is left. */
async function abandon(input: BegunRun, cause: unknown): Promise<unknown> {
  const { session, plan, run, steps } = input;
  const remove = removalSql(run, plan)
    .map((sql) => `${sql};`)
    .join(" ");
  const status = statusAfter(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  try {
    if (status === "failed" && cause instanceof ToolError) {
      await session.query(endRunSql(run, status, message));
      await steps.write(session, run);
      const rejected = rejectsRows(plan) ? ", and what it rejected;" : ";";
      return alsoSaying(
        cause,
        `Schema ${runSchema(run)} was left in the target${rejected} remove it with: ${remove}`,
      );
    }
    await dropRun(input, status, message);
    return cause instanceof ToolError ? alsoSaying(cause, "Nothing was left in the target.") : cause;
  } catch {
    // The connection is gone with the fault: then nothing can be done there, but it is said here.
    return alsoSaying(cause, `What is left of the run in the target is removed with: ${remove}`);
  }
}
