/**
 * A session whose settings are pinned, so that the same value always comes back as the same text, whatever the role,
 * the database or the server has set. They are set by SET after the login, not in the start-up message: poolers refuse
 * most parameters there.
 */
import type pg from "pg";
import { ToolError } from "../../errors.js";
import { cancelStatement } from "../cancel-statement.js";
import { openClient } from "./client.js";
import type { Connection } from "./connection.js";
import { describeServer, type ServerSettings } from "./connection-settings.js";
import { setRole } from "../role.js";
import type { Session, TextRow } from "../session.js";
import { isConnectionLost, rememberLogin } from "../target-error.js";

const settings: Readonly<Record<string, string>> = {
  search_path: "pg_catalog",
  client_encoding: "'UTF8'",
  timezone: "'UTC'",
  datestyle: "'ISO, YMD'",
  intervalstyle: "'iso_8601'",
  extra_float_digits: "1",
  bytea_output: "'hex'",
  standard_conforming_strings: "on",
  // Else format_type quotes the names of built-in types.
  quote_all_identifiers: "off",
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  // A policy must not silently hide rows from a proof: reading a table with one is an error instead.
  row_security: "off",
};

/** A role or database may have set it, and a long load must not be cut off. New in PostgreSQL 17. */
const transactionTimeoutVersion = 170000;

const goodbyeMilliseconds = 2_000;

export interface PinnedSession extends Session {
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** `server_version`, e.g. `18.4`. */
  readonly serverVersionText: string;
  readonly serverEncoding: string;
}

/**
 * Connects, logs in, pins the settings, and takes the role on.
 *
 * @throws ToolError as openClient and setRole do
 */
export async function openSession(
  { server, environment, role }: Connection,
  signal?: AbortSignal,
): Promise<PinnedSession> {
  const client = await openClient(server, environment, signal);
  const state = watch(client);
  const query = querier(client, server, role ?? server.user, state);
  try {
    const [about] = await query(
      `SELECT pg_catalog.pg_backend_pid() AS process, pg_catalog.current_setting('server_version_num') AS version,
         pg_catalog.current_setting('server_version') AS words, pg_catalog.current_setting('server_encoding') AS encoding`,
    );
    const version = Number(about?.["version"]);
    await query(pinningSql(version));
    if (role !== null) await setRole({ query }, role, { login: server.user, serverVersion: version });
    return {
      client,
      processId: Number(about?.["process"]),
      serverVersion: version,
      serverVersionText: (about?.["words"] ?? "").split(" ")[0] ?? "",
      serverEncoding: about?.["encoding"] ?? "",
      query,
      cancel: () => {
        // A statement that was asked for since the last one is sent first.
        state.cancelling = state.cancelling.then(() => cancelStatement(client, server, environment));
        return state.cancelling;
      },
      end: () => end(client, state),
    };
  } catch (error) {
    await end(client, state);
    throw error;
  }
}

/** What is older than the settings is refused by connect.ts; it must not trip over them before. */
function pinningSql(version: number): string {
  const known = Object.entries(settings).filter(
    ([name]) => name !== "idle_session_timeout" || version >= 140000,
  );
  const all = version >= transactionTimeoutVersion ? [...known, ["transaction_timeout", "0"]] : known;
  return all.map(([name, value]) => `SET ${name ?? ""} = ${value ?? ""}`).join("; ");
}

interface State {
  /** Why the connection is gone, or null while it is there. */
  gone: Error | null;
  /** Settles when every cancel has done its work. */
  cancelling: Promise<void>;
}

function watch(client: pg.Client): State {
  const state: State = { gone: null, cancelling: Promise.resolve() };
  client.on("error", (error) => (state.gone ??= error));
  client.on("end", () => (state.gone ??= new Error("Connection terminated")));
  return state;
}

/** @param user whom rights are asked of. */
function querier(client: pg.Client, server: ServerSettings, user: string, state: State): Session["query"] {
  return async (sql, parameters = []) => {
    // A cancel that is still on its way would hit this statement instead of the one that it was meant for.
    await state.cancelling;
    if (state.gone !== null) throw lost(server, state.gone);
    try {
      const result: pg.QueryResult<TextRow> | pg.QueryResult<TextRow>[] = await client.query<TextRow>({
        text: sql,
        values: [...parameters],
      });
      // Several statements in one text give a list.
      return (Array.isArray(result) ? (result as pg.QueryResult<TextRow>[]).at(-1)?.rows : result.rows) ?? [];
    } catch (error) {
      // The `error` event of the client comes before the rejection.
      if (gone(state) !== null || isConnectionLost(error)) throw lost(server, gone(state) ?? error);
      rememberLogin(error, { user, database: server.database });
      throw error;
    }
  };
}

/** Read anew: it changes while a query is awaited. */
const gone = (state: State): Error | null => state.gone;

function lost(server: ServerSettings, cause: unknown): ToolError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ToolError(
    "target-lost",
    `The connection to ${describeServer(server)} is lost: ${reason}`,
    "Look into the server's log and at the network, then run again.",
    { cause },
  );
}

/** Says goodbye; where nobody listens any more, hangs up. */
async function end(client: pg.Client, state: State): Promise<void> {
  if (state.gone !== null) return;
  const timer = setTimeout(() => client.connection.stream.destroy(), goodbyeMilliseconds);
  try {
    await client.end();
  } finally {
    clearTimeout(timer);
  }
}
