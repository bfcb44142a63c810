/** One logged-in node-postgres client, by libpq's rules. What every session then sets: pinned-session.ts. */
import pg from "pg";
import type { ConnectionOptions } from "node:tls";
import { ToolError } from "../../errors.js";
import { describeServer, type Environment, type ServerSettings } from "./connection-settings.js";
import { openWire } from "./socket.js";
import { rememberLogin, targetError } from "../target-error.js";
import { handshakeOptions, TlsHandshakeError, wiresFor, type Wire } from "./tls.js";

/** Every value arrives as the text that PostgreSQL sent. */
const textOnly = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

/**
 * Connects and logs in.
 *
 * @param environment stands for process.env
 * @param signal gives up; the caller tells that apart from a failure
 * @throws ToolError `target-unreachable`, `target-login`, `target-no-database`, `target-rights`, `usage`
 */
export async function openClient(
  server: ServerSettings,
  environment: Environment,
  signal?: AbortSignal,
): Promise<pg.Client> {
  const wires = wiresFor(server.tls.mode, server.host);
  const handshake = wires.some((wire) => wire !== "plain") ? handshakeOptions(server, environment) : null;
  let first: unknown = null;
  for (const wire of wires) {
    try {
      return await attempt(server, wire, handshake, signal);
    } catch (error) {
      if (signal?.aborted === true || !mayTryOtherwise(error)) throw explain(error, server);
      first ??= error;
    }
  }
  throw explain(first, server);
}

/** As libpq with `allow` and `prefer`; but a password that was refused is not sent again, unencrypted. */
function mayTryOtherwise(error: unknown): boolean {
  return error instanceof TlsHandshakeError || (error instanceof pg.DatabaseError && error.code === "28000");
}

async function attempt(
  server: ServerSettings,
  wire: Wire,
  handshake: ConnectionOptions | null,
  signal: AbortSignal | undefined,
): Promise<pg.Client> {
  const { stream, encrypted } = await openWire(server, wire, handshake, signal);
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: server.user,
    database: server.database,
    password: () => passwordOf(server),
    application_name: server.applicationName,
    ...(server.options === null ? {} : { options: server.options }),
    ssl: false, // the stream is encrypted already, where it is to be
    sslnegotiation: "postgres",
    stream: () => stream,
    types: textOnly,
    enableChannelBinding: encrypted && server.tls.requireChannelBinding,
    connectionTimeoutMillis: server.connectTimeoutSeconds * 1000,
  });
  // Stays for good: an idle client that loses its connection must not take the process down.
  client.on("error", () => undefined);
  const binding = watchChannelBinding(client);
  const hangUp = (): void => void stream.destroy();
  signal?.addEventListener("abort", hangUp);
  try {
    await client.connect();
    if (server.tls.requireChannelBinding && !(encrypted && binding.offered)) throw noBinding(server);
    return client;
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    signal?.removeEventListener("abort", hangUp);
  }
}

/** Asked only where the server wants a password. */
function passwordOf(server: ServerSettings): string {
  if (server.password !== null) return server.password;
  throw new ToolError(
    "target-login",
    `Cannot connect to ${describeServer(server)}: the server wants a password, and none is given.`,
    "Set PGPASSWORD, or add a line HOST:PORT:DATABASE:USER:PASSWORD to ~/.pgpass (chmod 0600).",
  );
}

/** With it offered and enabled, node-postgres uses it. */
function watchChannelBinding(client: pg.Client): { offered: boolean } {
  const seen = { offered: false };
  client.connection.on("authenticationSASL", (message: { readonly mechanisms: readonly string[] }) => {
    seen.offered = message.mechanisms.includes("SCRAM-SHA-256-PLUS");
  });
  return seen;
}

const noBinding = (server: ServerSettings): ToolError =>
  new ToolError(
    "target-login",
    `Cannot connect to ${describeServer(server)}: channel_binding=require, but the server did not log in that way.`,
    "It needs sslmode=require and a scram-sha-256 password; else leave channel_binding out.",
  );

function explain(error: unknown, server: ServerSettings): ToolError {
  rememberLogin(error, server);
  const explained = targetError(error, `connect to ${describeServer(server)}`);
  // While connecting, a closed connection means that one never came about.
  if (explained.code === "target-lost")
    return new ToolError("target-unreachable", explained.message, explained.hint, { cause: explained.cause });
  return explained;
}
