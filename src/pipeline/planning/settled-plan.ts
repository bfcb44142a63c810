/** The plan with what encoding the rows tells: rows that are rejected, values that change, rules that give way. */
import type { RuleNotKept } from "../../model/finding.js";
import type { Plan } from "../../model/plan.js";
import type { TableProfile } from "../../model/profile.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { virtualWithoutValues } from "../../translate/objects/virtual-values.js";
import { countedOut, refutedByRows } from "../../translate/rules/rules-not-kept.js";
import { settleEntries } from "../../translate/settle-entries.js";
import { settleRejects } from "../../translate/settle-rejects.js";
import { meaningsOf, translate, type TranslateInput } from "../../translate/translate.js";
import { findLongEntries, findLongRows } from "../reading/long-entries.js";
import type { RunOptions } from "../open.js";
import { orphanKeysOf } from "../reading/orphan-rows.js";
import { withComputed } from "../reading/computed-tables.js";
import { profileTables } from "../reading/profile.js";
import type { Reading } from "../reading/reading.js";
import { rehearseTables, type RehearsedPlan } from "../reading/rehearse.js";

/** A plan, and the reading that it was made from: it has the values of virtual columns that the plan carries. */
export interface PlannedReading {
  readonly plan: Plan;
  readonly reading: Reading;
}

type Draft = Omit<TranslateInput, "rulesNotKept">;

/**
 * A rule that nobody asked for gives way to values that its type does not hold: then the plan is made anew without it. A
 * row is rejected for its first value alone, so another rule may be refuted only then.
 *
 * @param draft with the profiles of what its rules say, all of them kept.
 * @param mayKeepApart whether rows that point nowhere are kept apart.
 * @throws ToolError the source codes, `interrupted`.
 */
export async function settledPlan(
  given: Reading,
  draft: Draft,
  mayKeepApart: boolean,
  options: RunOptions,
): Promise<PlannedReading> {
  let reading = given;
  let current: TranslateInput = { ...draft, rulesNotKept: [] };
  let rehearsed: RehearsedPlan | null = null;
  for (;;) {
    let plan = translate(current);
    const wanted = virtualWithoutValues(plan, current.schema);
    if (wanted.size > 0) {
      reading = await withComputed(reading, wanted, current.sampledRows, options);
      current = await withComputedCounts(reading, current, wanted, options);
      continue;
    }
    let rulesNotKept = countedOut(plan);
    if (rulesNotKept.length === current.rulesNotKept.length) {
      if (mayKeepApart) plan = { ...plan, orphanKeys: orphanKeysOf(reading.schema, plan) };
      rehearsed = await rehearseTables(reading, plan, current.profiles, rehearsed, options);
      const refuted = refutedByRows(plan, rehearsed.rehearsals);
      if (refuted.length === 0) {
        const settled = settleRejects(rehearsed.plan, rehearsed.rehearsals);
        const { profiles } = current;
        const made = settleEntries(settled, await findLongEntries(reading, settled, profiles));
        const longRows = await findLongRows(reading, made, profiles);
        return { plan: { ...made, findings: [...made.findings, ...longRows] }, reading };
      }
      rulesNotKept = [...rulesNotKept, ...refuted];
    }
    const profiles = await profilesWithout(reading, current, rulesNotKept, options);
    current = { ...current, profiles, rulesNotKept };
  }
}

/**
 * The counts of a rule's meaning must not decide what the column becomes without it: what they did not look for is 0 in
 * them, and would pass for a limit that all values keep. So these tables are counted again.
 */
async function profilesWithout(
  reading: Reading,
  { rules, profiles, rulesNotKept: before }: TranslateInput,
  rulesNotKept: readonly RuleNotKept[],
  options: RunOptions,
): Promise<readonly TableProfile[]> {
  const wanted = (table: SqliteTable) => meaningsOf(table, rules, rulesNotKept);
  const tables = reading.tables.filter(
    ({ table }) => JSON.stringify(wanted(table)) !== JSON.stringify(meaningsOf(table, rules, before)),
  );
  if (tables.length === 0) return profiles;
  const counted = await profileTables({ ...reading, tables }, wanted, options);
  return profiles.map((profile) => counted.find(({ table }) => table === profile.table) ?? profile);
}

/** What is computed is known only when PostgreSQL cannot compute it; then its values are counted like all others. */
async function withComputedCounts(
  reading: Reading,
  current: TranslateInput,
  wanted: ReadonlyMap<string, readonly string[]>,
  options: RunOptions,
): Promise<TranslateInput> {
  const tables = reading.tables.filter(({ table }) => wanted.has(table.name));
  const meanings = (table: SqliteTable) => meaningsOf(table, current.rules, current.rulesNotKept);
  const counted = await profileTables({ ...reading, tables }, meanings, options);
  return {
    ...current,
    schema: reading.schema,
    readers: reading.tables.map(({ reader }) => reader),
    profiles: current.profiles.map(
      (profile) => counted.find(({ table }) => table === profile.table) ?? profile,
    ),
  };
}
