/** plan: profile every value, translate, rehearse what may not fit. Writes nothing anywhere. */
import { ToolError } from "../errors.js";
import { blocks } from "../model/finding.js";
import type { Plan } from "../model/plan.js";
import { checkRights } from "../target/catalog.js";
import { embeddedMajor } from "../target/embedded/binaries.js";
import { oldestMajor } from "../target/server-check.js";
import type { Session } from "../target/session.js";
import { withCancelling } from "./cancelling.js";
import { planReadingInto } from "./existing/plan-into.js";
import { refuseSetAside } from "./existing/repair.js";
import { defaultSchema, plannedTarget, openSourceFor, openTargetFor, type PlannedTarget } from "./open.js";
import type { PlanOptions } from "./options.js";
import { placeCaseless } from "./planning/caseless-place.js";
import { chooseFrom, type Choices } from "./planning/choices.js";
import { planReading } from "./planning/plan-reading.js";
import { findTaken } from "./planning/taken.js";
import { triedPlan } from "./planning/trial.js";
import { withReading, type Reading } from "./reading/reading.js";

export { ddlScript } from "../translate/statements/ddl-script.js";

export type { PlanOptions } from "./options.js";

/**
 * The dry run: reads every value of the file and says what `migrate` would do.
 *
 * @throws ToolError the codes of the source and, where one is named, of the target; `usage`, `interrupted`.
 */
export async function plan(sourcePath: string, options: PlanOptions = {}): Promise<Plan> {
  refuseOptions(options);
  const source = await openSourceFor(sourcePath, options);
  try {
    const choices = chooseFrom(source, options);
    return await withReading(source, choices.schema, options, (reading) =>
      options.target === undefined
        ? planReading(reading, choices, plannedFor(options), options).then((planned) => planned.plan)
        : planFor(reading, choices, options.target, options),
    );
  } finally {
    source.close();
  }
}

/** What a plan without a target is for. */
const plannedFor = (options: PlanOptions): PlannedTarget => {
  const planned = plannedTarget(options, null);
  return { ...planned, serverVersion: options.targetVersion ?? planned.serverVersion };
};

/** @throws ToolError `usage` for options that contradict each other. */
function refuseOptions({ target, trial = false, targetVersion, intoExisting = false }: PlanOptions): void {
  if (intoExisting && (target === undefined || trial))
    throw new ToolError(
      "usage",
      trial
        ? "--trial lets a server try the SQL of tables that are made, and with --into-existing none is."
        : "--into-existing looks at the tables of a target, and none is named.",
      "Say it so: sqlift plan SOURCE postgres://USER@HOST:PORT/DATABASE --into-existing",
    );
  if (target?.startsWith("embedded:") === true)
    throw new ToolError(
      "usage",
      "plan starts no server, for that would write into its folder.",
      "Leave the target out: sqlift plan SOURCE",
    );
  if (trial && target === undefined)
    throw new ToolError(
      "usage",
      "--trial asks a server, and no target is named.",
      "Name one: sqlift plan SOURCE postgres://USER@HOST:PORT/DATABASE --trial",
    );
  if (targetVersion === undefined) return;
  if (target !== undefined)
    throw new ToolError(
      "usage",
      "--target-version is for a plan without a target: the server itself tells its version.",
      "Leave one of the two out.",
    );
  if (!Number.isInteger(targetVersion) || targetVersion < oldestMajor || targetVersion > embeddedMajor)
    throw new ToolError(
      "usage",
      `--target-version ${targetVersion}: sqlift knows PostgreSQL ${oldestMajor} to ${embeddedMajor}.`,
    );
}

async function planFor(
  reading: Reading,
  choices: Choices,
  spec: string,
  options: PlanOptions,
): Promise<Plan> {
  const target = await openTargetFor(spec, options);
  try {
    const session = await target.open();
    const place = plannedTarget(options, target);
    const made =
      options.intoExisting === true ? null : (await planReading(reading, choices, place, options)).plan;
    return await withCancelling(session, options.signal, async (asking) => {
      if (made !== null) return lookedAt(asking, made, options);
      await refuseSetAside(asking, place.schema ?? defaultSchema);
      return (await planReadingInto(reading, choices, asking, place, options)).plan;
    });
  } finally {
    await target.close();
  }
}

/** The plan with what the target says of it. */
async function lookedAt(session: Session, made: Plan, options: PlanOptions): Promise<Plan> {
  const placed = await placeCaseless(session, made);
  const taken = await findTaken(session, placed.plan);
  const looked = { ...placed.plan, findings: [...made.findings, ...placed.findings, ...taken] };
  if (options.trial !== true || blocks(looked.findings)) return looked;
  await checkRights(session, made.schema);
  return triedPlan(session, looked, options.signal);
}
