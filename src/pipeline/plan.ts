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
import { defaultSchema, namedSchema, openSourceFor, openTargetFor, type RunOptions } from "./open.js";
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
        ? planReading(reading, choices, namedSchema(options, null), options)
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
    const made = await planReading(reading, choices, namedSchema(options, target), options);
    const session = await target.open();
    const taken = await withCancelling(session, options.signal, (asking) => findTaken(asking, made));
    return { ...made, findings: [...made.findings, ...taken] };
  } finally {
    await target.close();
  }
}

/** Everything that the plan will name in the target's schema and that is there already. */
export async function findTaken(session: Session, made: Plan): Promise<readonly Finding[]> {
  const tableOf = new Map<string, string>();
  for (const table of made.tables) {
    const keys = [
      ...table.uniques,
      ...table.indexes,
      ...(table.primaryKey === null ? [] : [table.primaryKey]),
    ];
    const sequences = table.columns.flatMap(({ identity }) => (identity === null ? [] : [identity.sequence]));
    for (const name of [table.target, ...keys.map((key) => key.name), ...sequences])
      tableOf.set(name, table.source);
  }
  const tables = made.tables.map((table) => table.target);
  const taken = await takenNames(session, made.schema, [...tableOf.keys()], tables);
  return taken.map(({ name, what }) => ({
    kind: "name-taken",
    // The array type of a table has its name and an underscore before it.
    at: { table: tableOf.get(name) ?? tableOf.get(name.slice(1)) ?? name },
    schema: made.schema,
    name,
    what,
  }));
}

/**
 * @param targetSchema where the tables are to go; null: the default.
 * @throws ToolError the source codes, `interrupted`.
 */
export async function planReading(
  reading: Reading,
  { rules, mappings, skipped, findings }: Choices,
  targetSchema: string | null,
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
    targetSchema: targetSchema ?? defaultSchema,
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
