/** plan: introspect, profile every value, translate. Writes nothing anywhere. */
import { findOrphans } from "../export/orphans.js";
import { introspect } from "../export/introspect.js";
import { readRecords } from "../export/sqlite-records.js";
import type { Plan } from "../model/plan.js";
import type { Meaning, TableProfile } from "../model/profile.js";
import type { OnProgress } from "../model/progress.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { openSource } from "../source/open.js";
import type { Source } from "../source/source.js";
import { TableClassifier } from "../transform/classify.js";
import type { OrphanCount } from "../translate/foreign-keys.js";
import { meaningsOf, translate } from "../translate/translate.js";
import { keyIndexes } from "./lane.js";
import { pauser } from "./pause.js";

export interface PlanOptions {
  /** The target's schema; default `public`. */
  readonly schema?: string | undefined;
  readonly tempDirectory?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A plan with what it was made from, for those that go on with it. */
export interface Planned {
  readonly plan: Plan;
  readonly schema: SqliteSchema;
}

export const defaultSchema = "public";

/**
 * The dry run: reads every value of the file and says what `migrate` would do.
 *
 * @throws ToolError the source codes, `interrupted`.
 */
export async function plan(sourcePath: string, options: PlanOptions = {}): Promise<Plan> {
  const source = await openSourceFor(sourcePath, options);
  try {
    return (await planSource(source, options)).plan;
  } finally {
    source.close();
  }
}

export const openSourceFor = (path: string, options: PlanOptions): Promise<Source> =>
  openSource(path, {
    tempDirectory: options.tempDirectory,
    signal: options.signal,
    onSays: (message) => options.onProgress?.({ kind: "says", message }),
  });

/** @throws ToolError the source codes, `interrupted`. */
export async function planSource(source: Source, options: PlanOptions): Promise<Planned> {
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
    targetSchema: options.schema ?? defaultSchema,
  });
  return { plan, schema };
}

type Meanings = (table: SqliteTable) => readonly { readonly name: string; readonly meaning: Meaning }[];

/** One pass over every value of every table. */
export async function profileTables(
  source: Source,
  schema: SqliteSchema,
  meanings: Meanings,
  { onProgress, signal }: PlanOptions,
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
    for (const batch of readRecords(source, table, schema.encoding)) {
      classifier.add(batch);
      onProgress?.({
        kind: "table",
        phase: "profile",
        table: table.name,
        rows: classifier.rows,
        totalRows: null,
      });
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
  { signal }: PlanOptions,
): Promise<readonly OrphanCount[]> {
  const pause = pauser(signal);
  const found: OrphanCount[] = [];
  for (const table of schema.tables) {
    for (const orphans of findOrphans(source, schema, table)) {
      found.push(orphans);
      await pause();
    }
  }
  return found;
}
