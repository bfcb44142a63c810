/**
 * What was set aside comes back as it was. Whether it is away is seen in the catalogs, not in the history: so this may be done again,
 * by whoever finds it, wherever a session has died.
 */
import type { SetAsideRecord } from "../../model/existing.js";
import { recordBack } from "../../target/history/set-aside.js";
import type { Session } from "../../target/session.js";
import { serverAnswer } from "../../target/server-answer.js";
import { targetError } from "../../target/target-error.js";
import { runStep } from "../finish.js";
import { isAway, isUnproven, itemWords, readStates } from "./item-state.js";
import { lockedBy, withLocks, type Waiting } from "./locks.js";

/** A foreign key that stands, and that rows which are there break. */
export interface BrokenLink {
  readonly record: SetAsideRecord;
  /** The server's words. */
  readonly message: string;
}

/**
 * @returns foreign keys that are back, and that rows break: they stay NOT VALID, and open in the history.
 * @throws ToolError as bringBack
 */
export async function putBack(
  session: Session,
  records: readonly SetAsideRecord[],
  waiting: Waiting = {},
): Promise<readonly BrokenLink[]> {
  const broken: BrokenLink[] = [];
  for (const record of await bringBack(session, records, waiting)) {
    const result = await runStep(session, record.validateSql ?? "", `validate ${itemWords(record)}`);
    if (result.status === "refused") broken.push({ record, message: result.message });
  }
  await markBack(session, records);
  return broken;
}

/**
 * All that is away, in one transaction, on the disk when it returns.
 *
 * @returns foreign keys that have to be validated still: by `validateSql` of each, two of a table not at once.
 * @throws ToolError targetError's codes, `interrupted`; nothing has come back then.
 */
export async function bringBack(
  session: Session,
  records: readonly SetAsideRecord[],
  waiting: Waiting = {},
): Promise<readonly SetAsideRecord[]> {
  try {
    const away = await awayOf(session, records);
    if (away.length > 0)
      await withLocks(
        session,
        lockedBy(away),
        "SHARE ROW EXCLUSIVE",
        () => bringBackHere(session, away),
        waiting,
      );
    return await unprovenOf(session, records);
  } catch (error) {
    throw targetError(error, "put foreign keys and triggers back");
  }
}

/** In a transaction of somebody else, that holds the locks. @throws what the session throws. */
export async function bringBackHere(session: Session, records: readonly SetAsideRecord[]): Promise<void> {
  for (const { backSql } of await awayOf(session, records))
    for (const sql of backSql) await session.query(sql);
}

/** In a transaction that stays usable whatever the rows say. @throws what is no answer about the rows. */
export async function validateHere(
  session: Session,
  records: readonly SetAsideRecord[],
): Promise<readonly BrokenLink[]> {
  const broken: BrokenLink[] = [];
  for (const record of await unprovenOf(session, records)) {
    await session.query("SAVEPOINT validating");
    try {
      await session.query(record.validateSql ?? "");
      await session.query("RELEASE SAVEPOINT validating");
    } catch (error) {
      const answer = serverAnswer(error);
      if (answer === null) throw error;
      await session.query("ROLLBACK TO SAVEPOINT validating");
      broken.push({ record, message: answer.message });
    }
  }
  return broken;
}

/**
 * Records what stands again, and valid where it was.
 *
 * @returns what does not.
 * @throws ToolError targetError's codes.
 */
export async function markBack(
  session: Session,
  records: readonly SetAsideRecord[],
): Promise<readonly SetAsideRecord[]> {
  try {
    const open = new Set([...(await awayOf(session, records)), ...(await unprovenOf(session, records))]);
    await recordBack(
      session,
      records.filter((record) => !open.has(record)),
    );
    return [...open];
  } catch (error) {
    throw targetError(error, "record what is back");
  }
}

async function awayOf(
  session: Session,
  records: readonly SetAsideRecord[],
): Promise<readonly SetAsideRecord[]> {
  const states = await readStates(session, records);
  return records.filter((record, at) => isAway(record, states[at]!));
}

/** One that was not valid before is as it was. */
async function unprovenOf(
  session: Session,
  records: readonly SetAsideRecord[],
): Promise<readonly SetAsideRecord[]> {
  const states = await readStates(session, records);
  return records.filter((record, at) => record.validateSql !== null && isUnproven(record, states[at]!));
}
