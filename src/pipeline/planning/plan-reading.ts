/** A plan of tables that are made: every value profiled, translated, and rehearsed where it may not fit. */
import { hasNamedRows } from "../../export/orphan-rows.js";
import type { SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import type { OrphanCount } from "../../translate/objects/foreign-keys.js";
import { meaningsOf } from "../../translate/translate.js";
import { defaultSchema, type PlannedTarget } from "../open.js";
import type { PlanOptions } from "../options.js";
import { OrphanSearch } from "../reading/orphan-search.js";
import { profileTables } from "../reading/profile.js";
import type { Reading } from "../reading/reading.js";
import { caselessColumns } from "./caseless.js";
import type { Choices } from "./choices.js";
import { settledPlan, type PlannedReading } from "./settled-plan.js";

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
