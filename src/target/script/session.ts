/** A session of its own for one file: what it sets ends with it, and nothing that the tool has pinned changes what it means. */
import { quote } from "../../model/identifier.js";
import { openConnection, type Connection } from "../connection/connection.js";
import type { Session } from "../session.js";

export interface ScriptSession {
  readonly session: Session;
  /** Whether a transaction is open there, a failed one too. */
  isInTransaction(): boolean;
}

/**
 * As psql would have it after the login (and `role`), but for what the file was read by and for limits of time.
 *
 * @param schema goes before `public` in the search path; null: the path is the role's own.
 * @throws ToolError openConnection's codes.
 */
export async function openScriptSession(
  connection: Connection,
  schema: string | null,
  signal: AbortSignal | undefined,
): Promise<ScriptSession> {
  const session = await openConnection(connection, signal);
  // What a file does between its statements is seen by the status that the server sends with each answer (ReadyForQuery).
  let status = "I";
  session.client.connection.on("readyForQuery", (message: { readonly status: string }) => {
    status = message.status;
  });
  const path = schema === null ? [] : [`SET search_path = ${quote(schema)}, public`];
  try {
    await session.query(
      [
        "RESET ALL",
        "SET client_encoding = 'UTF8'",
        "SET standard_conforming_strings = on",
        "SET statement_timeout = 0",
        "SET lock_timeout = 0",
        "SET idle_in_transaction_session_timeout = 0",
        ...path,
      ].join("; "),
    );
    // New in PostgreSQL 17.
    await session.query(
      "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'",
    );
    return { session, isInTransaction: () => status !== "I" };
  } catch (error) {
    await session.end();
    throw error;
  }
}
