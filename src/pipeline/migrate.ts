/** migrate: plan, and if nothing is in the way, one run of the plan (run.ts). */
import { ToolError } from "../errors.js";
import { checkSequenceRights } from "../import/existing/sequences.js";
import { rehearseSetAside } from "../import/existing/set-aside.js";
import { blocks, type Finding } from "../model/finding.js";
import type { MigrationOutcome, TableOutcome, TargetPlace } from "../model/outcome.js";
import type { Plan } from "../model/plan.js";
import { checkRights } from "../target/catalog.js";
import { checkLockRoom } from "../target/lock-room.js";
import type { Session, Target } from "../target/session.js";
import { checkZones } from "../target/zones.js";
import type { Source } from "../source/source.js";
import { withCancelling } from "./cancelling.js";
import { placeCaseless } from "./caseless-place.js";
import { chooseFrom, type Choices } from "./choices.js";
import type { CopyReaders } from "./copy-readers.js";
import { executeDirect } from "./existing/direct.js";
import { planReadingInto } from "./existing/plan-into.js";
import { openTargetFor, plannedTarget, withSource, type RunOptions } from "./open.js";
import { throwIfInterrupted } from "./pause.js";
import { findTaken, planReading } from "./plan.js";
import { withReading, type Reading } from "./reading.js";
import { executeRun, type RunResult } from "./run.js";
import { finishRun, runAfter } from "./finish-run.js";
import { ScriptSteps, type StepOptions } from "./steps.js";
import { triedPlan } from "./trial.js";

export interface MigrateOptions extends RunOptions, Pick<StepOptions, "before" | "after" | "onStepFailure"> {
  /** False where no proof is wanted; default true. */
  readonly validate?: boolean | undefined;
  /** Whether a server's database is made where there is none; default false. */
  readonly createDatabase?: boolean | undefined;
}

/**
 * Moves `sourcePath` into `targetSpec`.
 *
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @throws ToolError for everything that is no answer about the data: source and target codes, `usage`, `interrupted`,
 *   `value-misfit` where the file changed under a plan; `step-failed`, `step-changed`, `script-invalid`.
 */
export async function migrate(
  sourcePath: string,
  targetSpec: string,
  options: MigrateOptions = {},
): Promise<MigrationOutcome> {
  if (options.createDatabase === true && targetSpec.startsWith("embedded:"))
    throw new ToolError(
      "usage",
      "An embedded target has its database anyway.",
      "Leave --create-database out, or name a server: postgres://USER@HOST:PORT/DATABASE",
    );
  const steps = new ScriptSteps(options);
  const proves = options.validate ?? true;
  return withSource(sourcePath, options, proves, (source, readers) =>
    migrateSource(source, readers, targetSpec, { ...options, steps }),
  );
}

type WithSteps = MigrateOptions & { readonly steps: ScriptSteps };

async function migrateSource(
  source: Source,
  readers: CopyReaders,
  targetSpec: string,
  options: WithSteps,
): Promise<MigrationOutcome> {
  const { steps } = options;
  const started = performance.now();
  let target: Target | null = null;
  try {
    // A server that cannot be reached should say so before every value is read; an embedded one is made only when
    // there is something to put into it.
    if (!targetSpec.startsWith("embedded:") || steps.areGiven)
      target = await openTargetFor(targetSpec, options);
    const finish = (result: Migrated, place: TargetPlace): MigrationOutcome => ({
      ...result,
      steps: steps.outcomes,
      target: place,
      elapsedSeconds: (performance.now() - started) / 1000,
    });
    if (target !== null) {
      await steps.begin(target);
      await steps.run("before", null);
      const finished = await finishRun(target, source, options);
      if (finished !== null) return finish(finished, target.place);
    }
    const choices = chooseFrom(source, options);
    return await withReading(source, choices.schema, { ...options, readers }, async (opened) => {
      if (options.intoExisting === true) {
        target ??= await openTargetFor(targetSpec, options, true);
        const done = await migrateIntoExisting(target, opened, choices, options);
        return { ...done, target: target.place, elapsedSeconds: (performance.now() - started) / 1000 };
      }
      const { plan, reading } = await planReading(opened, choices, plannedTarget(options, target), options);
      if (blocks(plan.findings)) return finish(blocked(plan, []), target?.place ?? unopenedPlace(targetSpec));
      throwIfInterrupted(options.signal);
      target ??= await openTargetFor(targetSpec, options);
      return finish(await migrateInto(target, reading, plan, options), target.place);
    });
  } finally {
    await steps.end();
    await target?.close();
  }
}

const unopenedPlace = (spec: string): TargetPlace => ({
  words: spec,
  embeddedDirectory: spec.slice("embedded:".length),
  serverVersion: "",
});

async function migrateIntoExisting(
  target: Target,
  opened: Reading,
  choices: Choices,
  options: MigrateOptions,
): Promise<Migrated> {
  const session = await target.open();
  const place = plannedTarget(options, target);
  const { plan, reading } = await withCancelling(session, options.signal, (asking) =>
    planReadingInto(opened, choices, asking, place, options),
  );
  const { existing } = plan;
  if (blocks(plan.findings) || existing === undefined) return blocked(plan, []);
  await withCancelling(session, options.signal, async (asking) => {
    await checkSequenceRights(asking, existing.sequences);
    await checkLockRoom(asking, plan);
    await checkZones(asking, plan);
    await rehearseSetAside(asking, existing.setAside);
  });
  const validate = options.validate ?? true;
  const { connection } = target;
  const result = await executeDirect({ reading, plan, session, connection, existing, validate, options });
  return { ...result, plan };
}

async function migrateInto(
  target: Target,
  reading: Reading,
  plan: Plan,
  options: WithSteps,
): Promise<Migrated> {
  const { steps } = options;
  const session = await target.open();
  const { schemaExists, inTheWay, tried } = await withCancelling(session, options.signal, (asking) =>
    lookAround(asking, plan, options),
  );
  if (inTheWay.length > 0) return blocked(plan, inTheWay);
  throwIfInterrupted(options.signal);
  const validate = options.validate ?? true;
  const { connection } = target;
  const stepsAreLeft = steps.areLeft;
  const result = await executeRun({
    reading,
    plan: tried,
    session,
    connection,
    schemaExists,
    validate,
    stepsAreLeft,
    options,
  });
  if (result.run !== null) await steps.claim(result.run);
  if (stepsAreLeft && result.status === "migrated" && result.run !== null)
    await runAfter(session, steps, result.run);
  return { ...result, plan: tried };
}

type Migrated = RunResult & Pick<MigrationOutcome, "plan">;

interface Surroundings {
  readonly schemaExists: boolean;
  readonly inTheWay: readonly Finding[];
  /** The plan without what the server refuses. */
  readonly tried: Plan;
}

/** @throws ToolError where the role or the server cannot take the plan. */
async function lookAround(session: Session, made: Plan, { signal }: RunOptions): Promise<Surroundings> {
  const schemaExists = await checkRights(session, made.schema);
  const { plan, findings } = await placeCaseless(session, made);
  const inTheWay = [...findings, ...(schemaExists ? await findTaken(session, plan) : [])];
  if (inTheWay.length > 0) return { schemaExists, inTheWay, tried: plan };
  await checkLockRoom(session, plan);
  await checkZones(session, plan);
  return { schemaExists, inTheWay, tried: await triedPlan(session, plan, signal) };
}

function blocked(plan: Plan, findings: readonly Finding[]): Migrated {
  return {
    plan,
    status: "blocked",
    tables: plan.tables.map((table): TableOutcome => ({
      source: table.source,
      target: table.target,
      rows: table.rows,
      copied: 0,
      rejected: 0,
      status: "not-run",
    })),
    verdicts: [],
    objects: [],
    validated: false,
    findings: [...plan.findings, ...findings],
    notCarried: plan.notCarried,
    run: null,
  };
}
