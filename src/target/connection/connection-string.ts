/**
 * Takes a TARGET apart: `embedded:DIR`, or a `postgres://` URL as libpq reads it (PostgreSQL 18 documentation, 32.1.1.2
 * "Connection URIs"). Not the URL of the web: `#` has no meaning, the host may be a percent-encoded socket folder.
 *
 * Pure. What a URL leaves open is filled in by connection-settings.ts. No message repeats a piece of what it refuses,
 * except a parameter's name: any other piece may be part of a password that was not percent-encoded.
 */
import { ToolError } from "../../errors.js";
import { nearestParameter, parameterRules } from "./connection-parameters.js";

export type TargetSpec =
  | { readonly kind: "embedded"; readonly directory: string }
  | {
      readonly kind: "server";
      /** By libpq's key words (host, port, user, password, dbname, ...); decoded, never empty. */
      readonly given: ReadonlyMap<string, string>;
      /** What a person should know about parameters that were set aside. */
      readonly notes: readonly string[];
    };

const forms = "TARGET is postgres://USER@HOST:PORT/DATABASE or embedded:DIR.";
const encoding =
  "In a user name, password or database name write / as %2F, @ as %40, : as %3A, ? as %3F, % as %25.";

/**
 * @param spec what the user wrote for TARGET
 * @throws ToolError `usage`
 */
export function parseTarget(spec: string): TargetSpec {
  if (spec.startsWith("embedded:")) return parseEmbedded(spec.slice("embedded:".length));
  const scheme = /^postgres(?:ql)?:\/\//.exec(spec);
  if (scheme !== null) return parseUrl(spec.slice(scheme[0].length));
  throw new ToolError("usage", `This TARGET is neither a postgres:// URL nor embedded:DIR.`, hintFor(spec));
}

function parseEmbedded(directory: string): TargetSpec {
  if (directory === "")
    throw new ToolError("usage", "embedded: names no folder.", "Write embedded:./NAME.pg.");
  return { kind: "embedded", directory };
}

/** The most likely slip behind a TARGET of unknown form. */
function hintFor(spec: string): string {
  if (/^postgres(?:ql)?:/i.test(spec))
    return `The URL begins with postgres:// (small letters, two slashes). ${forms}`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(spec)) return `sqlift writes to PostgreSQL only. ${forms}`;
  if (/^\s*[a-z_]+\s*=/i.test(spec))
    return `Key words (host=... dbname=...) are not read; write them as a URL. ${forms}`;
  return `For a database in a folder of its own write embedded: before the folder. ${forms}`;
}

function parseUrl(rest: string): TargetSpec {
  const given = new Map<string, string>();
  const { credentials, after } = splitCredentials(rest);
  if (credentials !== null) readCredentials(credentials, given);
  if (credentials === null && after.includes("@")) throw misplaced();
  const { place, query } = splitQuery(after);
  readPlace(place, given);
  const notes = readQuery(query, given);
  refuseSeveralHosts(given);
  return { kind: "server", given, notes };
}

/** User and password end at the first `@` that comes before any `/`; a `?` does not end them. */
function splitCredentials(rest: string): { credentials: string | null; after: string } {
  const end = /^[^@/]*@/.exec(rest)?.[0].length ?? 0;
  return end === 0
    ? { credentials: null, after: rest }
    : { credentials: rest.slice(0, end - 1), after: rest.slice(end) };
}

function readCredentials(credentials: string, given: Map<string, string>): void {
  const colon = credentials.indexOf(":");
  const user = colon < 0 ? credentials : credentials.slice(0, colon);
  setIfNotEmpty(given, "user", decode(user));
  if (colon >= 0) setIfNotEmpty(given, "password", decode(credentials.slice(colon + 1)));
}

function splitQuery(after: string): { place: string; query: string } {
  const mark = after.indexOf("?");
  return mark < 0
    ? { place: after, query: "" }
    : { place: after.slice(0, mark), query: after.slice(mark + 1) };
}

/** `host:port/database`, each of them optional; an IPv6 address stands in square brackets. */
function readPlace(place: string, given: Map<string, string>): void {
  const slash = place.indexOf("/");
  const hostPort = slash < 0 ? place : place.slice(0, slash);
  const database = slash < 0 ? "" : place.slice(slash + 1);
  if (place.includes("@") || database.includes("/")) throw misplaced();
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/s.exec(hostPort);
  if (hostPort.includes(",")) throw severalHosts();
  if (parts === null)
    throw new ToolError(
      "usage",
      "The host in the URL cannot be read.",
      `An IPv6 address stands in square brackets: postgres://[::1]:5432/db. ${encoding}`,
    );
  setIfNotEmpty(given, "host", decode(parts[1] ?? parts[2] ?? ""));
  setIfNotEmpty(given, "port", decode(parts[3] ?? ""));
  setIfNotEmpty(given, "dbname", decode(database));
}

const misplaced = (): ToolError =>
  new ToolError("usage", "The URL has an @ or a / where none can be.", encoding);

/** @returns notes on parameters that are set aside */
function readQuery(query: string, given: Map<string, string>): string[] {
  const notes: string[] = [];
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const equals = pair.indexOf("=");
    if (equals <= 0)
      throw new ToolError("usage", "A parameter of the URL is not of the form name=value.", encoding);
    readParameter(decode(pair.slice(0, equals)), decode(pair.slice(equals + 1)), given, notes);
  }
  return notes;
}

function readParameter(name: string, value: string, given: Map<string, string>, notes: string[]): void {
  const rule = Object.hasOwn(parameterRules, name) ? parameterRules[name] : undefined;
  if (rule === undefined) throw unknownParameter(name);
  if (value === "") return;
  checkParameter(name, value, `parameter "${name}" of the URL`);
  if (rule.use === "ignored")
    notes.push(`The URL's parameter "${name}" means nothing to sqlift and is ignored.`);
  if (name === "sslaccept") notes.push(`The URL's parameter "sslaccept" is ignored; sslmode decides.`);
  if (name === "ssl") given.set("sslmode", "require");
  else if (rule.use === "read") given.set(name, value);
}

/**
 * Refuses what sqlift cannot honour.
 *
 * @param where what the message calls the parameter: from the URL, a variable or a service file
 * @throws ToolError `usage`
 */
export function checkParameter(name: string, value: string, where: string): void {
  const rule = parameterRules[name];
  if (rule?.use === "refused") throw new ToolError("usage", `The ${where} is not supported.`, rule.instead);
  if (rule?.use === "only" && !rule.values.includes(value))
    throw new ToolError(
      "usage",
      `The ${where} is supported only as ${rule.values.join(", ")}.`,
      rule.instead,
    );
}

function unknownParameter(name: string): ToolError {
  // A long or odd "name" is more likely a piece of a password with & or ? in it: not repeated.
  if (!/^[A-Za-z_-]{1,40}$/.test(name))
    return new ToolError("usage", "The URL has an unknown parameter.", encoding);
  const nearest = nearestParameter(name);
  const hint = nearest === null ? `Leave it out. ${encoding}` : `Perhaps "${nearest}" is meant.`;
  return new ToolError("usage", `Unknown parameter "${name}" in the URL.`, hint);
}

/** @throws ToolError `usage`, where host, hostaddr or port is a list. */
export function refuseSeveralHosts(given: ReadonlyMap<string, string>): void {
  if (["host", "hostaddr", "port"].some((name) => given.get(name)?.includes(","))) throw severalHosts();
}

function severalHosts(): ToolError {
  return new ToolError(
    "usage",
    "The target names several hosts; sqlift writes to one.",
    `Name the primary server. ${encoding}`,
  );
}

/** Percent-decoding; `+` stays `+`. */
function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new ToolError("usage", "The URL has a % that begins no percent-encoded UTF-8.", encoding);
  }
  if (decoded.includes("\0")) throw new ToolError("usage", "The URL holds %00.", "Leave it out.");
  return decoded;
}

function setIfNotEmpty(given: Map<string, string>, name: string, value: string): void {
  if (value !== "") given.set(name, value);
}
