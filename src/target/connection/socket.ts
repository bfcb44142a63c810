/**
 * The wire under a connection: TCP or a Unix socket, then TLS where it is wanted. node-postgres could do both, but its
 * sslmode has another meaning than libpq's, and it cannot go on unencrypted where the server says no.
 *
 * Protocol: PostgreSQL 18 documentation, 54.2.11 "SSL Session Encryption".
 */
import * as net from "node:net";
import type { ConnectionOptions } from "node:tls";
import { ToolError } from "../../errors.js";
import { socketPath, type ServerSettings } from "./connection-settings.js";
import { encrypt, TlsHandshakeError, type Wire } from "./tls.js";

/** Length 8, then the number that stands where a start-up message has its version. */
const tlsRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const keepAliveAfterMilliseconds = 30_000;
/** Node's own 250 ms for each address of a name are too few for a far server. */
const perAddressMilliseconds = 5_000;

/**
 * Opens the wire. The stream that comes back is connected already; its `connect` only says so, which is what
 * node-postgres waits for.
 *
 * @param handshake null where the wire is plain
 * @throws Error as node reports it, TlsHandshakeError, ToolError `target-unreachable` where the server offers no TLS, or
 *   the reason of the signal
 */
export async function openWire(
  server: ServerSettings,
  wire: Wire,
  handshake: ConnectionOptions | null,
  signal?: AbortSignal,
): Promise<{ readonly stream: net.Socket; readonly encrypted: boolean }> {
  const timer = deadline(server.connectTimeoutSeconds, signal);
  let socket: net.Socket | null = null;
  try {
    socket = await timer.before(connectSocket(server, (opening) => (socket = opening)));
    if (handshake === null || wire === "plain") return { stream: connected(socket), encrypted: false };
    if (server.tls.negotiation === "postgres" && !(await timer.before(offersTls(socket)))) {
      if (wire === "tls-if-offered") return { stream: connected(socket), encrypted: false };
      throw noTls(server);
    }
    return { stream: connected(await timer.before(encrypt(socket, handshake))), encrypted: true };
  } catch (error) {
    socket?.destroy();
    throw error;
  } finally {
    timer.stop();
  }
}

function connectSocket(server: ServerSettings, opening: (socket: net.Socket) => void): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = server.host.startsWith("/")
      ? net.connect({ path: socketPath(server.host, server.port) })
      : net.connect({
          host: server.hostAddress ?? server.host,
          port: server.port,
          autoSelectFamilyAttemptTimeout: perAddressMilliseconds,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepAliveAfterMilliseconds,
        });
    opening(socket);
    // Stays: a socket without a listener would take the process down.
    socket.on("error", reject);
    socket.once("connect", () => resolve(socket));
  });
}

/** Asks; the answer is one byte. More than one would be text smuggled in before the encryption (CVE-2021-23222). */
function offersTls(socket: net.Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const closed = (): void =>
      reject(new TlsHandshakeError("The server closed the connection when asked for TLS"));
    socket.once("close", closed);
    socket.once("data", (answer) => {
      socket.off("close", closed);
      const text = answer.toString("latin1");
      if (text === "S" || text === "N") resolve(text === "S");
      else reject(new TlsHandshakeError("The server's answer to the request for TLS is not PostgreSQL's"));
    });
    socket.write(tlsRequest);
  });
}

function connected<Stream extends net.Socket>(stream: Stream): Stream {
  stream.on("error", () => undefined);
  stream.connect = () => {
    queueMicrotask(() => stream.emit("connect"));
    return stream;
  };
  return stream;
}

function deadline(
  seconds: number,
  signal: AbortSignal | undefined,
): { before<T>(work: Promise<T>): Promise<T>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let abort = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason as Error);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
    if (seconds === 0) return;
    timer = setTimeout(() => {
      reject(Object.assign(new Error(`No answer within ${seconds} seconds`), { code: "ETIMEDOUT" }));
    }, seconds * 1000);
  });
  late.catch(() => undefined);
  return {
    before: (work) => {
      work.catch(() => undefined); // the loser of the race must not count as unhandled
      return Promise.race([work, late]);
    },
    stop: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}

const noTls = (server: ServerSettings): ToolError =>
  new ToolError(
    "target-unreachable",
    `${server.host}:${server.port} offers no TLS, and sslmode=${server.tls.mode} demands it.`,
    "Switch TLS on in the server (ssl = on), or, on a network you trust, write sslmode=prefer.",
  );
