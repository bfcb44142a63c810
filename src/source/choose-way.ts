/**
 * Which way a file that was looked at is opened:
 *
 *   lock         rollback mode: the original under a SHARED lock; writers wait until the source is closed
 *   locked-copy  rollback mode: a copy of the file under that lock; writers wait until it is made
 *   backup       WAL with a -shm: SQLite reads the original, and backs it up; nobody waits
 *   copy         what SQLite may not open where it is (WAL without -shm, hot journal, no rights to write the -shm):
 *                the files are copied and recovered there; SQLite has not opened the original, or has only refused to
 */
import { accessSync, constants } from "node:fs";
import { ToolError } from "../errors.js";
import type { ExaminedFile } from "./examine.js";
import { isPlainName } from "./guard.js";
import type { OpenSourceOptions } from "./source.js";
import { sqliteCode } from "./source-error.js";

export type Way = "lock" | "locked-copy" | "backup" | "copy";

/** @throws ToolError `usage` where a lock is insisted on and cannot be had. */
export const chooseWay = (file: ExaminedFile, options: OpenSourceOptions): Way => {
  const isPlain = isPlainName(file.realPath);
  if (isPlain && !isWal(file)) return wantsLock(options) ? "lock" : "locked-copy";
  if (options.mode === "lock") throw lockRefusal(file.path, isPlain ? inWalMode : oddName);
  return isPlain && hasUsableShm(file) ? "backup" : "copy";
};

const wantsLock = ({ mode, ownProcess }: OpenSourceOptions): boolean =>
  mode === "lock" || (mode !== "snapshot" && ownProcess === true);

/** A -wal with something in it is used whatever the header says (pager.c, pagerOpenWalIfPresent). */
const isWal = ({ header, wal }: ExaminedFile): boolean => header.readVersion === 2 || (wal?.bytes ?? 0) > 0;

const hasUsableShm = ({ wal, shm }: ExaminedFile): boolean =>
  wal !== null && shm !== null && isWritable(shm.path);

/** Whether SQLite may write to it without making anything new. Not for root, who may write to anything. */
const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * SQLite itself says whether a -journal is hot, since a live writer's is not: a read-only connection refuses
 * with READONLY_ROLLBACK and changes nothing (pager.c, sqlite3PagerSharedLock). The others mean that
 * something it would need was in the way of a read-only connection.
 */
export const needsCopy = (error: unknown): boolean =>
  /^SQLITE_(READONLY|CANTOPEN)/.test(sqliteCode(error) ?? "");

/**
 * For a lock that was insisted on and that SQLite refused to take.
 *
 * @param error One that `needsCopy`.
 */
export const refusedLock = (path: string, error: unknown): ToolError =>
  lockRefusal(
    path,
    sqliteCode(error) === "SQLITE_READONLY_ROLLBACK" ? hotJournal : `SQLite says ${wordsOf(error)}`,
    { cause: error },
  );

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const inWalMode = "it is in WAL mode, where no lock keeps its pages as they are";
const oddName = "its name begins or ends with white space, which the driver cannot open";
const hotJournal =
  "a transaction was cut off in the middle, and its -journal has to be rolled back before anybody reads it";

const lockRefusal = (path: string, reason: string, options?: ErrorOptions): ToolError =>
  new ToolError(
    "usage",
    `${path} cannot be read under a lock: ${reason}`,
    "use --source snapshot, which reads a private copy, or leave the choice to sqlift",
    options,
  );
