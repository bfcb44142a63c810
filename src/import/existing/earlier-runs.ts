/** Foreign keys that an earlier run could not leave as they were, for rows broke them: the rows of a later one may have mended that. */
import type { SetAsideRecord } from "../../model/existing.js";
import { quoteLiteral } from "../../model/identifier.js";
import { readSetAside } from "../../target/history/set-aside.js";
import type { Session } from "../../target/session.js";
import { lockedBy, withLocks, type Waiting } from "./locks.js";
import { markBack, validateHere, type BrokenLink } from "./put-back.js";

/**
 * Validates those of one schema, in a transaction of somebody else; those that stand as they were are open no more.
 *
 * @returns what rows break still.
 * @throws ToolError targetError's codes; what the session throws.
 */
export async function proveEarlierHere(
  session: Session,
  run: number,
  schema: string,
): Promise<readonly BrokenLink[]> {
  const records = await openBefore(session, run, schema);
  if (records.length === 0) return [];
  const broken = await validateHere(session, records);
  await markBack(session, records);
  return broken;
}

/** The same, in a transaction of its own. @throws as proveEarlierHere; ToolError `interrupted`. */
export async function proveEarlier(
  session: Session,
  run: number,
  schema: string,
  waiting: Waiting,
): Promise<readonly BrokenLink[]> {
  const records = await openBefore(session, run, schema);
  if (records.length === 0) return [];
  const work = (): Promise<readonly BrokenLink[]> => proveEarlierHere(session, run, schema);
  return withLocks(session, lockedBy(records), "SHARE ROW EXCLUSIVE", work, waiting);
}

/** What is another's to validate is left to them: a run that ends well must not fail for it. */
async function openBefore(session: Session, run: number, schema: string): Promise<readonly SetAsideRecord[]> {
  const records = await readSetAside(session);
  const before = records.filter((record) => record.run < run && record.schema === schema);
  if (before.length === 0) return [];
  const owned = await session.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${quoteLiteral(schema)} AND pg_has_role(c.relowner, 'USAGE')`,
  );
  const names = new Set(owned.map((row) => row["name"]));
  return before.filter(({ table }) => names.has(table));
}
