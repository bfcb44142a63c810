/** Settings of sessions that load: faster, and safe because nothing counts before the last transaction. None needs a superuser. */
import type { Session } from "../target/session.js";
import { runStatement } from "./finish.js";

/** What all index builds that run side by side may use together: more gained nothing (docs/decisions/copy.md). */
const sortKilobytes = 256 * 1024;

/**
 * Lets a session load: its commits do not wait for the disk, its index builds get more memory than the server's usual
 * part (never less). The transaction that moves the tables into place has to begin with `durableCommitSql`.
 *
 * @param jobs how many such sessions there are, at least 1
 * @throws ToolError targetError's codes.
 */
export async function prepareForLoad(session: Session, jobs: number): Promise<void> {
  const doing = "prepare a session for loading";
  await runStatement(session, "SET synchronous_commit TO off", doing);
  await runStatement(session, sortMemorySql(jobs, false), doing);
}

/** @param isLocal for the transaction alone. */
export const sortMemorySql = (jobs: number, isLocal: boolean): string =>
  `SELECT set_config('maintenance_work_mem', greatest(setting::bigint, ${Math.floor(sortKilobytes / jobs)})::text || 'kB', ${isLocal})
     FROM pg_settings WHERE name = 'maintenance_work_mem'`;

/**
 * For the beginning of a transaction: its commit waits until it is on the disk, and with it all that was committed
 * before by any session (PostgreSQL documentation, 28.4 "Asynchronous Commit"). What the role or the server demands
 * beyond that, e.g. `remote_apply`, is kept; only `off` is not.
 */
export const durableCommitSql: readonly string[] = [
  "SET LOCAL synchronous_commit TO DEFAULT",
  `SELECT set_config('synchronous_commit', CASE setting WHEN 'off' THEN 'on' ELSE setting END, true)
     FROM pg_settings WHERE name = 'synchronous_commit'`,
];
