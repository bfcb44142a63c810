/**
 * Whether the tables of the target hold the very rows of the source, by counts and checksums over canonical values. Each
 * table is digested on both sides at the same time, by code that shares nothing with what moved the rows
 * (docs/decisions/validation.md).
 */
import { comparedColumns, type Plan, type TablePlan } from "../model/plan.js";
import type { OnProgress } from "../model/progress.js";
import type { TableVerdict } from "../model/verdict.js";
import { sourceError } from "../source/source-error.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { stoppable } from "../target/stoppable-session.js";
import { targetError } from "../target/target-error.js";
import { missingClock, readClocks, type Clocks } from "./target/clocks.js";
import { throwIfInterrupted } from "./interruption.js";
import { orphanColumns, type OrphanColumns } from "./source/orphan-rows.js";
import { compareQuarantine, quarantineTypes, type Quarantine } from "./quarantine.js";
import { attempt, withReadTransaction } from "./target/read-transaction.js";
import { selfTest } from "./self-test/self-test.js";
import { digestSource, type SourceDigest, type SourceDigestOptions } from "./source/digest.js";
import { hasRow } from "./source/scan.js";
import { digestTarget, type TargetDigest } from "./target/digest.js";
import { judge, unproven, type Side } from "./verdict.js";

export interface ValidateOptions {
  /**
   * The run that moved the tables, whose rejected rows stand in the target's sqlift.rejected_rows; null, as without it: none is
   * known, and every row of the source has to stand in its table.
   */
  readonly run?: number | null | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives every table of the plan its verdict, in the plan's order. Reads both sides and changes neither.
 *
 * @param session An idle session; all tables are read in one REPEATABLE READ transaction of it.
 * @param schema Where the target's tables stand now; before a migration is done that is not yet `plan.schema`.
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted` when the signal is given.
 *   What concerns one table only (no right to read it, a damaged page) makes that table `unproven`.
 */
export const validateTables = async (
  source: Source,
  session: Session,
  plan: Plan,
  schema: string,
  options: ValidateOptions = {},
): Promise<readonly TableVerdict[]> => {
  throwIfInterrupted(options.signal);
  const planned = plan.tables.reduce((sum, { rows }) => sum + rows, 0);
  options.onProgress?.({ kind: "phase", phase: "validate", tables: plan.tables.length, rows: planned });
  // What SQLite computes when it is asked stands nowhere in the file: there is nothing to hold it against.
  const tables = plan.tables.map((table) => ({ ...table, columns: comparedColumns(table) }));
  return withReadTransaction(session, () =>
    validateEach(source, session, { ...plan, tables }, schema, options),
  );
};

const validateEach = async (
  source: Source,
  session: Session,
  plan: Plan,
  schema: string,
  options: ValidateOptions,
): Promise<readonly TableVerdict[]> => {
  const failure = await selfTestFailure(session, plan);
  if (failure !== null) {
    return plan.tables.map((table) => unproven(table, failure));
  }
  const clocks = await readClocks(session, plan);
  const verdicts: TableVerdict[] = [];
  const orphans = await readOrphans(source, plan, options);
  for (const table of plan.tables) {
    throwIfInterrupted(options.signal);
    const missing = missingClock(table, clocks);
    const ofTable = orphans.get(table.source);
    verdicts.push(
      missing === null
        ? await validateTable(source, session, table, ofTable, schema, clocks, options)
        : unproven(table, missing),
    );
    const rows = verdicts.at(-1)?.sourceRows ?? 0;
    options.onProgress?.({ kind: "table-done", phase: "validate", table: table.source, rows });
  }
  return verdicts;
};

/** @throws ToolError the source codes: without knowing which rows stay no table can be compared. */
const readOrphans = async (
  source: Source,
  plan: Plan,
  { signal }: ValidateOptions,
): Promise<ReadonlyMap<string, OrphanColumns>> => {
  try {
    return await orphanColumns(source, plan, signal);
  } catch (error) {
    throw sourceError(error, source.path, "looking for rows that point nowhere");
  }
};

/** Why no digest of this server would prove anything, or null. */
const selfTestFailure = async (session: Session, plan: Plan): Promise<string | null> => {
  const planned = plan.tables.flatMap(({ columns }) => columns.map(({ type }) => type));
  const types = plan.tables.some(({ rejected }) => rejected > 0) ? [...planned, ...quarantineTypes] : planned;
  const tested = await attempt(session, () => selfTest(session, types));
  return tested.ok ? tested.value : targetError(tested.error, "test the server's canonical form").message;
};

/** Both sides at once: the server sums in its process while this one reads the source. */
const validateTable = async (
  source: Source,
  session: Session,
  table: TablePlan,
  orphans: OrphanColumns | undefined,
  schema: string,
  clocks: Clocks,
  options: ValidateOptions,
): Promise<TableVerdict> => {
  // When one side ends the run, the other must not go on reading.
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const ending = async <T>(side: Promise<T>): Promise<T> => {
    try {
      return await side;
    } catch (error) {
      stop.abort();
      throw error;
    }
  };
  const run = table.rejected > 0 ? (options.run ?? null) : null;
  const [sourceSide, targetSide] = await Promise.allSettled([
    ending(
      readSource(
        source,
        table,
        { rejects: run !== null, orphans: run === null ? undefined : orphans, clocks, signal },
        options.onProgress,
      ),
    ),
    ending(readTarget(session, schema, table, signal)),
  ]);
  throwIfInterrupted(options.signal);
  if (targetSide.status === "rejected") {
    throw targetSide.reason;
  }
  if (sourceSide.status === "rejected") {
    throw sourceSide.reason;
  }
  const quarantine =
    run === null ? null : await readQuarantine(source, session, run, table, sourceSide.value.read, signal);
  return judge(table, sourceSide.value, targetSide.value, quarantine);
};

const readSource = async (
  source: Source,
  table: TablePlan,
  options: SourceDigestOptions,
  onProgress: OnProgress | undefined,
): Promise<Side<SourceDigest>> => {
  const onRows = (rows: number): void =>
    onProgress?.({ kind: "table", phase: "validate", table: table.source, rows, totalRows: table.rows });
  try {
    const read = await digestSource(source, table, { ...options, onRows });
    return read === null
      ? { read: null, unread: `the source has no table ${table.source}` }
      : { read, unread: null };
  } catch (error) {
    const told = sourceError(error, source.path, `reading table ${table.source} again`);
    if (told.code === "interrupted") {
      throw told;
    }
    return { read: null, unread: told.message };
  }
};

const readTarget = (
  session: Session,
  schema: string,
  table: TablePlan,
  signal: AbortSignal,
): Promise<Side<TargetDigest>> =>
  cancellable(session, signal, `read the target's table ${schema}.${table.target}`, (reading) =>
    digestTarget(reading, schema, table),
  );

/** After both sides: only then it is known which rows of the source have to stand there. */
const readQuarantine = async (
  source: Source,
  session: Session,
  run: number,
  table: TablePlan,
  digest: SourceDigest | null,
  signal: AbortSignal,
): Promise<Side<Quarantine>> => {
  const rejects = digest?.rejects ?? null;
  if (rejects === null) {
    return { read: null, unread: `the rejected rows of table ${table.source} were not compared` };
  }
  const side = await cancellable(session, signal, "read the target's table sqlift.rejected_rows", (reading) =>
    compareQuarantine(reading, run, table, rejects, (rowid) => hasRow(source.database, table, rowid)),
  );
  return typeof side.read === "string"
    ? { read: null, unread: side.read }
    : side.read === null
      ? side
      : { read: side.read, unread: null };
};

/** A refusal of the server is the side's answer; a lost connection and Ctrl-C end the run. */
const cancellable = async <T>(
  session: Session,
  signal: AbortSignal,
  doing: string,
  work: (session: Session) => Promise<T>,
): Promise<Side<T>> => {
  const cancel = (): void => void session.cancel();
  signal.addEventListener("abort", cancel);
  try {
    const tried = await attempt(session, () => work(stoppable(session, signal)));
    throwIfInterrupted(signal);
    return tried.ok
      ? { read: tried.value, unread: null }
      : { read: null, unread: targetError(tried.error, doing).message };
  } finally {
    signal.removeEventListener("abort", cancel);
  }
};
