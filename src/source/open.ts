/**
 * Opens a SQLite file so that it is never changed, nothing new is left beside it, and every read sees the
 * rows of one moment. Why it is done like this stands in docs/decisions/source-safety.md.
 *
 *   lock     rollback mode: the original under a SHARED lock; writers wait
 *   backup   WAL with a -shm: SQLite reads the original, and backs it up; nobody waits
 *   copy     the rest (WAL without -shm, hot journal, no rights to write the -shm): the files are copied and
 *            recovered there; SQLite has not opened the original, or has only refused to
 */
import { closeSync, openSync } from "node:fs";
import { basename, resolve } from "node:path";
import type Database from "better-sqlite3";
import { ToolError } from "../errors.js";
import { type ExaminedFile, examineFile, isWritable } from "./examine.js";
import { fingerprintOf } from "./fingerprint.js";
import { type GuardWaits, isPlainName, lockTimeoutMilliseconds, openGuard, pagesOf } from "./guard.js";
import { damageError } from "./open-error.js";
import { makePrivateFolder, type PrivateFolder } from "./private-folder.js";
import { bytesWords } from "./progress.js";
import { sizeWords } from "./size-words.js";
import { backUp, copyBytes, copyFiles, SourceMoved } from "./snapshot.js";
import type { OpenSourceOptions, Source } from "./source.js";
import { sourceError, sqliteCode } from "./source-error.js";
import { refuseIfAborted, sleep } from "./waiting.js";

/** How often a file that changes while it is copied is copied again, and how much longer each time to wait. */
const mostTries = 5;
const pauseMilliseconds = 200;

/**
 * @param path The SQLite file, relative to the working directory or absolute.
 * @throws ToolError with a `source-` code, `no-space`, `usage` (the folder for private copies), `interrupted`.
 */
export const openSource = async (path: string, options: OpenSourceOptions): Promise<Source> => {
  const absolute = resolve(path);
  try {
    return await openWithTries(absolute, options);
  } catch (error) {
    throw sourceError(error, absolute);
  }
};

const openWithTries = async (path: string, options: OpenSourceOptions): Promise<Source> => {
  for (let tries = 1; ; tries++) {
    refuseIfAborted(path, options.signal);
    const file = examineFile(path);
    try {
      return await openExamined(file, options);
    } catch (error) {
      if (!(error instanceof SourceMoved)) throw damageError(error, file);
      if (tries === mostTries) throw changedError(path);
    }
    if (tries === 1) options.onSays?.(`${path} changed while it was copied; copying it again`);
    await sleep(tries * pauseMilliseconds);
  }
};

/** Takes over the file's descriptor and closes it, at once or when the source is closed. */
const openExamined = async (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  let stillNeeded = false;
  try {
    const way = chooseWay(file);
    if (way !== "copy") {
      try {
        const source = way === "lock" ? await openLocked(file, options) : await openBackup(file, options);
        stillNeeded = source.reads === "original";
        return source;
      } catch (error) {
        if (!needsCopy(error)) throw error;
      }
    }
    return await openCopied(file, options);
  } finally {
    if (!stillNeeded) closeSync(file.descriptor);
  }
};

const chooseWay = (file: ExaminedFile): "lock" | "backup" | "copy" => {
  if (!isPlainName(file.realPath)) return "copy";
  // A -wal with something in it is used whatever the header says (pager.c, pagerOpenWalIfPresent).
  const isWal = file.header.readVersion === 2 || (file.wal?.bytes ?? 0) > 0;
  if (!isWal) return "lock";
  return file.wal !== null && file.shm !== null && isWritable(file.shm.path) ? "backup" : "copy";
};

/**
 * SQLite itself says whether a -journal is hot, since a live writer's is not: a read-only connection refuses
 * with READONLY_ROLLBACK and changes nothing (pager.c, sqlite3PagerSharedLock). The others mean that
 * something it would need was in the way of a read-only connection.
 */
const needsCopy = (error: unknown): boolean => /^SQLITE_(READONLY|CANTOPEN)/.test(sqliteCode(error) ?? "");

const openLocked = async (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  const database = await openGuard(file.realPath, waitsFor(file.path, options));
  try {
    // Somebody switched it to WAL after the look at its header.
    if (database.pragma("journal_mode", { simple: true }) === "wal") throw new SourceMoved();
    return await sourceOf(file, { database, descriptor: file.descriptor, folder: null }, options);
  } catch (error) {
    database.close();
    throw error;
  }
};

const openBackup = async (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  const guard = await openGuard(file.realPath, waitsFor(file.path, options));
  try {
    const { pageBytes, pageCount } = pagesOf(guard);
    const bytes = pageBytes * pageCount;
    return await openSnapshot(file, { bytes, neededBytes: bytes }, options, async (folder, onBytes) => {
      await backUp(file.path, guard, folder, { signal: options.signal, onBytes });
      guard.close();
    });
  } finally {
    guard.close();
  }
};

const openCopied = (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> =>
  openSnapshot(file, { bytes: file.bytes, neededBytes: copyBytes(file) }, options, (folder, onBytes) =>
    copyFiles(file, folder, { signal: options.signal, onBytes }),
  );

const openSnapshot = async (
  file: ExaminedFile,
  { bytes, neededBytes }: { readonly bytes: number; readonly neededBytes: number },
  options: OpenSourceOptions,
  fill: (folder: PrivateFolder, onBytes: (bytes: number) => void) => Promise<void>,
): Promise<Source> => {
  const folder = await makePrivateFolder(options.tempDirectory, neededBytes);
  try {
    options.onSays?.(`reading a private copy of ${file.path} (${sizeWords(bytes)}) in ${folder.within}`);
    await fill(folder, bytesWords(`${basename(file.path)}: copied`, bytes, options.onSays));
    const descriptor = openSync(folder.file, "r");
    try {
      return await openPrivate(file, descriptor, folder, options);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  } catch (error) {
    folder.remove();
    throw error;
  }
};

const openPrivate = async (
  file: ExaminedFile,
  descriptor: number,
  folder: PrivateFolder,
  options: OpenSourceOptions,
): Promise<Source> => {
  const database = await openGuard(folder.file, waitsFor(file.path, options));
  try {
    // Opened files outlive their names: from here on no way to end this process leaves the copy behind.
    removeEarly(folder);
    return await sourceOf(file, { database, descriptor, folder }, options);
  } catch (error) {
    database.close();
    throw error;
  }
};

/** Where an open file cannot be removed (NFS keeps it under another name) `close` does it. */
const removeEarly = (folder: PrivateFolder): void => {
  try {
    folder.remove();
  } catch {
    // tried again by close
  }
};

interface Opened {
  readonly database: Database.Database;
  /** Of the file that `database` reads. */
  readonly descriptor: number;
  /** null where that is the original. */
  readonly folder: PrivateFolder | null;
}

const sourceOf = async (file: ExaminedFile, opened: Opened, options: OpenSourceOptions): Promise<Source> => {
  const { path } = file;
  const { database, descriptor, folder } = opened;
  const pages = pagesOf(database);
  const bytes = pages.pageBytes * pages.pageCount;
  const onBytes = bytesWords(`${basename(path)}: read`, bytes, options.onSays);
  const fingerprint = await fingerprintOf({ path, descriptor, ...pages, signal: options.signal, onBytes });
  let isOpen = true;
  return {
    path,
    file: basename(path),
    bytes,
    database,
    reads: folder === null ? "original" : "snapshot",
    fingerprint,
    close: () => {
      if (!isOpen) return;
      // In this order: closing the descriptor first would drop the lock while the transaction still reads.
      database.close();
      isOpen = false;
      closeSync(descriptor);
      folder?.remove();
    },
  };
};

const waitsFor = (path: string, { signal, onSays }: OpenSourceOptions): GuardWaits => ({
  path,
  signal,
  onLocked: () =>
    onSays?.(`${path} is locked by another program; waiting up to ${lockTimeoutMilliseconds / 1000} seconds`),
});

const changedError = (path: string): ToolError =>
  new ToolError(
    "source-changed",
    `${path} changed each of the ${mostTries} times it was copied`,
    "stop the program that writes to it, or make a copy with: sqlite3 FILE '.backup COPY', and name the copy",
  );
