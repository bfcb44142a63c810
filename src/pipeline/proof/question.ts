/** What validate compares: by the plan of the run that made the tables, else by the target's columns and the mappings. */
import { ToolError } from "../../errors.js";
import { recordColumns } from "../../export/sqlite-records.js";
import type { Finding } from "../../model/finding.js";
import type { ValidationOutcome } from "../../model/outcome.js";
import type { Plan } from "../../model/plan.js";
import { isLeftOut } from "../../model/proof.js";
import type { SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import { unprovenVerdict, type TableVerdict } from "../../model/verdict.js";
import type { Source } from "../../source/source.js";
import { readTargetColumns } from "../../target/existing/columns.js";
import { lastRun } from "../../target/history/runs.js";
import type { Session } from "../../target/session.js";
import { matchExisting } from "../../translate/existing/match.js";
import {
  existingMeanings,
  planForExisting,
  type ExistingPlan,
} from "../../translate/existing/plan-existing.js";
import { everything, isOfSelection, leftOutBy, type Selection } from "../../translate/rules/choose-tables.js";
import { rulesFor, type SaidRules } from "../planning/choices.js";
import { defaultSchema, type PlannedTarget, type RunOptions } from "../open.js";
import { profileTables } from "../reading/profile.js";
import { withReading } from "../reading/reading.js";
import { refuseNothingLeft } from "../planning/selection.js";

export interface Question {
  readonly plan: Plan;
  readonly planFrom: ValidationOutcome["planFrom"];
  /** Which rows it rejected stands in the target; null where none is known. */
  readonly run: number | null;
  /** Of tables that cannot be compared. */
  readonly verdicts: readonly TableVerdict[];
  readonly findings: readonly Finding[];
}

/**
 * @param described with all tables of the file.
 * @param selection which of them are compared; the others are unproven, as asked.
 * @param place where to look; without a schema: where the last run moved the file, else the default.
 * @throws ToolError `usage` for a mapping where a run made the tables, and where the selection leaves none; the codes of both sides, `interrupted`.
 */
export async function findQuestion(
  source: Source,
  described: SqliteSchema,
  selection: Selection,
  session: Session,
  place: PlannedTarget,
  options: RunOptions,
): Promise<Question> {
  const question = await questionOf(source, described, selection, session, place, options);
  // Those of the run that are no longer in the file count here, too.
  const all = question.plan.tables.length + question.verdicts.length;
  const left = all - question.verdicts.filter(isLeftOut).length;
  refuseNothingLeft(selection, left, all, source.file);
  return question;
}

async function questionOf(
  source: Source,
  described: SqliteSchema,
  selection: Selection,
  session: Session,
  place: PlannedTarget,
  options: RunOptions,
): Promise<Question> {
  const recorded = await lastRun(session, source.file, place.schema);
  const said = rulesFor(described, options);
  if (recorded === null) {
    const existing = await matchColumns(source, session, described, selection, place, said, options);
    const findings = [...said.findings, ...existing.findings];
    return { ...existing, findings, planFrom: "target-columns", run: null };
  }
  const { run } = recorded;
  refuseMappings(run, options);
  const { plan, described: chosen, verdicts: unselected } = selected(recorded.plan, described, selection);
  const { verdicts: left, tables: expected } = await withoutLeftOut(session, plan, chosen);
  const verdicts = [...left, ...unselected];
  const newer = expected.filter((table) => !isCovered(plan, table));
  if (newer.length === 0) {
    // Of the plan's findings only this one is still true of the file as it is now.
    const findings = plan.findings.filter(({ kind }) => kind === "nothing-to-move");
    return { plan, planFrom: "run-history", run, verdicts, findings };
  }
  // What came into the file after the run must not pass for proven because the run did not know it.
  const there = { ...place, schema: plan.schema };
  const some = { ...described, tables: newer };
  const matched = await matchColumns(source, session, some, everything, there, said, options);
  const names = new Set(newer.map(({ name }) => name));
  const tables = [...plan.tables.filter((table) => !names.has(table.source)), ...matched.plan.tables];
  return {
    plan: { ...plan, tables },
    planFrom: "run-history",
    run,
    verdicts: [...verdicts, ...matched.verdicts],
    findings: matched.findings,
  };
}

/** The plan and the file without the tables that the selection leaves out, which only one of them may have. */
function selected(
  plan: Plan,
  described: SqliteSchema,
  selection: Selection,
): Pick<Question, "plan" | "verdicts"> & { readonly described: SqliteSchema } {
  const isChosen = (name: string): boolean => leftOutBy(selection, name) === null;
  const targets = new Map([
    ...described.tables.map(({ name }) => [name, name] as const),
    ...plan.tables.map(({ source, target }) => [source, target] as const),
  ]);
  return {
    plan: { ...plan, tables: plan.tables.filter(({ source }) => isChosen(source)) },
    described: { ...described, tables: described.tables.filter(({ name }) => isChosen(name)) },
    verdicts: [...targets].flatMap(([source, target]) => {
      const reason = leftOutBy(selection, source);
      return reason === null ? [] : [unprovenVerdict({ source, target }, reason, { asked: true })];
    }),
  };
}

/** The tables that the target should have, and what is said of those that the run was asked to leave out. */
async function withoutLeftOut(
  session: Session,
  plan: Plan,
  { tables }: SqliteSchema,
): Promise<{ readonly tables: readonly SqliteTable[]; readonly verdicts: readonly TableVerdict[] }> {
  const reasons = new Map(
    plan.notCarried.flatMap(({ type, name, reason }) => (type === "table" ? [[name, reason] as const] : [])),
  );
  if (reasons.size === 0) return { tables, verdicts: [] };
  // Another run, or somebody else, may have brought one there: then it is compared like any other.
  const columns = await readTargetColumns(session, plan.schema);
  const isThere = ({ name }: SqliteTable): boolean => columns.some(({ table }) => table === name);
  // Into existing tables: what a mapping leaves to the application was there before the run.
  const isLeftAlone = (reason: string): boolean => plan.existing !== undefined && !isOfSelection(reason);
  const leftOut = tables.filter((table) => {
    const reason = reasons.get(table.name);
    return reason !== undefined && (isLeftAlone(reason) || !isThere(table));
  });
  return {
    tables: tables.filter((table) => !leftOut.includes(table)),
    verdicts: leftOut.map(({ name }) =>
      unprovenVerdict({ source: name, target: name }, reasons.get(name) ?? null, { asked: true }),
    ),
  };
}

/** Whether the plan knows the table with all the columns that it has now. */
function isCovered(plan: Plan, table: SqliteTable): boolean {
  const planned = plan.tables.find(({ source }) => source === table.name);
  const columns = new Set(planned?.columns.map(({ source }) => source));
  for (const { type, table: of, name } of plan.notCarried)
    if (type === "column" && of === table.name) columns.add(name.slice(of.length + 1));
  return planned !== undefined && recordColumns(table).every((name) => columns.has(name));
}

/**
 * What the run did with the values stands in its plan; another mapping would ask whether something else was done.
 *
 * @throws ToolError `usage`.
 */
function refuseMappings(run: number, { mappings = [] }: RunOptions): void {
  if (mappings.length > 0)
    throw new ToolError(
      "usage",
      `Run ${run} of sqlift has moved this file into the target, and is proven by its own plan, which the target keeps: --mapping says nothing there.`,
      "Leave --mapping out; or name the schema of another copy by --schema.",
    );
}

/** Plans by the target's columns and what the mappings say of them, for tables that no run is known to have made. */
async function matchColumns(
  source: Source,
  session: Session,
  schema: SqliteSchema,
  selection: Selection,
  place: PlannedTarget,
  { rules, mappings }: SaidRules,
  options: RunOptions,
): Promise<ExistingPlan> {
  const targetSchema = place.schema ?? defaultSchema;
  const matching = matchExisting(schema, await readTargetColumns(session, targetSchema), rules, selection);
  const matched = new Map(matching.tables.map((each) => [each.table, each]));
  const meanings = (table: SqliteTable) => existingMeanings(matched.get(table)!);
  return withReading(source, { ...schema, tables: [...matched.keys()] }, options, async (reading) => {
    const profiles = await profileTables(reading, meanings, options);
    const { file, bytes, fingerprint } = source;
    return planForExisting({
      source: { file, bytes, encoding: schema.encoding, fingerprint },
      matching,
      readers: reading.tables.map(({ reader }) => reader),
      profiles,
      mappings,
      targetSchema,
      serverVersion: place.serverVersion,
    });
  });
}
