/** plan: introspect, profile every value, translate. Writes nothing anywhere. */
import { ToolError } from "../errors.js";
import { findOrphans } from "../export/orphans.js";
import { introspect } from "../export/introspect.js";
import { estimateRows, readRowidRange } from "../export/rowid-range.js";
import { readRecords } from "../export/sqlite-records.js";
import type { Finding } from "../model/finding.js";
import type { Plan } from "../model/plan.js";
import type { Meaning, TableProfile } from "../model/profile.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { takenNames } from "../target/catalog.js";
import type { Session } from "../target/session.js";
import { TableClassifier } from "../transform/classify.js";
import type { OrphanCount } from "../translate/foreign-keys.js";
import { meaningsOf, translate } from "../translate/translate.js";
import { keyIndexes } from "./lane.js";
import { defaultSchema, namedSchema, openSourceFor, openTargetFor, type RunOptions } from "./open.js";
import { pauser } from "./pause.js";

export interface PlanOptions extends RunOptions {
  /** A postgres:// URL where taken names are looked for. */
  readonly target?: string | undefined;
}

/** A plan with what it was made from, for those that go on with it. */
export interface Planned {
  readonly plan: Plan;
  readonly schema: SqliteSchema;
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
    return options.target === undefined
      ? (await planSource(source, namedSchema(options, null), options)).plan
      : await planAgainst(source, options.target, options);
  } finally {
    source.close();
  }
}

async function planAgainst(source: Source, spec: string, options: PlanOptions): Promise<Plan> {
  const target = await openTargetFor(spec, options);
  try {
    const { plan: made } = await planSource(source, namedSchema(options, target), options);
    const taken = await findTaken(await target.open(), made);
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
export async function planSource(
  source: Source,
  targetSchema: string | null,
  options: RunOptions,
): Promise<Planned> {
  const schema = introspect(source);
  const profiles = await profileTables(source, schema, meaningsOf, options);
  const orphans = await collectOrphans(source, schema, options);
  const plan = translate({
    source: {
      file: source.file,
      bytes: source.bytes,
      encoding: schema.encoding,
      fingerprint: source.fingerprint,
    },
    schema,
    profiles,
    orphans,
    targetSchema: targetSchema ?? defaultSchema,
  });
  return { plan, schema };
}

type Meanings = (table: SqliteTable) => readonly { readonly name: string; readonly meaning: Meaning }[];

/** One pass over every value of every table. */
export async function profileTables(
  source: Source,
  schema: SqliteSchema,
  meanings: Meanings,
  { onProgress, signal }: RunOptions,
): Promise<readonly TableProfile[]> {
  const pause = pauser(signal);
  const profiles: TableProfile[] = [];
  onProgress?.({ kind: "phase", phase: "profile", tables: schema.tables.length, rows: null });
  for (const table of schema.tables) {
    const classifier = new TableClassifier({
      table: table.name,
      columns: meanings(table),
      keyIndexes: keyIndexes(table),
    });
    const range = readRowidRange(source, table);
    for (const batch of readRecords(source, table, schema.encoding)) {
      classifier.add(batch);
      const { rows } = classifier;
      const lastRead = batch.rowids?.[batch.rows - 1];
      const totalRows = range === null || lastRead === undefined ? null : estimateRows(range, rows, lastRead);
      onProgress?.({ kind: "table", phase: "profile", table: table.name, rows, totalRows });
      await pause();
    }
    onProgress?.({ kind: "table-done", phase: "profile", table: table.name, rows: classifier.rows });
    profiles.push(classifier.profile());
  }
  return profiles;
}

async function collectOrphans(
  source: Source,
  schema: SqliteSchema,
  { signal }: RunOptions,
): Promise<readonly OrphanCount[]> {
  const pause = pauser(signal);
  const found: OrphanCount[] = [];
  for (const table of schema.tables) {
    for (const orphans of findOrphans(source, schema, table)) {
      found.push(orphans);
      await pause();
    }
    // Most tables have none, and the generator stops at nothing then.
    await pause();
  }
  return found;
}
