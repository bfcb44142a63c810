/**
 * Asks a server to give up what a session is running. No login and no connection of the role's limit is needed, so it
 * works where all of them are in use (PostgreSQL 18 documentation, 54.2.8 "Canceling Requests in Progress").
 */
import { once } from "node:events";
import type { Environment, ServerSettings } from "./connection/connection-settings.js";
import { openWire } from "./connection/socket.js";
import { handshakeOptions, wiresFor } from "./connection/tls.js";

/** What the server told the session when it began. */
export interface CancelKey {
  readonly processId: number;
  readonly secretKey: number;
}

/** Stands where a start-up message has its version. */
const cancelCode = 80877102;

/**
 * Returns when the server has passed it on, which does not mean that the statement has ended.
 *
 * @throws Error as openWire does.
 */
export async function requestCancel(
  server: ServerSettings,
  environment: Environment,
  key: CancelKey,
): Promise<void> {
  const wires = wiresFor(server.tls.mode, server.host);
  const handshake = wires.some((wire) => wire !== "plain") ? handshakeOptions(server, environment) : null;
  const { stream } = await openWire(server, wires[0] ?? "plain", handshake);
  const message = Buffer.alloc(16);
  [message.length, cancelCode, key.processId, key.secretKey].forEach((part, index) =>
    message.writeInt32BE(part, index * 4),
  );
  const closed = once(stream, "close");
  stream.end(message);
  stream.resume();
  // A server that takes it and never hangs up must not be waited for.
  stream.setTimeout(server.connectTimeoutSeconds * 1000, () => stream.destroy());
  await closed;
}
