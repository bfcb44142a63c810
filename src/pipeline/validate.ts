/** validate: finds out what to compare, from the run history or from the target's columns, and compares. */
import { ToolError } from "../errors.js";
import { introspect } from "../export/introspect.js";
import { recordColumns } from "../export/sqlite-records.js";
import type { Finding } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { ValidationOutcome } from "../model/outcome.js";
import type { ObjectFault } from "../model/object-fault.js";
import type { Plan } from "../model/plan.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { unprovenVerdict, type ProofMethod, type SourceReader, type TableVerdict } from "../model/verdict.js";
import type { Source } from "../source/source.js";
import { readColumns } from "../target/catalog.js";
import { lastRun } from "../target/history.js";
import type { Session } from "../target/session.js";
import { existingMeanings, planForExisting, type ExistingPlan } from "../translate/existing.js";
import { withFullTextTables } from "../translate/objects/full-text-tables.js";
import { faultsBeyondRows } from "../validate/beyond/beyond.js";
import { refuseCertificateFile, writeCertificate } from "../validate/certificate/file.js";
import { readCertificate } from "../validate/certificate/read.js";
import { withCancelling } from "./cancelling.js";
import { certificateOf } from "./certify.js";
import { checkCertificate } from "./check.js";
import {
  defaultSchema,
  openSourceFor,
  openTargetFor,
  plannedTarget,
  type PlannedTarget,
  type RunOptions,
} from "./open.js";
import { throwIfInterrupted } from "./pause.js";
import { profileTables } from "./profile.js";
import { prove } from "./prove.js";
import { withReading } from "./reading.js";

export interface ValidationOptions extends RunOptions {
  /** How many rows that differ are listed of a table, at least 0; all are counted. Default: 1,000. */
  readonly maxDifferences?: number | undefined;
  /** Who reads the source; default: SQLite itself, which shares no code with the loader. */
  readonly reader?: SourceReader | undefined;
  /** Where the target's rows are hashed; default: where it is measured to be cheaper. */
  readonly method?: ProofMethod | undefined;
  /** Where a certificate is written, also of an answer that is no; there must be no such file yet. Default: nowhere. */
  readonly certificate?: string | undefined;
  /** Tables, by their names in the source, that may stay unproven: as if they had been left out. */
  readonly allowUnproven?: readonly string[] | undefined;
}

/**
 * Compares a SQLite file, or what a certificate says of one, with a database; changes neither, and makes none.
 *
 * @param sourcePath of a SQLite file or a certificate, which is known by what is in it.
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @throws ToolError the codes of both sides, `usage` (also for a table that may stay unproven and is not there, and
 *   for a certificate that cannot be written), `certificate-invalid`, `interrupted`.
 */
export async function validate(
  sourcePath: string,
  targetSpec: string,
  options: ValidationOptions = {},
): Promise<ValidationOutcome> {
  const started = new Date();
  const startedAt = performance.now();
  const allowUnproven = options.allowUnproven ?? [];
  const made = readCertificate(sourcePath);
  if (made !== null) {
    refuseForCertificate(options);
    refuseUnknown(
      allowUnproven,
      made.tables.map((table) => table.source),
    );
    const checked = await checkCertificate(sourcePath, made, targetSpec, options);
    return { ...checked, verdicts: allowing(checked.verdicts, allowUnproven) };
  }
  if (options.certificate !== undefined) refuseCertificateFile(options.certificate);
  const source = await openSourceFor(sourcePath, options);
  try {
    const target = await openTargetFor(targetSpec, options, true);
    try {
      const session = await target.open();
      const place = plannedTarget(options, target);
      const described = withFullTextTables(introspect(source));
      const question = await withCancelling(session, options.signal, (asking) =>
        findQuestion(source, described, asking, place, options),
      );
      const { plan, run } = question;
      const planned = new Set(plan.tables.map((table) => table.source));
      refuseUnknown(allowUnproven, [...planned, ...question.verdicts.map((verdict) => verdict.source)]);
      const tables = described.tables.filter(({ name }) => planned.has(name));
      let snapshot: string | null = null;
      let jobs = 1;
      const compared = await withReading(source, { ...described, tables }, options, (reading) => {
        jobs = reading.lanes.workers;
        return prove(
          {
            reading,
            session,
            connection: target.connection,
            plan,
            schema: plan.schema,
            reader: options.reader,
          },
          { ...options, run, onSnapshot: (name) => (snapshot = name) },
        );
      });
      const objects = await withCancelling(session, options.signal, (looking) =>
        faultsBeyondRows(looking, plan, { isKnown: run !== null, signal: options.signal }),
      );
      const allowed = plan.tables.flatMap(({ source: name, target: table }) =>
        allowUnproven.includes(name) ? [table] : [],
      );
      const outcome: ValidationOutcome = {
        objects: objects.map((fault) => allowingFault(fault, allowed)),
        verdicts: allowing([...compared, ...question.verdicts], allowUnproven),
        planFrom: question.planFrom,
        certificate: null,
        findings: question.findings,
        target: target.place,
        elapsedSeconds: (performance.now() - startedAt) / 1000,
      };
      if (options.certificate !== undefined) {
        const columns = await withCancelling(session, options.signal, (asking) =>
          readColumns(asking, plan.schema),
        );
        const facts = { outcome, source, plan, run, jobs, snapshot, started, columns };
        throwIfInterrupted(options.signal);
        writeCertificate(options.certificate, certificateOf(facts));
      }
      return outcome;
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

/** @throws ToolError `usage` for what takes the source. */
function refuseForCertificate({ certificate, maxDifferences }: ValidationOptions): void {
  const option = [
    ...(certificate === undefined ? [] : ["--certificate"]),
    ...(maxDifferences === undefined ? [] : ["--max-differences"]),
  ][0];
  if (option !== undefined)
    throw new ToolError(
      "usage",
      `${option} takes the source: a certificate tells neither its rows nor more than it says already.`,
      `Leave ${option} out, or name the SQLite file.`,
    );
}

/** @throws ToolError `usage` for a name that none of the tables has. */
function refuseUnknown(names: readonly string[], tables: readonly string[]): void {
  const unknown = names.find((name) => !tables.includes(name));
  if (unknown !== undefined)
    throw new ToolError(
      "usage",
      `There is no table ${quote(unknown)} to compare, which --allow-unproven names.`,
      `There ${tables.length === 1 ? "is" : "are"}: ${tables.map(quote).join(", ")}`,
    );
}

const allowing = (verdicts: readonly TableVerdict[], names: readonly string[]): readonly TableVerdict[] =>
  verdicts.map((verdict) =>
    verdict.verdict === "unproven" && names.includes(verdict.source) ? { ...verdict, asked: true } : verdict,
  );

const allowingFault = (fault: ObjectFault, tables: readonly string[]): ObjectFault =>
  fault.answer === "unproven" && fault.table !== null && tables.includes(fault.table)
    ? { ...fault, answer: "listed" }
    : fault;

interface Question {
  readonly plan: Plan;
  readonly planFrom: ValidationOutcome["planFrom"];
  /** Which rows it rejected stands in the target; null where none is known. */
  readonly run: number | null;
  /** Of tables that cannot be compared. */
  readonly verdicts: readonly TableVerdict[];
  readonly findings: readonly Finding[];
}

/** @param place where to look; without a schema: where the last run moved the file, else the default. */
async function findQuestion(
  source: Source,
  described: SqliteSchema,
  session: Session,
  place: PlannedTarget,
  options: RunOptions,
): Promise<Question> {
  const recorded = await lastRun(session, source.file, place.schema);
  if (recorded === null) {
    const existing = await matchColumns(source, session, described, place, options);
    return { ...existing, planFrom: "target-columns", run: null };
  }
  const { plan, run } = recorded;
  const { verdicts, tables: expected } = await withoutLeftOut(session, plan, described);
  const newer = expected.filter((table) => !isCovered(plan, table));
  if (newer.length === 0) {
    // Of the plan's findings only this one is still true of the file as it is now.
    const findings = plan.findings.filter(({ kind }) => kind === "nothing-to-move");
    return { plan, planFrom: "run-history", run, verdicts, findings };
  }
  // What came into the file after the run must not pass for proven because the run did not know it.
  const there = { ...place, schema: plan.schema };
  const matched = await matchColumns(source, session, { ...described, tables: newer }, there, options);
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
  const columns = await readColumns(session, plan.schema);
  const isThere = ({ name }: SqliteTable): boolean => columns.some(({ table }) => table === name);
  const leftOut = tables.filter((table) => reasons.has(table.name) && !isThere(table));
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

/** Plans by the target's columns, for tables that no run is known to have made. */
async function matchColumns(
  source: Source,
  session: Session,
  schema: SqliteSchema,
  place: PlannedTarget,
  options: RunOptions,
): Promise<ExistingPlan> {
  const targetSchema = place.schema ?? defaultSchema;
  const columns = await readColumns(session, targetSchema);
  const meanings = (table: SqliteTable) => existingMeanings(table, columns);
  return withReading(source, schema, options, async (reading) => {
    const profiles = await profileTables(reading, meanings, options);
    const { file, bytes, fingerprint } = source;
    return planForExisting({
      source: { file, bytes, encoding: schema.encoding, fingerprint },
      schema,
      readers: reading.tables.map(({ reader }) => reader),
      profiles,
      columns,
      targetSchema,
      serverVersion: place.serverVersion,
    });
  });
}
