/** plan: profile every value, translate, rehearse what may not fit. Writes nothing anywhere. */
import { ToolError } from "../errors.js";
import { hasNamedRows } from "../export/orphan-rows.js";
import { blocks, type Finding } from "../model/finding.js";
import type { Plan } from "../model/plan.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { checkRights, takenNames } from "../target/catalog.js";
import { embeddedMajor } from "../target/embedded-binaries.js";
import { oldestMajor } from "../target/server-check.js";
import type { Session } from "../target/session.js";
import type { OrphanCount } from "../translate/objects/foreign-keys.js";
import { meaningsOf } from "../translate/translate.js";
import { withCancelling } from "./cancelling.js";
import { planReadingInto } from "./existing/plan-into.js";
import { refuseSetAside } from "./existing/repair.js";
import { placeCaseless } from "./caseless-place.js";
import { caselessColumns } from "./caseless.js";
import { chooseFrom, type Choices } from "./choices.js";
import { defaultSchema, plannedTarget, openSourceFor, openTargetFor, type PlannedTarget } from "./open.js";
import { OrphanSearch } from "./orphan-search.js";
import { profileTables } from "./profile.js";
import { withReading, type Reading } from "./reading.js";
import type { PlanOptions } from "./options.js";
import { settledPlan, type PlannedReading } from "./settled-plan.js";
import { triedPlan } from "./trial.js";

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
        : (options.intoExisting === true ? planInto : planAgainst)(reading, choices, options.target, options),
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

async function planInto(
  reading: Reading,
  choices: Choices,
  spec: string,
  options: PlanOptions,
): Promise<Plan> {
  const target = await openTargetFor(spec, options);
  try {
    const session = await target.open();
    const place = plannedTarget(options, target);
    return await withCancelling(session, options.signal, async (asking) => {
      await refuseSetAside(asking, place.schema ?? defaultSchema);
      const { plan: made } = await planReadingInto(reading, choices, asking, place, options);
      return made;
    });
  } finally {
    await target.close();
  }
}

async function planAgainst(
  reading: Reading,
  choices: Choices,
  spec: string,
  options: PlanOptions,
): Promise<Plan> {
  const target = await openTargetFor(spec, options);
  try {
    const { plan: made } = await planReading(reading, choices, plannedTarget(options, target), options);
    const session = await target.open();
    return await withCancelling(session, options.signal, async (asking) => {
      const placed = await placeCaseless(asking, made);
      const taken = await findTaken(asking, placed.plan);
      const looked = { ...placed.plan, findings: [...made.findings, ...placed.findings, ...taken] };
      if (options.trial !== true || blocks(looked.findings)) return looked;
      await checkRights(asking, made.schema);
      return triedPlan(asking, looked, options.signal);
    });
  } finally {
    await target.close();
  }
}

/** Everything that the plan will name in the target's schema and that is there already. */
export async function findTaken(session: Session, made: Plan): Promise<readonly Finding[]> {
  // A name -> the table or view that it comes with.
  const relations = new Map<string, string>();
  for (const { source, target, columns, primaryKey, uniques, indexes } of made.tables) {
    const keys = [...uniques, ...indexes, ...(primaryKey === null ? [] : [primaryKey])];
    const sequences = columns.flatMap(({ identity }) => (identity === null ? [] : [identity.sequence]));
    for (const name of [target, ...keys.map((key) => key.name), ...sequences]) relations.set(name, source);
  }
  for (const { source, target } of made.views) relations.set(target, source);
  const functions = new Map(
    made.triggers.map(({ functionName, table }) => [functionName, relations.get(table) ?? table]),
  );
  const taken = await takenNames(session, made.schema, {
    relations: [...relations.keys()],
    tables: [...made.tables, ...made.views].map(({ target }) => target),
    functions: [...functions.keys()],
  });
  return taken.map(({ name, what }) => {
    const names = what === "function" ? functions : relations;
    // The array type of a table has its name and an underscore before it.
    const table = names.get(name) ?? names.get(name.slice(1)) ?? name;
    return { kind: "name-taken", at: { table }, schema: made.schema, name, what };
  });
}

/**
 * @returns also the reading that the plan is to be executed with.
 * @throws ToolError the source codes, `interrupted`.
 */
export async function planReading(
  reading: Reading,
  { rules, mappings, skipped, findings }: Choices,
  target: PlannedTarget,
  options: PlanOptions,
): Promise<PlannedReading> {
  const { source, schema } = reading;
  const { sampleRows = null } = options;
  const meanings = (table: SqliteTable) => meaningsOf(table, rules);
  const caseless = await caselessColumns({
    source,
    schema,
    rules,
    serverVersion: target.serverVersion,
    looksAtValues: sampleRows === null,
    signal: options.signal,
  });
  // A sample does not tell which rows have no parent.
  const search = sampleRows === null ? new OrphanSearch(source, schema, caseless.columns) : undefined;
  const profiles = await profileTables(reading, meanings, options, search);
  const onOrphans = options.onOrphans ?? "not-valid";
  const found = (await search?.end(reading.lanes)) ?? [];
  const mayKeepApart = onOrphans === "quarantine" && found.length > 0;
  const draft = {
    source: {
      file: source.file,
      bytes: source.bytes,
      encoding: schema.encoding,
      fingerprint: source.fingerprint,
    },
    schema,
    readers: reading.tables.map(({ reader }) => reader),
    profiles,
    orphans: mayKeepApart ? found.filter((orphans) => !areNamed(schema, orphans)) : found,
    targetSchema: target.schema ?? defaultSchema,
    serverVersion: target.serverVersion,
    rules,
    mappings,
    sampledRows: sampleRows,
    onReject: options.onReject ?? "fail",
    maxRejects: options.maxRejects ?? null,
    onOrphans,
    fullText: options.fullText ?? ("skip" as const),
    leftOut: skipped.map(({ name }) => name),
    caseless: caseless.columns,
  };
  const { plan, reading: read } = await settledPlan(reading, draft, mayKeepApart, options);
  return {
    plan: {
      ...plan,
      notCarried: [...skipped, ...plan.notCarried],
      findings: [...findings, ...caseless.findings, ...plan.findings],
    },
    reading: read,
  };
}

/** Whether they can be kept apart; else they are carried. */
const areNamed = (schema: SqliteSchema, { table }: OrphanCount): boolean =>
  schema.tables.some((each) => each.name === table && hasNamedRows(each));
