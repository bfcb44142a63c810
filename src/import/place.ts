/** Moves finished tables from the schema of the run to where they belong, all or none. */
import { quote } from "../model/identifier.js";
import type { Session } from "../target/session.js";
import { targetError } from "../target/target-error.js";

/**
 * Runs `statements` in one transaction; on any error none of them has happened.
 *
 * @throws ToolError targetError's codes.
 */
export async function inOneTransaction(
  session: Session,
  statements: readonly string[],
  doing: string,
): Promise<void> {
  try {
    await session.query("BEGIN");
    for (const sql of statements) await session.query(sql);
    await session.query("COMMIT");
  } catch (error) {
    // The connection may be gone; then the server rolls back by itself.
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, doing);
  }
}

export const createSchemaSql = (schema: string): string => `CREATE SCHEMA ${quote(schema)}`;
/** Fails where anything is left in it. */
export const dropEmptySchemaSql = (schema: string): string => `DROP SCHEMA ${quote(schema)} RESTRICT`;
export const dropSchemaSql = (schema: string): string => `DROP SCHEMA IF EXISTS ${quote(schema)} CASCADE`;
