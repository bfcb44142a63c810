/** migrate: plan, and if nothing is in the way, one run of the plan (run.ts). */
import { ToolError } from "../errors.js";
import { blocks, type Finding } from "../model/finding.js";
import type { MigrationOutcome, TargetPlace } from "../model/outcome.js";
import type { Plan } from "../model/plan.js";
import { checkRights } from "../target/catalog.js";
import { checkLockRoom } from "../target/lock-room.js";
import type { Session, Target } from "../target/session.js";
import { checkZones } from "../target/zones.js";
import type { Source } from "../source/source.js";
import { blocked, type Migrated } from "./run/blocked.js";
import { withCancelling } from "./cancelling.js";
import { placeCaseless } from "./planning/caseless-place.js";
import { tellChangedMappings } from "./planning/changed-mappings.js";
import { chooseFrom } from "./planning/choices.js";
import type { CopyReaders } from "./lanes/copy-readers.js";
import { migrateIntoExisting } from "./migrate-into.js";
import { beginWithoutHistory, checkWithoutHistory } from "./without-history/check.js";
import { repairRuns } from "./existing/repair.js";
import { createAtOnce } from "./without-history/create.js";
import { openTargetFor, plannedTarget, withSource } from "./open.js";
import type { MigrateOptions } from "./options.js";
import { throwIfInterrupted } from "./pause.js";
import { planReading } from "./planning/plan-reading.js";
import { findTaken } from "./planning/taken.js";
import { withReading, type Reading } from "./reading/reading.js";
import { executeRun } from "./run/run.js";
import { finishRun, runAfter } from "./steps/finish-run.js";
import { ScriptSteps } from "./steps/steps.js";
import { triedPlan } from "./planning/trial.js";

export type { MigrateOptions } from "./options.js";

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
  if (options.history === false) checkWithoutHistory(options);
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
  const { steps, intoExisting = false } = options;
  const started = performance.now();
  let target: Target | null = null;
  try {
    // A server that cannot be reached should say so before every value is read; an embedded one is made only when
    // there is something to put into it.
    if (!targetSpec.startsWith("embedded:") || steps.areGiven || intoExisting)
      target = await openTargetFor(targetSpec, options, !steps.areGiven && intoExisting);
    const finish = (result: Migrated, place: TargetPlace): MigrationOutcome => ({
      ...result,
      steps: steps.outcomes,
      target: place,
      elapsedSeconds: (performance.now() - started) / 1000,
    });
    const keepsHistory = options.history ?? true;
    const begin = keepsHistory ? repairRuns : beginWithoutHistory;
    if (target !== null) await begin(target, options);
    if (target !== null && keepsHistory) {
      await steps.begin(target);
      await steps.run("before", null);
      const finished = await finishRun(target, source, options);
      if (finished !== null) return finish(finished, target.place);
    }
    const choices = chooseFrom(source, options);
    if (target !== null && keepsHistory)
      await tellChangedMappings(target, source.file, choices.mappings, options);
    return await withReading(source, choices.schema, { ...options, readers }, async (opened) => {
      if (intoExisting && target !== null) {
        const result = await migrateIntoExisting(target, opened, choices, options);
        return finish(await withAfter(target, result, steps), target.place);
      }
      const { plan, reading } = await planReading(opened, choices, plannedTarget(options, target), options);
      if (blocks(plan.findings)) return finish(blocked(plan, []), target?.place ?? unopenedPlace(targetSpec));
      throwIfInterrupted(options.signal);
      if (target === null) {
        target = await openTargetFor(targetSpec, options);
        await begin(target, options);
      }
      const result = await migrateInto(target, reading, plan, options);
      return finish(await withAfter(target, result, steps), target.place);
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

/** Runs what comes after the rows. @throws ToolError as ScriptSteps.run. */
async function withAfter(target: Target, result: Migrated, steps: ScriptSteps): Promise<Migrated> {
  const { run, status } = result;
  if (run === null) return result;
  await steps.claim(run);
  if (status === "migrated" && steps.areLeft) await runAfter(target, steps, run);
  return result;
}

async function migrateInto(
  target: Target,
  reading: Reading,
  plan: Plan,
  options: WithSteps,
): Promise<Migrated> {
  const session = await target.open();
  const { schemaExists, inTheWay, tried } = await withCancelling(session, options.signal, (asking) =>
    lookAround(asking, plan, options),
  );
  if (inTheWay.length > 0) return blocked(plan, inTheWay);
  throwIfInterrupted(options.signal);
  const validate = options.validate ?? true;
  const { connection } = target;
  const input = { reading, plan: tried, session, connection, schemaExists, validate, options };
  const result =
    options.history === false
      ? await createAtOnce(input)
      : await executeRun({ ...input, stepsAreLeft: options.steps.areLeft });
  return { ...result, plan: tried };
}

interface Surroundings {
  readonly schemaExists: boolean;
  readonly inTheWay: readonly Finding[];
  /** The plan without what the server refuses. */
  readonly tried: Plan;
}

/** @throws ToolError where the role or the server cannot take the plan. */
async function lookAround(
  session: Session,
  made: Plan,
  { signal, history = true }: MigrateOptions,
): Promise<Surroundings> {
  const schemaExists = await checkRights(session, made.schema, !history);
  const { plan, findings } = await placeCaseless(session, made);
  const inTheWay = [...findings, ...(schemaExists ? await findTaken(session, plan) : [])];
  if (inTheWay.length > 0) return { schemaExists, inTheWay, tried: plan };
  await checkLockRoom(session, plan, history ? "moved" : "made");
  await checkZones(session, plan);
  return {
    schemaExists,
    inTheWay,
    tried: await triedPlan(session, plan, signal, history || !schemaExists ? null : plan.schema),
  };
}
