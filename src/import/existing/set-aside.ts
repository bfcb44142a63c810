/** Foreign keys and triggers of others' tables go away for a while. How they come back is on the disk before the first of them goes. */
import { ToolError } from "../../errors.js";
import type { SetAsideItem } from "../../model/existing.js";
import { readSetAside, recordBack, recordSetAside } from "../../target/history/set-aside.js";
import type { Session } from "../../target/session.js";
import { isLockRefused, targetError } from "../../target/target-error.js";
import { durableCommitSql } from "../load-settings.js";
import { itemWords, provenDefinition, readStates, type ItemState } from "./item-state.js";
import { holdersOf, lockedBy, lockTables } from "./locks.js";

/** The application may go on using its tables; when it stands in the way, it is said whom we wait for, and nothing has happened. */
const lockMilliseconds = 10_000;

export interface LockPatience {
  readonly lockMilliseconds?: number;
}

/**
 * Takes all away, brings all back, looks whether it is as it was, and undoes that: what cannot come back is found while nothing is away.
 *
 * @throws ToolError `target-rights`, `plan-mismatch`; `target-failed` where something would not come back as it was, or others hold a
 *   lock; targetError's other codes. Nothing has changed.
 */
export async function rehearseSetAside(
  session: Session,
  items: readonly SetAsideItem[],
  patience: LockPatience = {},
): Promise<void> {
  if (items.length === 0) return;
  await changing(session, items, "rehearse to set aside", patience, async () => {
    const before = await readStates(session, items);
    refuseOthers(items, before);
    for (const item of items) await runItem(session, item, [item.awaySql]);
    for (const item of items) await runItem(session, item, item.backSql);
    refuseChanged(items, before, await readStates(session, items));
    return "ROLLBACK";
  });
}

/**
 * Two transactions: the first records what goes away, the second takes it. A session that dies between them leaves all in its place, and
 * one that dies later leaves what putBack needs.
 *
 * @throws ToolError as rehearseSetAside; all is in its place then.
 */
export async function setAside(
  session: Session,
  run: number,
  items: readonly SetAsideItem[],
  patience: LockPatience = {},
): Promise<void> {
  if (items.length === 0) return;
  try {
    await session.query("BEGIN");
    for (const sql of durableCommitSql) await session.query(sql);
    await recordSetAside(session, run, items);
    await session.query("COMMIT");
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, "record what is set aside");
  }
  try {
    await changing(session, items, "set aside", patience, async () => {
      refuseOthers(items, await readStates(session, items));
      for (const item of items) await runItem(session, item, [item.awaySql]);
      return "COMMIT";
    });
  } catch (error) {
    await withdraw(session, run).catch(() => undefined);
    throw error;
  }
}

/**
 * In a transaction of somebody else, that holds the locks and in which all of it comes back.
 *
 * @throws ToolError `plan-mismatch`, targetError's codes.
 */
export async function setAsideHere(session: Session, items: readonly SetAsideItem[]): Promise<void> {
  refuseOthers(items, await readStates(session, items));
  for (const item of items) await runItem(session, item, [item.awaySql]);
}

/** What setAsideHere took. @throws what the session throws: rows that are there may break it. */
export async function putBackItems(session: Session, items: readonly SetAsideItem[]): Promise<void> {
  for (const { backSql, validateSql } of items)
    for (const sql of [...backSql, ...(validateSql === null ? [] : [validateSql])]) await session.query(sql);
}

/** Nothing is away. Where the connection is gone this fails, and whoever comes next looks. */
const withdraw = async (session: Session, run: number): Promise<void> =>
  recordBack(session, await readSetAside(session, run));

async function changing(
  session: Session,
  items: readonly SetAsideItem[],
  doing: string,
  patience: LockPatience,
  change: () => Promise<"COMMIT" | "ROLLBACK">,
): Promise<void> {
  const relations = lockedBy(items);
  try {
    await session.query("BEGIN ISOLATION LEVEL READ COMMITTED");
    for (const sql of durableCommitSql) await session.query(sql);
    await session.query(`SET LOCAL lock_timeout = ${patience.lockMilliseconds ?? lockMilliseconds}`);
    await lockTables(session, relations, "ACCESS EXCLUSIVE");
    await session.query(await change());
  } catch (error) {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
    if (!isLockRefused(error)) throw targetError(error, `${doing} foreign keys and triggers`);
    const holders = await holdersOf(session, relations);
    throw new ToolError(
      "target-failed",
      `Cannot ${doing} foreign keys and triggers: others use the tables${holders.length === 0 ? "" : `: ${holders.join(", ")}`}.`,
      "Stop the application while its rows are moved, then run again.",
      { cause: error },
    );
  }
}

async function runItem(session: Session, item: SetAsideItem, statements: readonly string[]): Promise<void> {
  try {
    for (const sql of statements) await session.query(sql);
  } catch (error) {
    if (isLockRefused(error)) throw error;
    throw targetError(error, `set aside ${itemWords(item)} and put it back`);
  }
}

/** @throws ToolError `plan-mismatch` where it is not what was planned. */
function refuseOthers(items: readonly SetAsideItem[], states: readonly ItemState[]): void {
  const other = items.find(({ definition }, at) => states[at]?.definition !== definition);
  if (other === undefined) return;
  throw new ToolError(
    "plan-mismatch",
    `The target has changed since it was planned for: ${itemWords(other)} is not what it was.`,
    "Run again.",
  );
}

function refuseChanged(
  items: readonly SetAsideItem[],
  before: readonly ItemState[],
  after: readonly ItemState[],
): void {
  const changed = items.find(
    (_, at) =>
      provenDefinition(before[at]!.definition) !== provenDefinition(after[at]!.definition) ||
      before[at]!.besides !== after[at]!.besides,
  );
  if (changed === undefined) return;
  const at = items.indexOf(changed);
  throw new ToolError(
    "target-failed",
    `${itemWords(changed)} would not come back as it was: ${after[at]!.definition ?? "it is gone"} ${after[at]!.besides} ` +
      `instead of ${before[at]!.definition ?? ""} ${before[at]!.besides}. Nothing was changed.`,
    "Connect as a role that may set session_replication_role: then nothing has to be set aside.",
  );
}
