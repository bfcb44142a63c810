/**
 * Cancels what a session is running, for certain. A request goes over a connection of its own and may overtake the
 * statement: a server that has not read the statement yet is idle, and forgets a request that finds it idle (PostgreSQL's
 * postgres.c, "Query cancel is supposed to be a no-op when there is no query in progress").
 */
import type pg from "pg";
import { requestCancel, type CancelKey } from "./cancel-request.js";
import type { Environment, ServerSettings } from "./connection/connection-settings.js";

/** Long enough for a statement to end that was hit, short enough for a key press to feel answered. */
const againMilliseconds = 250;

/**
 * Asks, and asks again, until what the session was running has ended or the connection is gone. Returns when no request
 * is on its way any more. Nothing else may be sent over the session meanwhile: it could be hit. Never throws.
 */
export async function cancelStatement(
  client: pg.Client,
  server: ServerSettings,
  environment: Environment,
): Promise<void> {
  const connection = internals(client).connection;
  const { processID: processId, secretKey } = internals(client);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  connection.once("readyForQuery", stop);
  connection.once("end", stop);
  try {
    do {
      await requestOnce(server, environment, { processId, secretKey });
      // Nothing was running, or its connection had gone before.
      if (internals(client).readyForQuery || connection.stream.destroyed) return;
      await pause(stopped.signal);
    } while (!stopped.signal.aborted);
  } finally {
    connection.off("readyForQuery", stop);
    connection.off("end", stop);
  }
}

/** What node-postgres has and does not declare. */
interface ClientInternals {
  readonly connection: pg.Connection;
  readonly processID: number;
  readonly secretKey: number;
  /** Whether the server waits for a statement. */
  readonly readyForQuery: boolean;
}

const internals = (client: pg.Client): ClientInternals => client as unknown as ClientInternals;

async function requestOnce(server: ServerSettings, environment: Environment, key: CancelKey): Promise<void> {
  try {
    await requestCancel(server, environment, key);
  } catch {
    // The server cannot be reached any more: then the statement's own connection will say so.
  }
}

function pause(until: AbortSignal): Promise<void> {
  if (until.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, againMilliseconds);
    until.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
