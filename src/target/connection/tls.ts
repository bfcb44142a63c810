/**
 * TLS as libpq understands it (PostgreSQL 18 documentation, 32.19 "SSL Support"), not as node-postgres does:
 *
 *   disable, allow, prefer   whether to try at all (socket.ts does the trying)
 *   require                  encrypts; verifies the chain only where a root certificate file is there
 *   verify-ca                verifies the chain; the file must be there
 *   verify-full              verifies the chain and the host's name
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import { ToolError } from "../../errors.js";
import type { Environment, ServerSettings, TlsSettings } from "./connection-settings.js";

/** How one attempt at a connection deals with TLS. */
export type Wire = "plain" | "tls" | "tls-if-offered";

/** The attempts that a mode allows, in order. Unix sockets are never encrypted. Total. */
export function wiresFor(mode: TlsSettings["mode"], host: string): readonly Wire[] {
  if (host.startsWith("/")) return ["plain"];
  switch (mode) {
    case "disable":
      return ["plain"];
    case "allow":
      return ["plain", "tls"];
    case "prefer":
      return ["tls-if-offered", "plain"];
    case "require":
    case "verify-ca":
    case "verify-full":
      return ["tls"];
  }
}

/** Bundles of trusted roots, by operating system and distribution; the first that is there counts. */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Reads the certificate files and says what the handshake has to check.
 *
 * @param environment for SSL_CERT_FILE, which names the system's roots
 * @throws ToolError `usage`: a file that is named but not there, a private key that others may read
 */
export function handshakeOptions(
  server: Pick<ServerSettings, "host" | "tls">,
  environment: Environment,
): tls.ConnectionOptions {
  const settings = server.tls;
  const roots = readRoots(settings, environment);
  const certificate = chosenFile(settings.certificate, settings, "postgresql.crt", "sslcert");
  const revocations = chosenFile(settings.revocationList, settings, "root.crl", "sslcrl");
  return {
    host: server.host,
    // A name for the server to choose its certificate by; an address is none (RFC 6066, section 3).
    servername: /^[\d.]+$|:/.test(server.host) ? "" : server.host,
    rejectUnauthorized: roots !== null,
    ...(roots === null ? {} : { ca: roots }),
    ...(settings.mode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
    ...(certificate === null ? {} : { cert: readFileSync(certificate), ...readKey(settings) }),
    ...(revocations === null || roots === null ? {} : { crl: readFileSync(revocations) }),
    minVersion: settings.minimumVersion,
    ...(settings.maximumVersion === null ? {} : { maxVersion: settings.maximumVersion }),
    ...(settings.negotiation === "direct" ? { ALPNProtocols: ["postgresql"] } : {}),
  };
}

/** Null: the chain is not verified. */
function readRoots(settings: TlsSettings, environment: Environment): Buffer | string[] | null {
  if (settings.rootCertificate === "system") {
    const named = environment["SSL_CERT_FILE"];
    const bundle = [...(named === undefined ? [] : [named]), ...systemBundles].find((path) =>
      existsSync(path),
    );
    return bundle === undefined ? [...tls.rootCertificates] : readFileSync(bundle);
  }
  const file = chosenFile(settings.rootCertificate, settings, "root.crt", "sslrootcert");
  if (file !== null) return readFileSync(file);
  if (settings.mode !== "verify-ca" && settings.mode !== "verify-full") return null;
  throw new ToolError(
    "usage",
    `sslmode=${settings.mode} needs the certificate of the authority that signed the server's.`,
    "Name it with sslrootcert=FILE, or write sslmode=verify-full&sslrootcert=system for one that this machine trusts.",
  );
}

/** The named file, which must be there, or the default one where it is there. */
function chosenFile(
  named: string | null,
  settings: TlsSettings,
  usual: string,
  parameter: string,
): string | null {
  if (named !== null) {
    if (!existsSync(named))
      throw new ToolError("usage", `The file of ${parameter} is not there: ${named}`, "Correct the path.");
    return named;
  }
  if (settings.defaultFolder === null) return null;
  const path = join(settings.defaultFolder, usual);
  return existsSync(path) ? path : null;
}

function readKey(settings: TlsSettings): { key: Buffer; passphrase?: string } {
  const path = chosenFile(settings.key, settings, "postgresql.key", "sslkey");
  if (path === null)
    throw new ToolError(
      "usage",
      "A client certificate is given, but no private key.",
      "Name it with sslkey=FILE.",
    );
  const stats = statSync(path);
  // libpq's rule: nobody else may read it, but a key of root's may be lent to a group.
  if ((stats.mode & (stats.uid === 0 ? 0o037 : 0o077)) !== 0)
    throw new ToolError(
      "usage",
      `The private key ${path} can be read by others.`,
      `Mend: chmod 0600 ${path}`,
    );
  const key = readFileSync(path);
  return settings.keyPassword === null ? { key } : { key, passphrase: settings.keyPassword };
}

/**
 * Speaks TLS over a connected socket.
 *
 * @throws Error as node:tls reports it (target-error.ts has the words)
 */
export function encrypt(socket: Socket, options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const encrypted = startTls(socket, options);
    const ended = (): void => {
      reject(new TlsHandshakeError("The server closed the connection during the TLS handshake"));
    };
    encrypted.once("error", (error: Error) => {
      reject(new TlsHandshakeError(error.message, { cause: error }));
    });
    encrypted.once("close", ended);
    encrypted.once("secureConnect", () => {
      encrypted.off("close", ended);
      resolve(encrypted);
    });
  });
}

/** Node throws at once where a certificate or key cannot be read as one. */
function startTls(socket: Socket, options: tls.ConnectionOptions): tls.TLSSocket {
  try {
    return tls.connect({ ...options, socket });
  } catch (error) {
    throw new TlsHandshakeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The handshake came to nothing; `cause` is what node:tls said. */
export class TlsHandshakeError extends Error {
  override readonly name = "TlsHandshakeError";
}
