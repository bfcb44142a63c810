/**
 * A read-only connection inside a read transaction with the lock really taken: BEGIN alone takes none
 * (sqlite.org/lang_transaction.html, section 2.1), the SELECT does. As long as it stands the pages it sees
 * cannot change.
 */
import { statSync } from "node:fs";
import type Database from "better-sqlite3";
import { ToolError } from "../errors.js";
import type { FileLocation } from "./source.js";
import { sqliteCode } from "./source-error.js";
import { refuseIfAborted, sleep } from "./waiting.js";
import { openDatabase } from "./driver.js";

/**
 * How long to wait for a writer. A commit holds its lock for milliseconds, a checkpoint or a large commit for
 * a few seconds; who holds it longer is in a transaction that nobody can wait for. SQLite's shell and
 * better-sqlite3 wait as long.
 */
export const lockTimeoutMilliseconds = 5_000;

/** SQLite's own wait blocks the event loop, so it gets short ones and Ctrl-C is seen between them. */
const attemptMilliseconds = 100;
const pauseMilliseconds = 50;

/** KiB of page cache. Tables are read once from end to end; only index pages are worth keeping. */
const cacheKibibytes = 16_384;

export interface GuardWaits {
  /** For messages. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when the file turns out to be locked. */
  readonly onLocked?: (() => void) | undefined;
}

/**
 * Opens `file` read-only and takes a read transaction.
 *
 * @param file What SQLite opens; its name must be one that `isPlainName` accepts.
 * @throws SqliteError as SQLite gave it (BUSY after `lockTimeoutMilliseconds`), or ToolError `interrupted`.
 */
export const openGuard = async (file: string, waits: GuardWaits): Promise<Database.Database> => {
  const database = openDatabase(file, { readonly: true, fileMustExist: true, timeout: attemptMilliseconds });
  try {
    database.defaultSafeIntegers(true);
    distrust(database);
    database.exec("BEGIN");
    await takeLock(database, waits);
    database.pragma(`cache_size = -${cacheKibibytes}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/**
 * One more connection to what a source has open, for another thread or process, as long as the source is open. SQLite knows of all
 * its connections in a process, so closing this one drops no lock of another.
 *
 * @param path for messages.
 * @throws SqliteError as SQLite gave it, ToolError `source-changed` where another file has its name by now, `interrupted`.
 */
export const openShared = async (
  { file, device, inode }: FileLocation,
  path: string,
  signal?: AbortSignal,
): Promise<Database.Database> => {
  const database = await openGuard(file, { path, signal });
  const { dev, ino } = statSync(file, { bigint: true });
  if (String(dev) === device && String(ino) === inode) return database;
  database.close();
  throw new ToolError(
    "source-changed",
    `${path} was replaced by another file while it was read`,
    "run again, and leave the file where it is until the end",
  );
};

/**
 * better-sqlite3 trims the names it is given, so a name that begins or ends with white space would open
 * another file. Such files are read through a private copy.
 */
export const isPlainName = (file: string): boolean => file === file.trim();

/** What a file from anywhere must not be able to do: sqlite.org/security.html, section 1.2. */
const distrust = (database: Database.Database): void => {
  database.pragma("query_only = ON");
  database.pragma("trusted_schema = OFF");
  database.pragma("cell_size_check = ON");
  database.pragma("mmap_size = 0");
  database.pragma("temp_store = MEMORY");
};

const takeLock = async (database: Database.Database, waits: GuardWaits): Promise<void> => {
  const deadline = performance.now() + lockTimeoutMilliseconds;
  for (let tries = 1; ; tries++) {
    refuseIfAborted(waits.path, waits.signal);
    try {
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
      return;
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw error;
      if (tries === 1) waits.onLocked?.();
    }
    await sleep(pauseMilliseconds);
  }
};

const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(sqliteCode(error) ?? "");

/** Of the rows of one moment that a guard sees: how many pages of which size. */
export const pagesOf = (
  database: Database.Database,
): { readonly pageBytes: number; readonly pageCount: number } => ({
  pageBytes: Number(database.pragma("page_size", { simple: true })),
  pageCount: Number(database.pragma("page_count", { simple: true })),
});
