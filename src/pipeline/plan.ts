/** plan: profile every value, translate, rehearse what may not fit. Writes nothing anywhere. */
import { ToolError } from "../errors.js";
import type { Finding } from "../model/finding.js";
import type { Plan } from "../model/plan.js";
import type { SqliteTable } from "../model/sqlite.js";
import { takenNames } from "../target/catalog.js";
import type { Session } from "../target/session.js";
import { meaningsOf } from "../translate/translate.js";
import { withCancelling } from "./cancelling.js";
import { chooseFrom, type Choices } from "./choices.js";
import {
  defaultSchema,
  plannedTarget,
  openSourceFor,
  openTargetFor,
  type PlannedTarget,
  type RunOptions,
} from "./open.js";
import { OrphanSearch } from "./orphan-search.js";
import { profileTables } from "./profile.js";
import { withReading, type Reading } from "./reading.js";
import { settledPlan } from "./settled-plan.js";

export interface PlanOptions extends RunOptions {
  /** About so many rows of each table are read instead of all, at least 1: the plan is a guess then. */
  readonly sampleRows?: number | undefined;
  /** A postgres:// URL where taken names are looked for. */
  readonly target?: string | undefined;
}

/**
 * The dry run: reads every value of the file and says what `migrate` would do.
 *
 * @throws ToolError the codes of the source and, where one is named, of the target; `usage`, `interrupted`.
 */
export async function plan(sourcePath: string, options: PlanOptions = {}): Promise<Plan> {
  if (options.target?.startsWith("embedded:") === true) {
    throw new ToolError(
      "usage",
      "plan starts no server, for that would write into its folder.",
      "Leave the target out: sqlift plan SOURCE",
    );
  }
  const source = await openSourceFor(sourcePath, options);
  try {
    const choices = chooseFrom(source, options);
    return await withReading(source, choices.schema, options, (reading) =>
      options.target === undefined
        ? planReading(reading, choices, plannedTarget(options, null), options)
        : planAgainst(reading, choices, options.target, options),
    );
  } finally {
    source.close();
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
    const made = await planReading(reading, choices, plannedTarget(options, target), options);
    const session = await target.open();
    const taken = await withCancelling(session, options.signal, (asking) => findTaken(asking, made));
    return { ...made, findings: [...made.findings, ...taken] };
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

/** @throws ToolError the source codes, `interrupted`. */
export async function planReading(
  reading: Reading,
  { rules, mappings, skipped, findings }: Choices,
  target: PlannedTarget,
  options: PlanOptions,
): Promise<Plan> {
  const { source, schema } = reading;
  const { sampleRows = null } = options;
  const meanings = (table: SqliteTable) => meaningsOf(table, rules);
  // A sample does not tell which rows have no parent.
  const search = sampleRows === null ? new OrphanSearch(source, schema) : undefined;
  const profiles = await profileTables(reading, meanings, options, search);
  const orphans = (await search?.end(reading.lanes)) ?? [];
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
    orphans,
    targetSchema: target.schema ?? defaultSchema,
    serverVersion: target.serverVersion,
    rules,
    mappings,
    sampledRows: sampleRows,
    onReject: options.onReject ?? "fail",
    maxRejects: options.maxRejects ?? null,
  };
  const plan = await settledPlan(reading, draft, options);
  return {
    ...plan,
    notCarried: [...skipped, ...plan.notCarried],
    findings: [...findings, ...plan.findings],
  };
}
