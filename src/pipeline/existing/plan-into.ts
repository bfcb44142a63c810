/** The plan of a load into tables that are in the target already: they are read and matched, every value is profiled for their types. */

import type { SqliteTable } from "../../model/sqlite.js";
import type { TargetSchema } from "../../model/target-schema.js";
import { readTargetSchema } from "../../target/existing/read.js";
import { countRows } from "../../target/existing/rows.js";
import type { Session } from "../../target/session.js";
import { matchExisting } from "../../translate/existing/match.js";
import { leftAlone, seedTables } from "../../translate/existing/seed-tables.js";
import { existingMeanings } from "../../translate/existing/plan-existing.js";
import { planInto } from "../../translate/existing/plan-into.js";
import { settleRejects } from "../../translate/settle-rejects.js";
import { refuseUnknown } from "../proof/allow-unproven.js";
import type { Choices } from "../planning/choices.js";
import { findPointingRows } from "../../import/existing/pointing.js";
import { findLongRows } from "../reading/long-entries.js";
import { defaultSchema, type PlannedTarget } from "../open.js";
import type { PlanOptions } from "../options.js";
import { profileTables } from "../reading/profile.js";
import type { Reading } from "../reading/reading.js";
import { pointingFinding } from "./refusal-findings.js";
import { seedFindings } from "./seed-rows.js";
import { rehearseTables } from "../reading/rehearse.js";
import type { PlannedReading } from "../planning/settled-plan.js";

export interface PlannedInto extends PlannedReading {
  /** As it was when the plan was made. */
  readonly target: TargetSchema;
}

/**
 * @returns also the reading of those tables that are loaded.
 * @throws ToolError the codes of both sides, `interrupted`; `usage` for a table that may stay unproven and is not there.
 */
export async function planReadingInto(
  reading: Reading,
  { rules, mappings, skipped, findings }: Choices,
  session: Session,
  place: PlannedTarget,
  options: PlanOptions,
): Promise<PlannedInto> {
  const { source, schema } = reading;
  refuseUnknown(
    options.allowUnproven ?? [],
    schema.tables.map(({ name }) => name),
  );
  const target = await readTargetSchema(session, place.schema ?? defaultSchema);
  const tables = target.tables.filter(({ kind }) => kind === "table" || kind === "partitioned");
  const { tables: matchedAll } = matchExisting(
    schema,
    tables.flatMap(({ columns }) => columns),
    rules,
  );
  const rowsThere = await countRows(
    session,
    target,
    matchedAll.map((each) => each.target),
  );
  const seeds = seedTables(matchedAll, target, rowsThere, rules);
  const leftOut = [...skipped, ...seeds.map(leftAlone)];
  const matched = matchedAll.filter((each) => !seeds.some((seed) => seed.matched === each));
  const chosen = withTables(
    reading,
    matched.map(({ table }) => table),
  );
  const meanings = ({ name }: SqliteTable) =>
    existingMeanings(matched.find(({ table }) => table.name === name)!);
  const profiles = await profileTables(chosen, meanings, options);
  const made = planInto({
    source: {
      file: source.file,
      bytes: source.bytes,
      encoding: schema.encoding,
      fingerprint: source.fingerprint,
    },
    schema: chosen.schema,
    readers: chosen.tables.map(({ reader }) => reader),
    profiles,
    matched,
    target,
    rowsThere,
    mayBeUnproven: (name) => (options.allowUnproven ?? []).includes(name),
    leftOut: leftOut.map(({ name }) => name),
    existingRows: (name) => rules.table(name).existingRows ?? options.existingRows ?? "refuse",
    serverVersion: place.serverVersion,
    mappings,
    sampledRows: options.sampleRows ?? null,
    onReject: options.onReject ?? "fail",
    maxRejects: options.maxRejects ?? null,
    onOrphans: "fail",
  });
  const loaded = new Set(made.tables.map(({ source: name }) => name));
  const read = withTables(
    chosen,
    chosen.schema.tables.filter((table) => loaded.has(table.name)),
  );
  const counted = profiles.filter(({ table }) => loaded.has(table));
  const rehearsed = await rehearseTables(read, made, counted, null, options);
  const settled = settleRejects(rehearsed.plan, rehearsed.rehearsals);
  const longRows = await findLongRows(read, settled, counted);
  const counts = new Map(profiles.map(({ table, rows }) => [table, rows]));
  const seedRows = await seedFindings(source, session, {
    target,
    seeds,
    loaded: matched.filter(({ table: { name } }) => loaded.has(name) && counts.get(name) !== 0),
  });
  const pointing = await findPointingRows(session, settled);
  const plan = {
    ...settled,
    notCarried: [...leftOut, ...settled.notCarried],
    findings: [
      ...findings,
      ...seedRows,
      ...settled.findings,
      ...pointing.map((each) => pointingFinding(settled, each, target.role)),
      ...longRows,
    ],
  };
  return { plan, reading: read, target };
}

const withTables = (reading: Reading, tables: readonly SqliteTable[]): Reading => ({
  ...reading,
  schema: { ...reading.schema, tables },
  tables: reading.tables.filter(({ table }) => tables.includes(table)),
});
