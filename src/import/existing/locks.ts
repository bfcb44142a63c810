/** Locks on tables that others use as well: taken in one order, waited for not too long, and it is said who holds them. */
import { ToolError } from "../../errors.js";
import type { ExistingPlan, SetAsideItem } from "../../model/existing.js";
import { quoteQualified } from "../../model/identifier.js";
import type { Plan } from "../../model/plan.js";
import type { RelationName } from "../../model/target-schema.js";
import type { Session } from "../../target/session.js";
import { isLockRefused } from "../../target/target-error.js";
import { durableCommitSql } from "../load-settings.js";

/**
 * `SHARE`: nobody writes. `SHARE ROW EXCLUSIVE`: and nobody else does the same. `EXCLUSIVE`: nor makes a foreign key's row that points
 * there. `ACCESS EXCLUSIVE`: nobody reads.
 */
export type LockMode = "SHARE" | "SHARE ROW EXCLUSIVE" | "EXCLUSIVE" | "ACCESS EXCLUSIVE";

/** What an ALTER TABLE of these locks (PostgreSQL documentation, "ALTER TABLE"). */
export const lockedBy = (
  items: readonly Pick<SetAsideItem, "schema" | "table" | "parent">[],
): readonly RelationName[] =>
  items.flatMap(({ schema, table, parent }) => [
    { schema, name: table },
    ...(parent === null ? [] : [parent]),
  ]);

/** What a transaction that loads all of a plan locks. */
export const lockedByLoad = (
  { schema, tables }: Pick<Plan, "schema" | "tables">,
  { setAside, links, quiet }: ExistingPlan,
): readonly RelationName[] => [
  ...tables.map(({ target }) => ({ schema, name: target })),
  ...lockedBy(setAside),
  // Nothing checks them but our own look.
  ...(quiet === "replica"
    ? links.map(({ parentSchema, parentTable }) => ({ schema: parentSchema, name: parentTable }))
    : []),
];

/**
 * Locks those that are there, by their object identifiers: two that do it never wait for each other. What the role has no right to lock
 * is left to the statements that need it.
 *
 * @throws what the session throws.
 */
export async function lockTables(
  session: Session,
  relations: readonly RelationName[],
  mode: LockMode,
): Promise<void> {
  const rows = await session.query(
    `SELECT DISTINCT r.oid, n.nspname AS schema, r.relname AS name
       FROM jsonb_to_recordset($1) AS l (schema text, name text)
         JOIN pg_namespace n ON n.nspname = l.schema JOIN pg_class r ON r.relnamespace = n.oid AND r.relname = l.name
      WHERE r.relkind IN ('r', 'p') AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(r.oid, 'UPDATE, DELETE, TRUNCATE')
      ORDER BY r.oid`,
    [JSON.stringify(relations.map(({ schema, name }) => ({ schema, name })))],
  );
  if (rows.length === 0) return;
  const names = rows.map((row) => quoteQualified(row["schema"] ?? "", row["name"] ?? ""));
  await session.query(`LOCK TABLE ${names.join(", ")} IN ${mode} MODE`);
}

/** Who holds a lock on one of them that stops a writer, or writes: `process 17 of app (psql, idle in transaction)`. */
export async function holdersOf(
  session: Session,
  relations: readonly RelationName[],
): Promise<readonly string[]> {
  const rows = await session.query(
    `SELECT DISTINCT a.pid, a.usename AS role, concat_ws(', ', nullif(a.application_name, ''), a.state) AS about
       FROM jsonb_to_recordset($1) AS w (schema text, name text)
         JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class r ON r.relnamespace = n.oid AND r.relname = w.name
         JOIN pg_locks l ON l.locktype = 'relation' AND l.relation = r.oid AND l.granted AND l.pid <> pg_backend_pid()
         JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
         JOIN pg_stat_activity a ON a.pid = l.pid
      ORDER BY a.pid`,
    [JSON.stringify(relations.map(({ schema, name }) => ({ schema, name })))],
  );
  return rows.map(
    (row) =>
      `process ${row["pid"] ?? ""} of ${row["role"] ?? "somebody"}${row["about"] === "" ? "" : ` (${row["about"] ?? ""})`}`,
  );
}

export interface Waiting {
  readonly signal?: AbortSignal | undefined;
  /** Told after each round in vain, for whom it waits. */
  readonly onWait?: ((words: string) => void) | undefined;
  /** How long one round is; default 30 s. */
  readonly roundMilliseconds?: number | undefined;
}

/** So long we wait, and writers queue up behind us, before they get their turn. */
const roundMilliseconds = 30_000;

/**
 * Does `work` in a transaction that holds the locks and is on the disk when this returns. Where others hold them it tries again, round
 * after round, until it is interrupted: what was taken from an application has to come back.
 *
 * @throws ToolError `interrupted`; what `work` and the session throw: nothing of it has happened then.
 */
export async function withLocks<T>(
  session: Session,
  relations: readonly RelationName[],
  mode: LockMode,
  work: () => Promise<T>,
  waiting: Waiting = {},
): Promise<T> {
  const { signal, onWait } = waiting;
  for (;;) {
    if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
    try {
      await session.query("BEGIN ISOLATION LEVEL READ COMMITTED");
      for (const sql of durableCommitSql) await session.query(sql);
      await session.query(`SET LOCAL lock_timeout = ${waiting.roundMilliseconds ?? roundMilliseconds}`);
      await lockTables(session, relations, mode);
      const result = await work();
      await session.query("COMMIT");
      return result;
    } catch (error) {
      // The connection may be gone; then the server rolls back by itself.
      await session.query("ROLLBACK").catch(() => []);
      if (!isLockRefused(error)) throw error;
      const holders = await holdersOf(session, relations);
      onWait?.(`waiting for ${holders.length === 0 ? "a lock" : holders.join(", ")}`);
    }
  }
}
