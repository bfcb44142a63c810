/**
 * Opens a SQLite file so that it is never changed, nothing new is left beside it, and every read sees the
 * rows of one moment. Why it is done like this stands in docs/decisions/source-safety.md; the ways there are, in
 * choose-way.ts.
 */
import { closeSync, openSync } from "node:fs";
import { basename, resolve } from "node:path";
import type Database from "better-sqlite3";
import { ToolError } from "../errors.js";
import { chooseWay, needsCopy, refusedLock, type Way } from "./choose-way.js";
import { type ExaminedFile, examineFile } from "./examine.js";
import { type GuardWaits, lockTimeoutMilliseconds, openGuard, pagesOf } from "./guard.js";
import { damageError } from "./open-error.js";
import { hasVirtualColumns } from "./virtual-columns.js";
import { closeWhenAlone } from "./open-here.js";
import { locationOf, sourceOf } from "./opened-source.js";
import { makePrivateFolder, type PrivateFolder } from "./private-folder.js";
import { bytesWords } from "./progress.js";
import { sizeWords } from "./size-words.js";
import { backUp, copyBytes, copyFiles, copyLocked, SourceMoved } from "./snapshot.js";
import type { OpenSourceOptions, Source } from "./source.js";
import { sourceError } from "./source-error.js";
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
    const way = chooseWay(file, options);
    try {
      const source = await openers[way](file, options);
      stillNeeded = source.reads === "original";
      return source;
    } catch (error) {
      if (way === "copy" || !needsCopy(error)) throw error;
      if (options.mode === "lock") throw refusedLock(file.path, error);
      return await openCopied(file, options);
    }
  } finally {
    if (!stillNeeded) closeWhenAlone(file.descriptor, file.stat);
  }
};

const openLocked = async (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  const database = await openRollbackGuard(file, options);
  try {
    const { path, descriptor, stat } = file;
    const release = (): void => closeWhenAlone(descriptor, stat);
    const opened = file.realPath;
    return await sourceOf(
      { path, opened, database, descriptor, reads: "original", isShared: true, release },
      options,
    );
  } catch (error) {
    database.close();
    throw error;
  }
};

const openLockedCopy = async (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  const guard = await openRollbackGuard(file, options);
  try {
    const bytes = bytesOf(guard);
    const copy = { bytes, neededBytes: bytes, writersWait: true };
    return await openSnapshot(file, copy, options, async (folder, onBytes) => {
      await copyLocked(file, bytes, folder, { signal: options.signal, onBytes });
      guard.close();
    });
  } finally {
    guard.close();
  }
};

const openBackup = async (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  const guard = await openGuard(file.realPath, waitsFor(file.path, options));
  try {
    const bytes = bytesOf(guard);
    const copy = { bytes, neededBytes: bytes, writersWait: false };
    return await openSnapshot(file, copy, options, async (folder, onBytes) => {
      await backUp(file.path, guard, folder, { signal: options.signal, onBytes });
      guard.close();
    });
  } finally {
    guard.close();
  }
};

const openCopied = (file: ExaminedFile, options: OpenSourceOptions): Promise<Source> => {
  const copy = { bytes: file.bytes, neededBytes: copyBytes(file), writersWait: false };
  return openSnapshot(file, copy, options, (folder, onBytes) =>
    copyFiles(file, folder, { signal: options.signal, onBytes }),
  );
};

const openers: Readonly<Record<Way, typeof openLocked>> = {
  lock: openLocked,
  "locked-copy": openLockedCopy,
  backup: openBackup,
  copy: openCopied,
};

/** @throws SourceMoved where somebody switched the file to WAL after the look at its header. */
const openRollbackGuard = async (
  file: ExaminedFile,
  options: OpenSourceOptions,
): Promise<Database.Database> => {
  const database = await openGuard(file.realPath, waitsFor(file.path, options));
  if (database.pragma("journal_mode", { simple: true }) !== "wal") return database;
  database.close();
  throw new SourceMoved();
};

const bytesOf = (guard: Database.Database): number => {
  const { pageBytes, pageCount } = pagesOf(guard);
  return pageBytes * pageCount;
};

interface Copy {
  readonly bytes: number;
  /** Room on the disk while it is made. */
  readonly neededBytes: number;
  /** Whether it is made under a lock that keeps writers out. */
  readonly writersWait: boolean;
}

const openSnapshot = async (
  file: ExaminedFile,
  { bytes, neededBytes, writersWait }: Copy,
  options: OpenSourceOptions,
  fill: (folder: PrivateFolder, onBytes: (bytes: number) => void) => Promise<void>,
): Promise<Source> => {
  const folder = await makePrivateFolder(options.tempDirectory, neededBytes);
  try {
    const note = writersWait ? "; its writers wait until it is made" : "";
    options.onSays?.(
      `reading a private copy of ${file.path} (${sizeWords(bytes)}) in ${folder.within}${note}`,
    );
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
    const { path } = file;
    const opened = folder.file;
    const location = locationOf(opened, descriptor);
    await options.whileNamed?.({ path, location, bytes: bytesOf(database) });
    // Opened files outlive their names: from here on no way to end this process leaves the copy behind. Only where another
    // process may have to open it, for what the file computes, it keeps its name until `close`.
    if (!hasVirtualColumns(database)) removeEarly(folder);
    const release = (): void => {
      closeSync(descriptor);
      folder.remove();
    };
    return await sourceOf(
      { path, opened, database, descriptor, reads: "snapshot", isShared: false, release },
      options,
    );
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
