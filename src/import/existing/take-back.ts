/**
 * Takes the rows of a run out of tables of others again, and only these, or none: in one transaction, in which what was set aside comes
 * back. For a no of our own, after a crash, and for undo.
 */
import { ToolError } from "../../errors.js";
import type { QuietTrouble, RemovalPlan, SetAsideRecord } from "../../model/existing.js";
import type { TargetSchema } from "../../model/target-schema.js";
import type { UndoTable } from "../../model/undo.js";
import { readTargetTables } from "../../target/existing/read.js";
import { mayReplicate } from "../../target/existing/tables.js";
import { dropRejectedSql } from "../../target/history/rejected-rows.js";
import { readPlannedTables } from "../../target/history/run-marks.js";
import { readSequences } from "../../target/history/sequences.js";
import { readSetAside, recordBack } from "../../target/history/set-aside.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { inspectLoaded, type LoadedFacts } from "./loaded.js";
import { lockedBy, withLocks, type Waiting } from "./locks.js";
import { bringBackHere, validateHere, type BrokenLink } from "./put-back.js";
import { quietSql } from "./quiet.js";
import type { LoadedRows } from "./references.js";
import { restoreSequences } from "./sequences.js";

export interface LoadedRun {
  readonly run: number;
  /** Where its tables are. */
  readonly schema: string;
}

export interface TakingBack extends Waiting {
  /** translate's planRemoval: what keeps these tables quiet while rows go. */
  readonly plan: (target: TargetSchema, tables: readonly string[]) => RemovalPlan;
  /** Done at the end of the transaction: what closes the run. */
  readonly close: (taken: TakenBack) => Promise<void>;
}

export interface TakenBack {
  readonly tables: readonly UndoTable[];
  /** Sentences. With any, nothing has changed, and what is set aside is away still. */
  readonly refusals: readonly string[];
  /** Foreign keys that are back, and that rows of others break: they stay NOT VALID, and open in the history. */
  readonly broken: readonly BrokenLink[];
}

/**
 * Nobody else reads or writes the tables meanwhile.
 *
 * @throws ToolError targetError's codes, `interrupted`; nothing has changed then, or all is done but sequences that were to be set back.
 */
export async function takeBack(
  session: Session,
  { run, schema }: LoadedRun,
  { plan, close, ...waiting }: TakingBack,
): Promise<TakenBack> {
  const doing = `take the rows of run ${run} out again`;
  try {
    const may = await mayReplicate(session);
    const records = await readSetAside(session, run);
    // Of a process that was killed, the server may be about to commit a last slice: its lock is waited for.
    const planned = await readPlannedTables(session, run);
    const relations = [...planned.map((name) => ({ schema, name })), ...lockedBy(records)];
    const work = async (): Promise<TakenBack> => {
      const facts = await inspectLoaded(session, run, schema);
      const loaded = facts.tables.map(({ made }) => made);
      const removal = plan(await readTargetTables(session, schema, may && !facts.isUntold), loaded);
      const refusals = [...facts.refusals, ...removal.troubles.map(troubleWords)];
      if (refusals.length > 0) return { tables: facts.tables, refusals, broken: [] };
      await removeRows(session, run, schema, facts, removal);
      const broken = await putBackHere(session, records);
      await session.query(dropRejectedSql(run));
      const taken = { tables: facts.tables, refusals: [], broken };
      await close(taken);
      return taken;
    };
    const taken = await withLocks(session, relations, "ACCESS EXCLUSIVE", work, waiting);
    if (taken.refusals.length === 0) await restoreSequences(session, await readSequences(session, run));
    return taken;
  } catch (error) {
    throw targetError(error, doing);
  }
}

const troubleWords = ({ tables, names, owner }: QuietTrouble): string =>
  `Triggers of table ${tables.join(", ")} would fire: ${names.join(", ")}. Do it as its owner, ${owner}.`;

async function removeRows(
  session: Session,
  run: number,
  schema: string,
  facts: LoadedFacts,
  removal: RemovalPlan,
): Promise<void> {
  for (const sql of quietSql(removal.quiet)) await session.query(sql);
  for (const { awaySql } of removal.setAside) await session.query(awaySql);
  if (facts.rows.length > 0) await session.query(removalSql(facts.rows));
  // What foreign keys have deferred is checked now: an ALTER TABLE refuses to go before it.
  await session.query("SET CONSTRAINTS ALL IMMEDIATE");
  if (removal.quiet === "replica") await session.query("SET LOCAL session_replication_role TO DEFAULT");
  for (const { backSql, validateSql } of removal.setAside)
    for (const sql of [...backSql, ...(validateSql === null ? [] : [validateSql])]) await session.query(sql);
  const after = await inspectLoaded(session, run, schema);
  const other = facts.tables.find(({ others }, at) => {
    const now = after.tables[at];
    return now === undefined || now.there !== 0 || now.others !== others;
  });
  if (other !== undefined)
    throw new ToolError(
      "target-failed",
      `Taking out the rows of the run would have changed others of table ${other.name ?? other.made}; nothing was changed.`,
      "Take them out by hand, by their keys.",
    );
}

/**
 * All in one statement: what foreign keys demand is looked at when it ends, and all that pointed at one of the rows is gone by then, whatever
 * the order, and in circles too.
 */
function removalSql(rows: readonly LoadedRows[]): string {
  const removals = rows.map(
    ({ name, xmins }, at) =>
      `removed_${at} AS (DELETE FROM ${name} WHERE xmin = ANY ('{${xmins.join(",")}}'::xid[]))`,
  );
  return `WITH ${removals.join(", ")} SELECT`;
}

async function putBackHere(
  session: Session,
  records: readonly SetAsideRecord[],
): Promise<readonly BrokenLink[]> {
  await bringBackHere(session, records);
  const broken = await validateHere(session, records);
  const open = new Set(broken.map(({ record }) => record));
  await recordBack(
    session,
    records.filter((record) => !open.has(record)),
  );
  return broken;
}
