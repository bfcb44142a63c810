/**
 * Fills in what a TARGET's URL leaves open, in libpq's order: the URL, the connection service file, the PG* variables,
 * the defaults; the password file last (PostgreSQL 18 documentation, 32.1.2, 32.15 to 32.17).
 */
import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../errors.js";
import { parameterRules } from "./connection-parameters.js";
import { checkParameter, refuseSeveralHosts } from "./connection-string.js";
import { readPasswordFile } from "./password-file.js";
import { readService } from "./service-file.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

export interface TlsSettings {
  readonly mode: SslMode;
  readonly negotiation: "postgres" | "direct";
  /** A path, `system`, or null for the default file in `defaultFolder`. */
  readonly rootCertificate: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly keyPassword: string | null;
  readonly revocationList: string | null;
  readonly minimumVersion: TlsVersion;
  readonly maximumVersion: TlsVersion | null;
  readonly requireChannelBinding: boolean;
  /** Where root.crt, postgresql.crt, postgresql.key and root.crl lie; null without a home folder. */
  readonly defaultFolder: string | null;
}

const tlsVersions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** Everything needed to connect. */
export interface ServerSettings {
  /** Name, address, or the folder of a Unix socket (begins with `/`). */
  readonly host: string;
  /** Where to connect instead of looking `host` up. */
  readonly hostAddress: string | null;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** Prisma's `?schema=`. */
  readonly schema: string | null;
  readonly applicationName: string;
  /** 0: no limit. */
  readonly connectTimeoutSeconds: number;
  /** Command-line options for the server process. */
  readonly options: string | null;
  readonly tls: TlsSettings;
}

const defaultConnectTimeoutSeconds = 15;
const usualSocketFolders = ["/var/run/postgresql", "/tmp"];

/**
 * @param given what the URL says (connection-string.ts)
 * @param environment stands for process.env
 * @throws ToolError `usage`: a value that cannot be read, an unknown service
 */
export function completeSettings(
  given: ReadonlyMap<string, string>,
  environment: Environment,
): { readonly settings: ServerSettings; readonly notes: readonly string[] } {
  const home = homeFolder(environment);
  const values = gather(given, environment, home);
  refuseSeveralHosts(values);
  const port = readPort(values.get("port"));
  const host = values.get("host") ?? values.get("hostaddr") ?? usualHost(port);
  const user = values.get("user") ?? systemUser();
  const database = values.get("dbname") ?? user;
  const { password, note } = findPassword(values, { host, port, user, database }, home);
  const settings: ServerSettings = {
    host,
    hostAddress: values.get("hostaddr") ?? null,
    port,
    user,
    password,
    database,
    schema: values.get("schema") ?? null,
    applicationName: values.get("application_name") ?? "sqlift",
    connectTimeoutSeconds: readTimeout(values.get("connect_timeout")),
    options: values.get("options") ?? null,
    tls: readTls(values, home),
  };
  return { settings, notes: note === null ? [] : [note] };
}

/** The URL, then the service, then the variables: the first that names a value counts. */
function gather(
  given: ReadonlyMap<string, string>,
  environment: Environment,
  home: string | null,
): Map<string, string> {
  const values = new Map(given);
  const service = given.get("service") ?? notEmpty(environment["PGSERVICE"]);
  if (service !== null) {
    const chosen = given.get("servicefile") ?? notEmpty(environment["PGSERVICEFILE"]);
    const own = chosen ?? (home === null ? null : join(home, ".pg_service.conf"));
    const shared = join(notEmpty(environment["PGSYSCONFDIR"]) ?? "/etc/postgresql-common", "pg_service.conf");
    addMissing(values, readService(service, own === null ? [shared] : [own, shared]));
  }
  addMissing(values, readVariables(environment));
  return values;
}

function readVariables(environment: Environment): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, rule] of Object.entries(parameterRules)) {
    const value = rule.variable === undefined ? null : notEmpty(environment[rule.variable]);
    if (value === null) continue;
    checkParameter(name, value, `variable ${rule.variable ?? ""}`);
    if (rule.use === "read") found.set(name, value);
  }
  return found;
}

function addMissing(values: Map<string, string>, more: ReadonlyMap<string, string>): void {
  for (const [name, value] of more) if (!values.has(name)) values.set(name, value);
}

const notEmpty = (value: string | undefined): string | null =>
  value === undefined || value === "" ? null : value;

function readPort(text: string | undefined): number {
  if (text === undefined) return 5432;
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0;
  // The text is not repeated: behind a wrongly encoded URL it may be the beginning of a password.
  if (port < 1 || port > 65535)
    throw new ToolError(
      "usage",
      "The port is not a number from 1 to 65535.",
      "In a password write / as %2F, : as %3A, @ as %40.",
    );
  return port;
}

/** libpq: a decimal number of seconds, 1 counts as 2, zero and less is no limit. Ours without one: 15 seconds. */
function readTimeout(text: string | undefined): number {
  if (text === undefined) return defaultConnectTimeoutSeconds;
  const seconds = /^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(seconds))
    throw new ToolError("usage", "connect_timeout is not a whole number of seconds.", "Write e.g. 10.");
  return seconds === 1 ? 2 : Math.max(seconds, 0);
}

/** As a libpq of the distributions does: a local socket where there is one, else this machine by TCP. */
function usualHost(port: number): string {
  const folder = usualSocketFolders.find((candidate) => existsSync(socketPath(candidate, port)));
  return folder ?? "localhost";
}

/** The file of a Unix socket in `folder`. */
export const socketPath = (folder: string, port: number): string => join(folder, `.s.PGSQL.${port}`);

function homeFolder(environment: Environment): string | null {
  const home = notEmpty(environment["HOME"]);
  if (home !== null) return home;
  try {
    return userInfo().homedir || homedir();
  } catch {
    return null; // a uid without an entry in /etc/passwd
  }
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw new ToolError(
      "usage",
      "The target names no user.",
      "Write postgres://USER@HOST/DATABASE or set PGUSER.",
    );
  }
}

function findPassword(
  values: ReadonlyMap<string, string>,
  at: { host: string; port: number; user: string; database: string },
  home: string | null,
): { readonly password: string | null; readonly note: string | null } {
  const password = values.get("password");
  if (password !== undefined) return { password, note: null };
  const file = values.get("passfile") ?? (home === null ? null : join(home, ".pgpass"));
  if (file === null) return { password: null, note: null };
  return readPasswordFile(file, {
    ...at,
    host: usualSocketFolders.includes(at.host) ? "localhost" : at.host,
  });
}

function readTls(values: ReadonlyMap<string, string>, home: string | null): TlsSettings {
  const system = values.get("sslrootcert") === "system";
  const mode = readChoice(values, "sslmode", sslModes) ?? (system ? "verify-full" : "prefer");
  const negotiation = readChoice(values, "sslnegotiation", ["postgres", "direct"] as const) ?? "postgres";
  if (system && mode !== "verify-full")
    throw new ToolError(
      "usage",
      `sslmode=${mode} is too weak for sslrootcert=system.`,
      "Anyone can get a certificate that the system trusts: write sslmode=verify-full.",
    );
  if (negotiation === "direct" && !["require", "verify-ca", "verify-full"].includes(mode))
    throw new ToolError(
      "usage",
      `sslmode=${mode} is too weak for sslnegotiation=direct.`,
      "Write sslmode=require or stronger.",
    );
  const binding = readChoice(values, "channel_binding", ["disable", "prefer", "require"] as const);
  return {
    mode,
    negotiation,
    rootCertificate: values.get("sslrootcert") ?? null,
    certificate: values.get("sslcert") ?? null,
    key: values.get("sslkey") ?? null,
    keyPassword: values.get("sslpassword") ?? null,
    revocationList: values.get("sslcrl") ?? null,
    minimumVersion: readChoice(values, "ssl_min_protocol_version", tlsVersions) ?? "TLSv1.2",
    maximumVersion: readChoice(values, "ssl_max_protocol_version", tlsVersions),
    requireChannelBinding: binding === "require",
    defaultFolder: home === null ? null : join(home, ".postgresql"),
  };
}

function readChoice<Choice extends string>(
  values: ReadonlyMap<string, string>,
  name: string,
  choices: readonly Choice[],
): Choice | null {
  const value = values.get(name);
  if (value === undefined) return null;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) {
    const hint =
      value === "no-verify"
        ? "libpq's word for it is sslmode=require."
        : `Write one of: ${choices.join(", ")}.`;
    throw new ToolError("usage", `The value of ${name} is not known.`, hint);
  }
  return choice;
}

/**
 * The server in words, never with the password: `postgres://me@db.example:5432/shop`. Total.
 */
export function describeServer(server: Pick<ServerSettings, "host" | "port" | "user" | "database">): string {
  const user = encodeURIComponent(server.user);
  const database = encodeURIComponent(server.database);
  if (server.host.startsWith("/"))
    return `postgres://${user}@:${server.port}/${database}?host=${encodeURI(server.host)}`;
  const host = server.host.includes(":") ? `[${server.host}]` : encodeURIComponent(server.host);
  return `postgres://${user}@${host}:${server.port}/${database}`;
}
