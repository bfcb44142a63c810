/**
 * migrate: plan, build in a schema of the run, prove, and move into place in one transaction.
 *
 * Nothing is visible before it is proven. A no of our own (a value that does not fit, a difference, Ctrl-C)
 * drops the run's schema; a fault from outside leaves it, and the message names it.
 */
import { ToolError } from "../errors.js";
import { createSchemaSql, dropSchemaSql, inOneTransaction } from "../import/place.js";
import type { Finding } from "../model/finding.js";
import type { MigrationOutcome, TableOutcome, TargetPlace } from "../model/outcome.js";
import { findingInfo } from "../model/finding.js";
import type { NotCarried, Plan } from "../model/plan.js";
import type { TableVerdict } from "../model/verdict.js";
import { toolVersion } from "../model/version.js";
import type { Source } from "../source/source.js";
import { checkRights } from "../target/catalog.js";
import { openTarget } from "../target/connect.js";
import { beginRun, endRunSql, runSchema, type RunStatus } from "../target/history.js";
import type { Session, Target } from "../target/session.js";
import { targetError } from "../target/target-error.js";
import { moveSql } from "../translate/ddl.js";
import { validateTables } from "../validate/compare.js";
import { buildTables, type Built } from "./build.js";
import {
  defaultSchema,
  findTaken,
  openSourceFor,
  planSource,
  type Planned,
  type PlanOptions,
} from "./plan.js";

export interface MigrateOptions extends PlanOptions {
  /** Stands for process.env: PG* variables and the like; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** False where no proof is wanted; default true. */
  readonly validate?: boolean | undefined;
}

/**
 * Moves `sourcePath` into `targetSpec`.
 *
 * @param targetSpec a postgres:// URL or `embedded:DIR`.
 * @throws ToolError for everything that is no answer about the data: source and target codes, `interrupted`,
 *   `value-misfit` where the file changed under a plan.
 */
export async function migrate(
  sourcePath: string,
  targetSpec: string,
  options: MigrateOptions = {},
): Promise<MigrationOutcome> {
  const started = performance.now();
  const source = await openSourceFor(sourcePath, options);
  let target: Target | null = null;
  try {
    // A server that cannot be reached should say so before every value is read; an embedded one is made only when
    // there is something to put into it.
    const early = targetSpec.startsWith("embedded:") ? null : await openTargetFor(targetSpec, options);
    target = early;
    const schema = options.schema ?? target?.schema ?? defaultSchema;
    const planned = await planSource(source, { ...options, schema });
    const finish = (result: Result, place: TargetPlace): MigrationOutcome => ({
      ...result,
      plan: planned.plan,
      target: place,
      elapsedSeconds: (performance.now() - started) / 1000,
    });
    if (blocks(planned.plan.findings)) {
      return finish(blocked(planned.plan, []), target?.place ?? unopenedPlace(targetSpec));
    }
    target ??= await openTargetFor(targetSpec, options);
    return finish(await migrateInto(source, planned, await target.open(), options), target.place);
  } finally {
    await target?.close();
    source.close();
  }
}

type Result = Omit<MigrationOutcome, "plan" | "target" | "elapsedSeconds">;

const openTargetFor = (spec: string, options: MigrateOptions): Promise<Target> =>
  openTarget(spec, {
    environment: options.environment ?? {},
    onSays: (message) => options.onProgress?.({ kind: "says", message }),
  });

const unopenedPlace = (spec: string): TargetPlace => ({
  words: spec,
  embeddedDirectory: spec.slice("embedded:".length),
  serverVersion: "",
});

const blocks = (findings: readonly Finding[]): boolean =>
  findings.some((finding) => findingInfo[finding.kind].severity === "blocks");

async function migrateInto(
  source: Source,
  planned: Planned,
  session: Session,
  options: MigrateOptions,
): Promise<Result> {
  const { plan } = planned;
  const schemaExists = await checkRights(session, plan.schema);
  const inTheWay = schemaExists ? await findTaken(session, plan) : [];
  if (inTheWay.length > 0) return blocked(plan, inTheWay);
  const run = await beginRun(session, plan, toolVersion);
  const isValidated = options.validate ?? true;
  const cancel = (): void => void session.cancel();
  options.signal?.addEventListener("abort", cancel);
  try {
    const built = await buildTables({ source, planned, session, targetSchema: runSchema(run), options });
    const verdicts = isValidated
      ? await validateTables(source, session, plan, runSchema(run), options)
      : plan.tables.map(notAsked);
    const proven = !isValidated || verdicts.every((verdict) => verdict.verdict === "identical");
    if (proven) await moveIntoPlace(session, run, plan, schemaExists);
    else await dropRun(session, run, "refused", "the proof failed");
    return resultOf(proven ? "migrated" : "refused", run, plan, built, verdicts, isValidated);
  } catch (error) {
    throw await abandon(session, run, error, options.signal);
  } finally {
    options.signal?.removeEventListener("abort", cancel);
  }
}

async function moveIntoPlace(
  session: Session,
  run: number,
  plan: Plan,
  schemaExists: boolean,
): Promise<void> {
  await inOneTransaction(
    session,
    [
      ...(schemaExists ? [] : [createSchemaSql(plan.schema)]),
      ...plan.tables.map((table) => moveSql(runSchema(run), plan.schema, table)),
      dropSchemaSql(runSchema(run)),
      endRunSql(run, "done"),
    ],
    `move the tables into schema ${plan.schema}`,
  );
}

const dropRun = (session: Session, run: number, status: RunStatus, message: string): Promise<void> =>
  inOneTransaction(session, [dropSchemaSql(runSchema(run)), endRunSql(run, status, message)], "undo the run");

/** Our own no leaves nothing behind; after a fault from outside the run's schema stays, and the error says so. */
async function abandon(
  session: Session,
  run: number,
  cause: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const error =
    signal?.aborted === true
      ? new ToolError("interrupted", "Interrupted: nothing was left in the target.")
      : cause instanceof ToolError
        ? cause
        : targetError(cause, "migrate");
  const ownNo = error.code === "interrupted" || error.code === "value-misfit";
  const left = `Schema ${runSchema(run)} was left in the target; remove it with: ${dropSchemaSql(runSchema(run))};`;
  try {
    if (ownNo)
      await dropRun(session, run, error.code === "interrupted" ? "interrupted" : "refused", error.message);
    else await session.query(endRunSql(run, "failed", error.message));
  } catch {
    // The connection is gone with the fault: then nothing can be said there, but it is said here.
    return new ToolError(error.code, error.message, [error.hint, left].filter(Boolean).join(" "), { cause });
  }
  if (ownNo) return error;
  return new ToolError(error.code, error.message, [error.hint, left].filter(Boolean).join(" "), { cause });
}

const notAsked = (table: { source: string; target: string; rows: number }): TableVerdict => ({
  source: table.source,
  target: table.target,
  verdict: "unproven",
  sourceRows: table.rows,
  targetRows: null,
  sourceDigest: null,
  targetDigest: null,
  reason: "validation was switched off",
  asked: true,
});

function blocked(plan: Plan, findings: readonly Finding[]): Result {
  return {
    status: "blocked",
    tables: plan.tables.map((table): TableOutcome => ({
      source: table.source,
      target: table.target,
      rows: table.rows,
      copied: 0,
      status: "not-run",
    })),
    verdicts: [],
    validated: false,
    findings: [...plan.findings, ...findings],
    notCarried: plan.notCarried,
    run: null,
  };
}

function resultOf(
  status: "migrated" | "refused",
  run: number,
  plan: Plan,
  built: Built,
  verdicts: readonly TableVerdict[],
  validated: boolean,
): Result {
  const notCarried: readonly NotCarried[] = [...plan.notCarried, ...built.notCarried];
  return {
    status,
    run,
    validated,
    verdicts,
    tables: built.tables,
    findings: [...plan.findings, ...built.findings],
    notCarried,
  };
}
