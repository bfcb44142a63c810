/** Whether the server has room for the locks of the largest transactions of a run. */
import { ToolError } from "../errors.js";
import type { Plan } from "../model/plan.js";
import type { Session } from "./session.js";
import { targetError } from "./target-error.js";

/** For the catalogs, the schemas and the history. */
const besides = 16;

/**
 * How the tables come to be in their place, as far as one transaction has to do with all of them: they are `there`, filled one by one; `moved`
 * there; `made` there; or rows are `brought over` from tables of the run.
 */
export type Placing = "there" | "moved" | "made" | "brought over";

/** A bare table with the table and index of its long values (documentation, "TOAST"), counted in PostgreSQL 15 and 18. */
export const locksOfTable = 3;

/**
 * Locks that the largest transaction of a run holds, counted in PostgreSQL 15 and 18: the move into place takes one a table, sequence and view;
 * the proof, which reads all tables in one view, one a table and index; a table that is made has three, its indexes and its sequence.
 */
function locksOf(plan: Plan, placing: Placing): number {
  const tables = plan.tables.length;
  const sequences = plan.tables.flatMap(({ columns }) =>
    columns.filter(({ identity }) => identity !== null),
  ).length;
  const indexes = plan.tables.reduce(
    (sum, table) => sum + table.indexes.length + table.uniques.length + (table.primaryKey === null ? 0 : 1),
    0,
  );
  const objects = sequences + plan.views.length;
  const locks = {
    there: tables + Math.max(objects, indexes),
    moved: tables + Math.max(objects, indexes),
    made: locksOfTable * tables + indexes + objects,
    "brought over": 2 * tables + indexes + objects,
  };
  return locks[placing] + besides;
}

/**
 * @throws ToolError `target-failed`, with the setting to change, where a run would break off at its end for want of
 *   locks; targetError's codes.
 */
export async function checkLockRoom(session: Session, plan: Plan, placing: Placing): Promise<void> {
  const needed = locksOf(plan, placing);
  const { perSession, sessions } = await readRoom(session);
  if (needed <= perSession * sessions) return;
  throw new ToolError(
    "target-failed",
    `The plan's ${plan.tables.length} tables need about ${needed} locks in one transaction, and the server has room for ` +
      `${perSession * sessions} (max_locks_per_transaction is ${perSession}).`,
    `ALTER SYSTEM SET max_locks_per_transaction = ${Math.ceil((needed * 1.25) / sessions)}; then restart the server.`,
  );
}

interface LockRoom {
  readonly perSession: number;
  readonly sessions: number;
}

/**
 * How many locks the server has room for, of all sessions together.
 *
 * @throws ToolError targetError's codes.
 */
export async function lockRoom(session: Session): Promise<number> {
  const { perSession, sessions } = await readRoom(session);
  return perSession * sessions;
}

/** PostgreSQL documentation, 19.12 "Lock Management", max_locks_per_transaction. */
async function readRoom(session: Session): Promise<LockRoom> {
  try {
    const [row] = await session.query(
      `SELECT current_setting('max_locks_per_transaction') AS locks,
              current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int AS sessions`,
    );
    return { perSession: Number(row?.["locks"]), sessions: Number(row?.["sessions"]) };
  } catch (error) {
    throw targetError(error, "read the server's settings");
  }
}
