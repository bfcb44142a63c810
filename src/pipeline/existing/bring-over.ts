/**
 * The one transaction of a staged run: proven rows go from the run's tables into those of others, and all that was set aside comes back in
 * it. Nothing of it has happened where it refuses (docs/decisions/into-existing.md, "Rows that are there").
 */
import { ToolError } from "../../errors.js";
import { proveEarlierHere } from "../../import/existing/earlier-runs.js";
import { lockedByLoad, withLocks } from "../../import/existing/locks.js";
import {
  countMerge,
  countWritten,
  explainRefusal,
  findChangedIdentities,
  removeAll,
  writeMerge,
} from "../../import/existing/merge.js";
import type { Merge } from "../../import/existing/merge-sql.js";
import { findOwnOrphans } from "../../import/existing/orphans.js";
import { findHarm, findPointingRows } from "../../import/existing/pointing.js";
import type { BrokenLink } from "../../import/existing/put-back.js";
import { quietSql } from "../../import/existing/quiet.js";
import {
  advanceSequencesHere,
  restoreSequences,
  type SequenceOutcome,
} from "../../import/existing/sequences.js";
import { putBackItems, setAsideHere } from "../../import/existing/set-aside.js";
import { dropSchemaSql } from "../../import/place.js";
import { isUnchanged, type ExistingPlan, type MergedRows } from "../../model/existing.js";
import type { Finding } from "../../model/finding.js";
import { quoteQualified } from "../../model/identifier.js";
import type { ObjectFault } from "../../model/object-fault.js";
import type { Plan, TablePlan } from "../../model/plan.js";
import { recordLoadSql } from "../../target/history/loads.js";
import { endRunSql } from "../../target/history/runs.js";
import { runSchema } from "../../target/history/schema.js";
import type { SequenceRecord } from "../../target/history/sequences.js";
import type { Session } from "../../target/session.js";
import { refusedRow } from "../../target/server-answer.js";
import { targetError } from "../../target/target-error.js";
import { countNotMerged } from "../../validate/merged.js";
import type { RunOptions } from "../open.js";
import type { RunSteps } from "../run/run-steps.js";
import { faultsAfter } from "./faults-after.js";
import { brokenFinding, pointingFinding, refusalFinding } from "./refusal-findings.js";

/** One table on its way. */
export interface StagedTable {
  readonly table: TablePlan;
  readonly merge: Merge;
}

export interface BringingOver {
  readonly session: Session;
  readonly run: number;
  readonly plan: Plan;
  readonly existing: ExistingPlan;
  readonly tables: readonly StagedTable[];
  readonly validate: boolean;
  readonly stepsAreLeft: boolean;
  readonly steps: RunSteps;
  readonly options: RunOptions;
}

export interface BroughtOver {
  /** One per table. */
  readonly merged: readonly MergedRows[];
  /** Foreign keys that an earlier run left NOT VALID, and that rows break still. */
  readonly earlier: readonly BrokenLink[];
  readonly sequences: readonly SequenceOutcome[];
  /** What is not fit for use; none where nothing is to be proven. */
  readonly objects: readonly ObjectFault[];
}

/** Thrown out of the transaction, so that nothing of it happens. */
class RefusedOver extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super("the target refuses the rows");
    this.findings = findings;
  }
}

/** The server's word, of which it says one row. */
class RefusedByServer extends Error {
  readonly staged: StagedTable;

  constructor(staged: StagedTable, message: string, cause: unknown) {
    super(message, { cause });
    this.staged = staged;
  }
}

/**
 * @returns the findings that refuse it, where nothing has happened.
 * @throws ToolError `plan-mismatch`, `value-misfit` where no query tells what the server has refused; `interrupted`; targetError's codes.
 */
export async function bringOver(
  input: BringingOver,
): Promise<BroughtOver | { readonly refused: readonly Finding[] }> {
  const { session, plan, existing, options } = input;
  let set: readonly SequenceRecord[] = [];
  try {
    const work = (): Promise<BroughtOver> => mergeAll(input, (records) => (set = records));
    return await withLocks(session, lockedByLoad(plan, existing), lockMode(plan, existing), work, {
      signal: options.signal,
      onWait: (message) => options.onProgress?.({ kind: "says", message }),
    });
  } catch (error) {
    if (set.length > 0) await restoreSequences(session, set).catch(() => undefined);
    if (error instanceof RefusedOver) return { refused: error.findings };
    if (!(error instanceof RefusedByServer)) throw targetError(error, "bring the rows over");
    const { table, merge } = error.staged;
    const found = await explainRefusal(session, merge);
    if (found.length > 0) return { refused: found.map((each) => refusalFinding(table, each)) };
    throw new ToolError(
      "value-misfit",
      `Table ${table.target} of the target refuses a row: ${error.message}`,
      "Correct the row in the source, or what refuses it in PostgreSQL.",
      { cause: error.cause },
    );
  }
}

/** Rows that go are read by nobody meanwhile, and a foreign key's are not made. */
const lockMode = ({ tables }: Plan, { setAside }: ExistingPlan) =>
  setAside.length > 0 || tables.some(({ existing }) => existing?.rows === "truncate")
    ? "ACCESS EXCLUSIVE"
    : "EXCLUSIVE";

async function mergeAll(
  input: BringingOver,
  onSet: (records: readonly SequenceRecord[]) => void,
): Promise<BroughtOver> {
  const { session, run, plan, existing, tables, steps, stepsAreLeft, validate } = input;
  const started = performance.now();
  const merged: MergedRows[] = [];
  for (const staged of tables) merged.push(await foresee(session, staged));
  await refuseBefore(input);
  const touched = tables.filter((_, at) => !isUnchanged(merged[at]!));
  if (touched.length > 0) await write(input, touched, merged);
  const earlier = await proveEarlierHere(session, run, plan.schema);
  const sequences = await advanceSequencesHere(session, run, plan.schema, existing.sequences, onSet);
  for (const { table } of touched) {
    const { inserted, changed } = merged[tables.findIndex((each) => each.table === table)]!;
    await session.query(recordLoadSql({ run, table: table.target, slice: 0 }, inserted + changed));
  }
  // Not after the COMMIT: whatever stops it there would find a run that is done.
  const { signal } = input.options;
  const objects = validate ? await faultsAfter(session, plan, { joined: true, signal }) : [];
  const rows = merged.reduce((sum, { inserted, changed }) => sum + inserted + changed, 0);
  steps.add({ phase: "merge", name: plan.schema, started, ended: performance.now(), error: null, rows });
  await steps.write(session, run);
  await session.query(endRunSql(run, stepsAreLeft ? "incomplete" : "done"));
  await session.query(dropSchemaSql(runSchema(run)));
  return { merged, earlier, sequences, objects };
}

/** @throws ToolError `plan-mismatch` where a table has rows now that had none. */
async function foresee(session: Session, { table, merge }: StagedTable): Promise<MergedRows> {
  const { rows, rowsThere } = table.existing!;
  const { rows: there } = await countWritten(session, quoteQualified(merge.target.schema, merge.target.name));
  if (there > 0 && rowsThere === 0)
    throw new ToolError(
      "plan-mismatch",
      `Table ${table.target} of the target has ${there} rows now, and had none when it was planned for.`,
      "Stop the application while its rows are moved, then run again.",
    );
  const { inserted, changed, same } = await countMerge(session, merge);
  const isSkip = rows === "skip";
  return {
    rows,
    there,
    removed: rows === "truncate" ? there : 0,
    inserted,
    changed: isSkip ? 0 : changed,
    same,
    kept: isSkip ? changed : 0,
  };
}

async function refuseBefore({ session, plan, tables }: BringingOver): Promise<void> {
  const findings: Finding[] = [];
  for (const pointing of await findPointingRows(session, plan))
    findings.push(pointingFinding(plan, pointing));
  for (const { table, merge } of tables)
    for (const refusal of await findChangedIdentities(session, merge))
      findings.push(refusalFinding(table, refusal));
  if (findings.length > 0) throw new RefusedOver(findings);
}

async function write(
  { session, plan, existing, tables, validate }: BringingOver,
  touched: readonly StagedTable[],
  merged: readonly MergedRows[],
): Promise<void> {
  const { quiet, setAside, groups } = existing;
  for (const sql of quietSql(quiet)) await session.query(sql);
  await setAsideHere(session, setAside);
  await session.query("SET CONSTRAINTS ALL DEFERRED");
  await removeAll(
    session,
    tables.flatMap(({ merge }, at) => (merged[at]!.removed > 0 ? [merge.target] : [])),
  );
  for (const name of groups.flatMap((group) => group.tables))
    for (const staged of touched.filter(({ table }) => table.target === name))
      await writeOne(session, staged);
  const all = touched.at(-1)!;
  await asking(all, () => session.query("SET CONSTRAINTS ALL IMMEDIATE"));
  await refuseOrphans(session, plan, existing);
  if (quiet === "replica") await session.query("SET LOCAL session_replication_role TO DEFAULT");
  await asking(all, () => putBackItems(session, setAside));
  for (const [at, staged] of tables.entries()) await proveOne(session, plan, staged, merged[at]!, validate);
  for (const { merge } of touched)
    await session.query(`ANALYZE ${quoteQualified(merge.target.schema, merge.target.name)}`);
}

const writeOne = (session: Session, staged: StagedTable): Promise<number> =>
  asking(staged, () => writeMerge(session, staged.merge));

/** @throws RefusedByServer where the rows are what it refuses. */
async function asking<T>(staged: StagedTable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = refusedRow(error);
    throw words === null ? error : new RefusedByServer(staged, words, error);
  }
}

async function refuseOrphans(session: Session, plan: Plan, existing: ExistingPlan): Promise<void> {
  const found = await findOwnOrphans(session, existing);
  if (found.length > 0) throw new RefusedOver(found.map((broken) => brokenFinding(plan, broken)));
  const harm = await findHarm(session, plan);
  if (harm.length > 0) throw new RefusedOver(harm.map((each) => pointingFinding(plan, each)));
}

/** @throws Error where it is not as it was foreseen under the same locks. */
async function proveOne(
  session: Session,
  { schema }: Plan,
  { table, merge }: StagedTable,
  { there, removed, inserted, changed, kept }: MergedRows,
  validate: boolean,
): Promise<void> {
  const seen = await countWritten(session, quoteQualified(schema, table.target));
  const isAsForeseen = seen.written === inserted + changed && seen.rows === there - removed + inserted;
  const missing = validate ? await countNotMerged(session, table, merge.staging.schema, schema) : kept;
  if (!isAsForeseen || missing !== kept)
    throw new ToolError(
      "target-failed",
      `Table ${table.target} is not what it was to become: of ${there} rows, ${removed} removed, ${inserted} inserted and ${changed} changed, ` +
        `it has ${seen.rows}, of which the run wrote ${seen.written}; ${missing} rows of the source are not among them, and ${kept} were to stay other.`,
      "Nothing was changed. Something else writes when these rows do: look at the table's triggers and foreign keys.",
    );
}
