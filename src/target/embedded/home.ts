/**
 * DIR, the folder of an embedded server:
 *
 *   sqlift.json   0600: password, name of the database, where the data lies
 *   data/         0700: the cluster; elsewhere (and sqlift.json says where) if the server's uid cannot reach DIR
 *   server.log    0600: what the server says
 *
 * sqlift.json comes first and is made by exactly one process, so that all that start DIR agree on password and place.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { ToolError } from "../../errors.js";
import { canEnter, ownerAccount, type Account } from "./account.js";
import { leftBehind, outsidePlace } from "./outside.js";
import { maximumNameBytes } from "../../model/identifier.js";

export interface EmbeddedHome {
  /** DIR, absolute. */
  readonly directory: string;
  readonly dataDirectory: string;
  readonly password: string;
  readonly database: string;
  /** Who the server runs as. */
  readonly account: Account;
  readonly logFile: string;
  readonly notes: readonly string[];
}

interface Description {
  readonly format: 1;
  readonly password: string;
  readonly database: string;
  /** `data`, or an absolute path. */
  readonly data: string;
}

const descriptionName = "sqlift.json";

/**
 * Opens DIR, or makes it.
 *
 * @param account who a new server would run as; an existing cluster runs as its owner
 * @param storage where data may lie that DIR cannot hold, best first
 * @param ephemeral the folder is to go with the server, whose user must therefore own it
 * @throws ToolError `target-in-the-way`: DIR holds something else; `embedded-failed`
 */
export async function openHome(
  directory: string,
  account: Account,
  storage: readonly string[],
  ephemeral: boolean,
): Promise<EmbeddedHome> {
  const absolute = resolve(directory);
  makeFolder(absolute, account);
  if (ephemeral && account.lent) chownSync(absolute, account.uid, account.gid);
  refuseOther(absolute);
  const description =
    readDescription(absolute) ?? writeDescription(absolute, await describe(absolute, account, storage));
  const dataDirectory = isAbsolute(description.data) ? description.data : join(absolute, description.data);
  const owner = existsSync(dataDirectory) ? ownerAccount(dataDirectory) : account;
  return {
    directory: absolute,
    dataDirectory,
    password: description.password,
    database: description.database,
    account: owner,
    logFile: join(absolute, "server.log"),
    notes: notesOn(absolute, dataDirectory, owner),
  };
}

/** @throws ToolError `usage` where DIR is no folder that sqlift made. */
export function refuseMissing(directory: string): void {
  if (existsSync(join(directory, descriptionName))) return;
  throw new ToolError(
    "usage",
    `${directory} holds no database that sqlift made.`,
    "Name the folder that `sqlift migrate` printed, e.g. ./chinook.pg.",
  );
}

function makeFolder(directory: string, account: Account): void {
  try {
    mkdirSync(directory);
    // The server's uid has to pass through; what is inside has modes of its own.
    chmodSync(directory, account.lent ? 0o711 : 0o700);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST" && statSync(directory).isDirectory()) return;
    if (code === "EEXIST")
      throw new ToolError("target-in-the-way", `${directory} is not a folder.`, "Name another folder.");
    const hint =
      code === "ENOENT"
        ? `Make the folder above it first: mkdir -p ${dirname(directory)}`
        : "Name a folder that this user can write to.";
    throw new ToolError("embedded-failed", `The folder ${directory} cannot be made (${code ?? "?"}).`, hint, {
      cause: error,
    });
  }
}

function refuseOther(directory: string): void {
  const names = listed(directory);
  const isOurs = names.length === 0 || names.some((name) => name.startsWith(descriptionName));
  if (isOurs) return;
  throw new ToolError(
    "target-in-the-way",
    `${directory} holds something else than an embedded database of sqlift.`,
    "Name a folder that is empty or not there yet; sqlift makes it.",
  );
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw unreadable(directory, error);
  }
}

function unreadable(path: string, error: unknown): ToolError {
  const code = (error as NodeJS.ErrnoException).code ?? "?";
  return new ToolError(
    "embedded-failed",
    `${path} cannot be read (${code}).`,
    "Run as the user who made it.",
    {
      cause: error,
    },
  );
}

async function describe(
  directory: string,
  account: Account,
  storage: readonly string[],
): Promise<Description> {
  const inside = await canHoldData(directory, account);
  const data = inside ? "data" : await outsidePlace(directory, account, storage);
  return {
    format: 1,
    password: randomBytes(24).toString("base64url"),
    database: databaseName(directory),
    data,
  };
}

/** Whether the server's uid can come here and own a folder; some file systems know no owners. */
async function canHoldData(directory: string, account: Account): Promise<boolean> {
  if (!account.lent) return true;
  if (!(await canEnter(account, directory))) return false;
  const trial = mkdtempSync(join(directory, `${descriptionName}.trial-`));
  try {
    chownSync(trial, account.uid, account.gid);
    return statSync(trial).uid === account.uid && (await canEnter(account, trial));
  } catch {
    return false;
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/** The folder's name without `.pg`, cut to what PostgreSQL keeps of a name. Total. */
export function databaseName(directory: string): string {
  const base = basename(resolve(directory)).replace(/\.pg$/, "") || "sqlift";
  const name = ["template0", "template1"].includes(base) ? `${base}_` : base;
  let characters = Array.from(name);
  while (Buffer.byteLength(characters.join("")) > maximumNameBytes) characters = characters.slice(0, -1);
  return characters.join("");
}

function readDescription(directory: string): Description | null {
  const path = join(directory, descriptionName);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unreadable(path, error);
  }
  const read = parse(text);
  if (isDescription(read)) return read;
  throw new ToolError(
    "embedded-failed",
    `${path} is damaged, or of a newer sqlift.`,
    "Restore it, or name another folder. The data beside it is untouched.",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isDescription(read: unknown): read is Description {
  if (typeof read !== "object" || read === null) return false;
  const { format, password, database, data } = read as Record<string, unknown>;
  return (
    format === 1 && [password, database, data].every((value) => typeof value === "string" && value !== "")
  );
}

/** Only one process writes it; the others take what is there. */
function writeDescription(directory: string, description: Description): Description {
  const path = join(directory, descriptionName);
  const draft = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EEXIST") renameSync(draft, path); // a file system without hard links
  } finally {
    rmSync(draft, { force: true });
  }
  return readDescription(directory) ?? description;
}

function notesOn(directory: string, data: string, account: Account): readonly string[] {
  const notes: string[] = [];
  if (account.lent)
    notes.push(`PostgreSQL refuses to run as root; the embedded server runs as user ${account.uid}.`);
  if (dirname(data) === directory) return notes;
  notes.push(
    `User ${account.uid} cannot reach ${directory}, so the data lies in ${data}; ${directory} points to it. Remove both together.`,
  );
  const orphans = leftBehind(data, descriptionName);
  if (orphans.length > 0)
    notes.push(
      `Data whose folder was removed is still there. If nobody needs it: rm -r ${orphans.join(" ")}`,
    );
  return notes;
}
