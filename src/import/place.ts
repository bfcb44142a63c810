/** Moves finished tables from the schema of the run to where they belong, all or none; or removes them. */
import { ToolError } from "../errors.js";
import { quote, quoteLiteral, quoteQualified } from "../model/identifier.js";
import { behindSavepoints } from "../target/savepoint-session.js";
import type { Session } from "../target/session.js";
import { isConnectionLost, targetError } from "../target/target-error.js";
import { runStatement, runStep } from "./finish.js";

/** Statements that happen together or not at all, whatever becomes of the others. */
export interface Attempt {
  readonly statements: readonly string[];
  /** Told of the server's answer where it takes them not. */
  readonly onRefused: (message: string) => void;
}

/**
 * Runs `statements` in one transaction; on any error none of them has happened, with one exception. An attempt that is
 * refused leaves the others alone.
 *
 * @param whenUnsure what helps where the connection is lost during the COMMIT: nobody here knows then whether they have.
 * @throws ToolError targetError's codes.
 */
export async function inOneTransaction(
  session: Session,
  statements: readonly (string | Attempt)[],
  doing: string,
  whenUnsure: string | null = null,
): Promise<void> {
  let isCommitting = false;
  try {
    await session.query("BEGIN");
    for (const sql of statements)
      if (typeof sql === "string") await session.query(sql);
      else await attempt(session, sql, doing);
    isCommitting = true;
    await session.query("COMMIT");
  } catch (error) {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
    const told = targetError(error, doing);
    throw isCommitting && whenUnsure !== null && isConnectionLost(told)
      ? new ToolError(told.code, told.message, whenUnsure, { cause: error })
      : told;
  }
}

/** @throws ToolError as runStep. */
async function attempt(session: Session, { statements, onRefused }: Attempt, doing: string): Promise<void> {
  const result = await runStep(behindSavepoints(session), statements.join("; "), doing);
  if (result.status === "refused") onRefused(result.message);
}

/**
 * Removes the tables of a schema, some at a time: each takes about twenty locks, and the server's room for those of one
 * transaction is meant for a few thousand (PostgreSQL documentation, 19.12, max_locks_per_transaction).
 *
 * @throws ToolError targetError's codes; the tables removed until then are gone.
 */
export async function dropTables(session: Session, schema: string): Promise<void> {
  const doing = `remove the tables of schema ${quote(schema)}`;
  const rows = await runStatement(
    session,
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = to_regnamespace(${quoteLiteral(quote(schema))}) AND relkind IN ('r', 'p')`,
    doing,
  );
  const names = rows.map((row) => quoteQualified(schema, row["name"] ?? ""));
  for (let first = 0; first < names.length; first += tablesAtOnce) {
    const some = names.slice(first, first + tablesAtOnce).join(", ");
    await runStatement(session, `DROP TABLE IF EXISTS ${some} CASCADE`, doing);
  }
}

const tablesAtOnce = 50;

export const createSchemaSql = (schema: string): string => `CREATE SCHEMA ${quote(schema)}`;
/** Fails where anything is left in it. */
export const dropEmptySchemaSql = (schema: string): string => `DROP SCHEMA ${quote(schema)} RESTRICT`;
export const dropSchemaSql = (schema: string): string => `DROP SCHEMA IF EXISTS ${quote(schema)} CASCADE`;
