/** Private folders of sqlift's own, outside of the user's: for prepared binaries, and for data that DIR cannot hold. */
import { chmodSync, existsSync, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { ToolError } from "../../errors.js";
import { canEnter, type Account } from "./account.js";
import type { Environment } from "../connection/connection-settings.js";

/**
 * Where they may lie, best first.
 *
 * root: /var/lib/sqlift, else /var/tmp/sqlift-0. Others: $XDG_CACHE_HOME/sqlift or ~/.cache/sqlift (XDG Base Directory
 * Specification 0.8), else /var/tmp/sqlift-UID.
 */
export function storageFolders(environment: Environment): readonly string[] {
  const uid = process.getuid?.() ?? 0;
  const last = `/var/tmp/sqlift-${uid}`;
  if (uid === 0) return ["/var/lib/sqlift", last];
  const named = environment["XDG_CACHE_HOME"];
  if (named !== undefined && isAbsolute(named)) return [join(named, "sqlift"), last];
  const home = homeFolder(environment);
  return home === null ? [last] : [join(home, ".cache", "sqlift"), last];
}

function homeFolder(environment: Environment): string | null {
  const home = environment["HOME"];
  if (home !== undefined && isAbsolute(home)) return home;
  try {
    return homedir();
  } catch {
    return null;
  }
}

/**
 * Makes or takes the first of the folders that can be had and that `account` can enter.
 *
 * @throws ToolError `embedded-failed`: none can be had, or one is there that somebody else can write to. Nothing is
 *   ever put into, or run from, such a folder.
 */
export async function openStorage(account: Account, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    if (!make(folder, account)) continue;
    refuseForeign(folder);
    if (await canEnter(account, folder)) return folder;
  }
  throw new ToolError(
    "embedded-failed",
    `No folder for the embedded server's files can be made: ${folders.join(", ")}`,
    "Make one of them writable for this user.",
  );
}

function make(folder: string, account: Account): boolean {
  if (existsSync(folder)) return true;
  try {
    makeFolders(folder);
    // The server's uid has to pass, whatever the umask.
    chmodSync(folder, account.lent ? 0o755 : 0o700);
    return true;
  } catch {
    return false;
  }
}

/** Node's own `recursive` never comes back where a parent is there and cannot hold folders (/proc). */
function makeFolders(folder: string): void {
  if (!existsSync(dirname(folder))) makeFolders(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** @throws ToolError `embedded-failed` */
export function refuseForeign(folder: string): void {
  const stats = lstatSync(folder);
  const own = process.getuid?.() ?? 0;
  const trusted = (stats.uid === own || stats.uid === 0) && (stats.mode & 0o022) === 0;
  if (stats.isDirectory() && trusted) return;
  throw new ToolError(
    "embedded-failed",
    `${folder} is not used: it is no folder of this user's or root's alone.`,
    `Remove it, or mend it: chown ${own} ${folder} && chmod go-w ${folder}`,
  );
}
