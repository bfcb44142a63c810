/**
 * Whose processes an embedded server's are. PostgreSQL refuses to run as root, so root lends it to another uid: that of
 * the user `postgres` where there is one, else `nobody`; no user has to be made.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import { statSync } from "node:fs";
import { ToolError } from "../../errors.js";

export interface Account {
  /** Whether this process is root and has to hand files over to `uid`. */
  readonly lent: boolean;
  readonly uid: number;
  readonly gid: number;
}

const nobody = 65534;

/** The account that a new server runs as. */
export function serverAccount(): Account {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return { lent: false, uid, gid: process.getgid?.() ?? uid };
  const ids = lookUp("postgres") ?? lookUp("nobody") ?? { uid: nobody, gid: nobody };
  return { lent: true, ...ids };
}

/**
 * The account that an existing cluster has to run as: PostgreSQL accepts only the owner of the data folder.
 *
 * @throws ToolError `embedded-failed`, where this process cannot become that user
 */
export function ownerAccount(dataDirectory: string): Account {
  const { uid, gid } = statSync(dataDirectory);
  const own = process.getuid?.() ?? 0;
  if (own === 0 && uid !== 0) return { lent: true, uid, gid };
  if (own === uid && own !== 0) return { lent: false, uid, gid };
  throw new ToolError(
    "embedded-failed",
    `The data folder ${dataDirectory} belongs to user ${uid}, not to this user (${own}).`,
    uid === 0 ? "PostgreSQL runs as any user but root: chown it." : "Run as that user, or as root.",
  );
}

function lookUp(name: string): { uid: number; gid: number } | null {
  const uid = idOf("-u", name);
  const gid = idOf("-g", name);
  return uid === null || gid === null || uid === 0 ? null : { uid, gid };
}

function idOf(flag: "-u" | "-g", name: string): number | null {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8", env: smallEnvironment });
  return status === 0 && /^\d+\s*$/.test(stdout) ? Number(stdout) : null;
}

/** Nothing of the caller's environment (PGDATA, LD_PRELOAD, passwords) reaches the server; messages are English. */
export const smallEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin",
  LC_ALL: "C",
};

/** How to start a process as `account`. */
export const spawnAs = (account: Account): SpawnOptions => ({
  // The caller's own folder may be one that the account cannot enter.
  cwd: "/",
  env: { ...smallEnvironment },
  ...(account.lent ? { uid: account.uid, gid: account.gid } : {}),
});

export interface Ended {
  /** Null: could not be started, or a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** Runs a program to its end as `account`. Never rejects. */
export function run(account: Account, program: string, parameters: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    let output = "";
    let child: ChildProcess;
    try {
      child = spawn(program, parameters, { ...spawnAs(account), stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      // Node throws, instead of emitting, where a process may not change its uid.
      resolve({ code: null, output: error instanceof Error ? error.message : String(error) });
      return;
    }
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", (error) => resolve({ code: null, output: `${output}${error.message}` }));
    child.once("close", (code) => resolve({ code, output: output.trim() }));
  });
}

/** @throws ToolError `embedded-failed`: root, but not allowed to become anybody else (a container without the right) */
export async function refusePowerless(account: Account): Promise<void> {
  if (!account.lent) return;
  const { code, output } = await run(account, "/bin/sh", ["-c", ":"]);
  if (code === 0) return;
  throw new ToolError(
    "embedded-failed",
    `PostgreSQL refuses to run as root, and this root cannot start processes as user ${account.uid} (${output}).`,
    "Run sqlift as an ordinary user, or let the container have CAP_SETUID and CAP_SETGID.",
  );
}

/** Whether `account` can enter the folder and make files in it. Tried, not read off the modes. */
export async function canUse(account: Account, folder: string): Promise<boolean> {
  const { code } = await run(account, "/bin/sh", ["-c", 'cd "$1" && test -w .', "sh", folder]);
  return code === 0;
}

/** Whether `account` can enter the folder. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  const { code } = await run(account, "/bin/sh", ["-c", 'cd "$1"', "sh", folder]);
  return code === 0;
}

/** Whether a process of that number exists; also true for one that is not ours. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
