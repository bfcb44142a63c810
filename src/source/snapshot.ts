/**
 * Private copies of a source: by the online backup from a connection that stands in a read transaction, byte by
 * byte under a lock, or file by file where SQLite may not open the original. All leave one file in rollback mode
 * with nothing beside it, which a read-only connection opens without making anything.
 */
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import type Database from "better-sqlite3";
import { type ExaminedFile } from "./examine.js";
import { sourceState, stillState } from "./file-state.js";
import { pagesOf } from "./guard.js";
import { noSpaceError, type PrivateFolder } from "./private-folder.js";
import { readAt, writeAt } from "./read-at.js";
import { fileSystemCode, sqliteCode } from "./source-error.js";
import { refuseIfAborted } from "./waiting.js";
import { openDatabase } from "./driver.js";

const chunkBytes = 4 << 20;

export interface SnapshotOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the copy are made. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** The original changed while it was copied: the copy is worthless and another may be made. */
export class SourceMoved extends Error {
  override readonly name = "SourceMoved";
}

/** Bytes that a copy of the files may take: a WAL is there once as it is and once more as pages of the file. */
export const copyBytes = (file: ExaminedFile): number =>
  file.bytes + 2 * (file.wal?.bytes ?? 0) + 2 * (file.journal?.bytes ?? 0);

/**
 * Online backup into the folder. Because `database` already is in a read transaction the backup copies the
 * rows of that moment and never starts again, however much is written meanwhile.
 *
 * @param database A guard on the original; nothing else may read the original until this is done.
 */
export const backUp = async (
  path: string,
  database: Database.Database,
  folder: PrivateFolder,
  options: SnapshotOptions,
): Promise<void> => {
  const { pageBytes, pageCount } = pagesOf(database);
  const pagesAtOnce = chunkBytes / pageBytes;
  // Made beforehand: SQLite would make it with the rights that the umask leaves.
  closeSync(openSync(folder.file, "wx", 0o600));
  const progress = ({ totalPages, remainingPages }: Database.BackupMetadata): number => {
    refuseIfAborted(path, options.signal);
    options.onBytes?.((totalPages - remainingPages) * pageBytes);
    return pagesAtOnce;
  };
  await namingFullDisk(folder, pageBytes * pageCount, () => database.backup(folder.file, { progress }));
  leaveWal(folder.file);
};

/** A backup brings the format versions along, but not the WAL: nothing is lost by taking it out of WAL mode. */
const leaveWal = (file: string): void => {
  const descriptor = openSync(file, "r+");
  try {
    writeSync(descriptor, Uint8Array.of(1, 1), 0, 2, 18);
  } finally {
    closeSync(descriptor);
  }
};

/**
 * Copies a file in rollback mode that a guard has locked: nobody writes to it meanwhile. Not by the online backup,
 * which waits for the disk at the end, and the event loop with it.
 *
 * @param bytes Of the pages that the guard sees.
 * @throws SourceMoved where it changed all the same, as where locks do not work (some network file systems).
 */
export const copyLocked = async (
  file: ExaminedFile,
  bytes: number,
  folder: PrivateFolder,
  options: SnapshotOptions,
): Promise<void> => {
  const before = fstatSync(file.descriptor, { bigint: true });
  await namingFullDisk(folder, bytes, () =>
    copyBytesOf(file.descriptor, bytes, folder.file, { path: file.path, ...options }),
  );
  const after = fstatSync(file.descriptor, { bigint: true });
  if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw new SourceMoved();
};

/**
 * Copies the file with its -wal and a -journal that is no leftover, and lets SQLite recover the copy.
 *
 * @throws SourceMoved where any of them changed meanwhile.
 */
export const copyFiles = async (
  file: ExaminedFile,
  folder: PrivateFolder,
  options: SnapshotOptions,
): Promise<void> => {
  const before = await stillState(file);
  if (before.main.stat.ino !== file.stat.ino || before.main.stat.dev !== file.stat.dev)
    throw new SourceMoved();
  await namingFullDisk(folder, copyBytes(file), async () => {
    const copy = { path: file.path, ...options };
    const mainBytes = Number(before.main.stat.size);
    await copyBytesOf(file.descriptor, mainBytes, folder.file, copy);
    if (before.wal !== null)
      await copySide(before.wal.path, before.wal.stat.size, `${folder.file}-wal`, copy);
    if (before.journal !== null && before.journal.start[0] !== 0) {
      await copySide(before.journal.path, before.journal.stat.size, `${folder.file}-journal`, copy);
    }
    if (sourceState(file).words !== before.words) throw new SourceMoved();
    recover(folder.file);
  });
};

type CopyOptions = SnapshotOptions & { readonly path: string };

const copySide = async (from: string, bytes: bigint, to: string, options: CopyOptions): Promise<void> => {
  const descriptor = openGone(from);
  try {
    await copyBytesOf(descriptor, Number(bytes), to, { ...options, onBytes: undefined });
  } finally {
    closeSync(descriptor);
  }
};

/** A -wal or -journal that is no longer there was finished by its writer. */
const openGone = (path: string): number => {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw fileSystemCode(error) === "ENOENT" ? new SourceMoved() : error;
  }
};

const copyBytesOf = async (from: number, bytes: number, to: string, options: CopyOptions): Promise<void> => {
  const target = openSync(to, "wx", 0o600);
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(bytes, 1)));
    for (let at = 0; at < bytes; at += buffer.length) {
      refuseIfAborted(options.path, options.signal);
      const wanted = buffer.subarray(0, Math.min(buffer.length, bytes - at));
      if ((await readAt(from, wanted, at)) < wanted.length) throw new SourceMoved();
      await writeAt(target, wanted, at);
      options.onBytes?.(at + wanted.length);
    }
  } finally {
    closeSync(target);
  }
};

/** Rolls a hot journal back, or writes a WAL into the file, on the private copy. */
const recover = (file: string): void => {
  const database = openDatabase(file, { fileMustExist: true });
  try {
    database.pragma("trusted_schema = OFF");
    database.pragma("cell_size_check = ON");
    // The copy is thrown away: nothing is gained by waiting for the disk.
    database.pragma("synchronous = OFF");
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    database.pragma("journal_mode = DELETE");
  } finally {
    database.close();
  }
};

const namingFullDisk = async (
  folder: PrivateFolder,
  neededBytes: number,
  write: () => Promise<unknown>,
): Promise<void> => {
  try {
    await write();
  } catch (error) {
    const isFull =
      sqliteCode(error) === "SQLITE_FULL" ||
      sqliteCode(error) === "SQLITE_IOERR_WRITE" ||
      /^(ENOSPC|EDQUOT|EFBIG)$/.test(fileSystemCode(error) ?? "");
    throw isFull ? noSpaceError(folder.within, neededBytes, 0, { cause: error }) : error;
  }
};
