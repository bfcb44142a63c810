/**
 * Makes the cluster of an embedded server. It is built under another name and renamed when it is whole: a `data` folder
 * that is there is complete, and what an interrupted run left is swept away by the next.
 */
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ToolError } from "../../errors.js";
import { isAlive, run, type Account } from "./account.js";
import type { Binaries } from "./binaries.js";
import { makeOutside } from "./outside.js";
import type { EmbeddedHome } from "./home.js";

/** The superuser of every embedded cluster. */
export const superuser = "postgres";

/**
 * Makes the cluster if there is none yet.
 *
 * @param durable false: initdb does not wait for the disk
 * @throws ToolError `embedded-failed`: of another major version, or initdb says no
 */
export async function ensureCluster(home: EmbeddedHome, binaries: Binaries, durable: boolean): Promise<void> {
  if (!existsSync(home.dataDirectory)) await makeCluster(home, binaries, durable);
  const version = readFileSync(join(home.dataDirectory, "PG_VERSION"), "utf8").trim();
  if (version === binaries.major) return;
  throw new ToolError(
    "embedded-failed",
    `The data in ${home.dataDirectory} was made by PostgreSQL ${version}; the embedded PostgreSQL is ${binaries.version}.`,
    `Use the sqlift that made it, or migrate again into a new folder.`,
  );
}

async function makeCluster(home: EmbeddedHome, binaries: Binaries, durable: boolean): Promise<void> {
  const parent = dirname(home.dataDirectory);
  if (parent !== home.directory) makeOutside(home.dataDirectory, home.directory);
  sweep(parent);
  const building = join(parent, `new-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    mkdirSync(building, { mode: 0o700 });
    const password = join(building, "password");
    writeFileSync(password, `${home.password}\n`, { mode: 0o600 });
    give(building, home.account);
    give(password, home.account);
    await initialise(join(building, "data"), password, home, binaries, durable);
    moveInto(join(building, "data"), home.dataDirectory);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function give(path: string, account: Account): void {
  if (account.lent) chownSync(path, account.uid, account.gid);
}

/** What a process left that was killed while it built. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const builder = /^new-(\d+)-[0-9a-f]+$/.exec(name)?.[1];
    if (builder !== undefined && !isAlive(Number(builder)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

async function initialise(
  data: string,
  passwordFile: string,
  home: EmbeddedHome,
  binaries: Binaries,
  durable: boolean,
): Promise<void> {
  const { code, output } = await run(home.account, binaries.initdb, [
    `--pgdata=${data}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth-local=scram-sha-256",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    // The same order of text on every machine.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ]);
  if (code === 0) return;
  throw new ToolError(
    "embedded-failed",
    `PostgreSQL's initdb made no database in ${home.dataDirectory}: ${output.split("\n").slice(-5).join(" ")}`,
    initdbHint(output, home.account),
  );
}

function initdbHint(output: string, account: Account): string {
  return output.includes("could not look up effective user ID")
    ? `initdb wants every user to have a name: add one for ${account.uid} to /etc/passwd, or run as another user.`
    : "Look whether the disk is full or read-only, or name another folder.";
}

/** Where another process was faster, its cluster stays; both have the same password. */
function moveInto(built: string, data: string): void {
  try {
    renameSync(built, data);
  } catch (error) {
    if (!existsSync(join(data, "PG_VERSION"))) throw error;
  }
}
