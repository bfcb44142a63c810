/**
 * From an error of PostgreSQL, node or node-postgres to one that says the slip and the mend.
 *
 * SQLSTATE codes: PostgreSQL 18 documentation, appendix A. Nothing here knows a password, so none can be printed.
 */
import pg from "pg";
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import { networkWords } from "./connection/network-error.js";
import { rightsHint } from "./rights-hint.js";
import type { Words } from "./words.js";

/** Who was logged in when an error came; lets `targetError` name the GRANT. */
export interface Login {
  readonly user: string;
  readonly database: string;
}

const logins = new WeakMap<object, Login>();

/** Remembers who an error was raised for. Safe to call with anything. */
export function rememberLogin(error: unknown, login: Login): void {
  if (typeof error === "object" && error !== null)
    logins.set(error, { user: login.user, database: login.database });
}

/**
 * Says in words what went wrong. A ToolError comes back as it is.
 *
 * @param error whatever was thrown by a session, a COPY stream or a connection attempt
 * @param doing what was being done, after "cannot": `connect to postgres://me@host:5432/db`, `copy into public.users`
 */
export function targetError(error: unknown, doing: string): ToolError {
  if (error instanceof ToolError) return error;
  const words = wordsFor(error);
  return new ToolError(words.code, `Cannot ${doing}: ${words.message}`, words.hint, { cause: error });
}

/** Whether PostgreSQL, node-postgres or the network raised it. What is thrown besides is a bug of ours. Total. */
export const isFromTarget = (error: unknown): boolean =>
  error instanceof pg.DatabaseError || networkWords(error) !== null;

/** Whether the error means that the connection is gone, not that a statement was refused. Total. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof ToolError) return error.code === "target-lost";
  if (error instanceof pg.DatabaseError) return lostStates.test(error.code ?? "");
  return networkWords(error) !== null;
}

/** Whether statement_timeout or somebody's cancel ended the statement. Total. */
export const isStatementTimeout = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === "57014";

/**
 * Whether CREATE DATABASE found one of its name. Two at the same moment meet in the catalog's unique index. Total.
 */
export const isDatabaseThere = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === "42P04" || error.code === "23505");

/** Whether it waited for others in vain: lock_timeout, or a deadlock that it had to give way in. Total. */
export const isLockRefused = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === "55P03" || error.code === "40P01");

/**
 * Whether something stands there already that somebody else made. Two at the same moment meet in a catalog's unique index. Total.
 */
export const isNameTaken = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (takenStates.has(error.code ?? "") || isCatalogKey(error));

const isCatalogKey = ({ code, schema }: pg.DatabaseError): boolean =>
  code === "23505" && schema === "pg_catalog";

/** Schema, relation, object, function (appendix A, class 42). */
const takenStates: ReadonlySet<string> = new Set(["42P06", "42P07", "42710", "42723"]);

/** Connection exceptions, and the timeouts and shutdowns after which the server hangs up. */
const lostStates = /^(?:08...|57P0[12345]|25P0[34])$/;

function wordsFor(error: unknown): Words {
  if (error instanceof pg.DatabaseError) return serverWords(error, logins.get(error) ?? null);
  const network = networkWords(error);
  if (network !== null) return network;
  return {
    code: "target-failed",
    message: error instanceof Error ? error.message : String(error),
    hint: null,
  };
}

function serverWords(error: pg.DatabaseError, login: Login | null): Words {
  const state = error.code ?? "";
  const known = isCatalogKey(error)
    ? inTheWay
    : (byState[state] ?? (lostStates.test(state) ? lost : undefined));
  return known === undefined
    ? { code: "target-failed", message: serverMessage(error), hint: error.hint ?? null }
    : known(error, login);
}

/** What the server said, with its detail and its code, on one line. */
function serverMessage(error: pg.DatabaseError): string {
  const detail = error.detail === undefined ? "" : ` (${error.detail})`;
  const state = error.code === undefined ? "" : ` [${error.code}]`;
  return `${error.message}${detail}${state}`;
}

type Translation = (error: pg.DatabaseError, login: Login | null) => Words;

const lost: Translation = (error) => ({
  code: "target-lost",
  message: `the connection is lost: ${error.message}`,
  hint: "Look into the server's log, then run again.",
});

const inTheWay: Translation = (error) => ({
  code: "target-in-the-way",
  message: serverMessage(error),
  hint: "Rename or remove what stands there, or write into another schema or database.",
});

const says =
  (code: Words["code"], hint: string): Translation =>
  (error) => ({ code, message: serverMessage(error), hint });

const byState: Readonly<Record<string, Translation>> = {
  "28P01": (_, login) => ({
    code: "target-login",
    message: `the server does not accept the password${login === null ? "" : ` of user ${quote(login.user)}`}`,
    hint: "Correct it in the URL (with %40 for @, %2F for /), in PGPASSWORD or in the password file.",
  }),
  "28000": (error) => ({
    code: "target-login",
    message: serverMessage(error),
    hint: loginHint(error.message),
  }),
  "3D000": (error, login) => ({
    code: "target-no-database",
    message: serverMessage(error),
    hint: `Correct the name, or create it first${login === null ? "" : `: CREATE DATABASE ${quote(login.database)}`} (sqlift migrate does so with --create-database).`,
  }),
  "3F000": says("target-failed", "Create the schema first, or correct its name."),
  "42501": (error, login) => ({
    code: "target-rights",
    message: serverMessage(error),
    hint: rightsHint(error, login?.user ?? null, login?.database ?? null),
  }),
  "42P06": inTheWay,
  "42P07": inTheWay,
  "42710": inTheWay,
  "42723": inTheWay,
  "53100": says("no-space", "The server's disk is full: make room there, then run again."),
  "53200": says(
    "target-failed",
    "The server is short of memory, or of room for locks (max_locks_per_transaction): give it more.",
  ),
  "53300": says(
    "target-unreachable",
    "All connections that it may have are in use: end others, allow more (max_connections, the role's CONNECTION LIMIT), or need fewer by --jobs.",
  ),
  "54000": (error) => ({
    code: "target-failed",
    message: serverMessage(error),
    hint: /^row is too big/.test(error.message) ? wideRowHint : (error.hint ?? null),
  }),
  "55P03": says("target-failed", "Another session holds a lock on it: end that session, then run again."),
  "57014": (error) => ({
    code: "interrupted",
    message: error.message,
    hint: "It was cancelled from outside, or ran into a limit of the server; run again.",
  }),
  "57P03": says(
    "target-unreachable",
    "The server is starting up, shutting down or recovering: try again shortly.",
  ),
  "25006": says(
    "target-rights",
    "Sessions there are read-only. Name the primary server, not a standby, or set default_transaction_read_only = off.",
  ),
};

/** A text or blob that PostgreSQL moves out of the row leaves 18 bytes there, a number stays whole (documentation, "TOAST"). */
const wideRowHint =
  "A row has to fit into a page of 8 kB. Move some of the table's columns to a second table with the same key, then run again.";

function loginHint(message: string): string {
  if (/no pg_hba\.conf entry/.test(message))
    return /no encryption|SSL off/.test(message)
      ? "The server lets nobody in from here unencrypted: write sslmode=require, or have pg_hba.conf changed."
      : "The server's pg_hba.conf lets nobody of this name in from here: have a line added.";
  if (/^Peer authentication/.test(message))
    return "Over the socket the server wants the system user of the same name: write @localhost to use a password.";
  return "Correct the user name, or have the role created and allowed to log in.";
}
