/**
 * What SQLite and the file system say, as a ToolError with a mend. The one place that knows their codes
 * (sqlite.org/rescode.html; errno names as Node gives them).
 */
import Database from "better-sqlite3";
import { ToolError } from "../errors.js";

type Words = (path: string, said: string) => ToolError;

const make =
  (code: ToolError["code"], message: string, hint: string): Words =>
  (path, said) =>
    new ToolError(
      code,
      message.replace("PATH", () => path).replace("SAID", () => said),
      hint,
    );

const damaged = make(
  "source-damaged",
  "PATH is damaged: SAID",
  "take a backup of it, or save what can be read with: sqlite3 FILE .recover | sqlite3 NEW.db",
);
const notADatabase = make(
  "source-not-a-database",
  "PATH is not a SQLite database, or it is encrypted",
  "name a SQLite file; an encrypted one has to be decrypted first",
);
const locked = make(
  "source-locked",
  "PATH is locked by another program",
  "stop the program that writes to it, or run again when it is done",
);
const unreadable = make(
  "source-not-readable",
  "PATH cannot be read: SAID",
  "look at the disk and the network behind it, and at the rights of the file and its folder",
);
const forbidden = make(
  "source-not-readable",
  "PATH may not be read: SAID",
  "run as its owner, or give yourself the right to read the file and to enter its folder",
);
const full = make(
  "no-space",
  "no room is left on the disk while PATH is read: SAID",
  "make room, or name a folder with more room by --temp-dir",
);
const notFound = make("source-not-found", "PATH is not there: SAID", "check the path");
const notAFile = make("source-not-a-file", "PATH is a folder", "name the database file in it");
const unsupported = make(
  "source-unsupported",
  "PATH cannot be read by this version of SQLite: SAID",
  "open it with the program that wrote it and look at what SQLite names here",
);
const tooManyFiles = make(
  "source-not-readable",
  "PATH cannot be opened: SAID",
  "raise the limit of open files (ulimit -n)",
);
const noMemory = make(
  "source-not-readable",
  "PATH cannot be read: SQLite found no memory",
  "end other programs, or run where there is more memory",
);

/** By primary result code; extended ones are cut to theirs. */
const sqliteWords: Readonly<Record<string, Words>> = {
  CORRUPT: damaged,
  NOTADB: notADatabase,
  BUSY: locked,
  LOCKED: locked,
  PROTOCOL: locked,
  IOERR: unreadable,
  CANTOPEN: unreadable,
  PERM: forbidden,
  AUTH: forbidden,
  READONLY: unreadable,
  FULL: full,
  NOMEM: noMemory,
  TOOBIG: unsupported,
  ERROR: unsupported,
};

const fileSystemWords: Readonly<Record<string, Words>> = {
  ENOENT: notFound,
  ENOTDIR: notFound,
  ELOOP: notFound,
  ENAMETOOLONG: notFound,
  EISDIR: notAFile,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: unreadable,
  EIO: unreadable,
  ESTALE: unreadable,
  EBUSY: unreadable,
  ENXIO: unreadable,
  ETIMEDOUT: unreadable,
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  ENOMEM: noMemory,
};

/** Damage that SQLite was not asked about, in the words of the damage that it tells of. */
export const damageFound = (path: string, found: string): ToolError => damaged(path, found);

/**
 * Turns an error of better-sqlite3 or node:fs into a ToolError that keeps it as its cause.
 *
 * @param error What was thrown. A ToolError comes back as it is.
 * @param path The file the user named.
 * @param doing What was going on, to follow "while": `reading table "t"`.
 * @throws `error` itself where it comes from neither SQLite nor the file system: that is a bug of ours and
 *   must keep its stack.
 */
export const sourceError = (error: unknown, path: string, doing?: string): ToolError => {
  if (error instanceof ToolError) return error;
  const words = wordsOf(error);
  if (words === null || !(error instanceof Error)) throw error;
  const plain = words(path, saidBy(error));
  const message = doing === undefined ? plain.message : `${plain.message} (while ${doing})`;
  return new ToolError(plain.code, message, plain.hint, { cause: error });
};

const wordsOf = (error: unknown): Words | null => {
  if (error instanceof Database.SqliteError) {
    if (error.code === "SQLITE_IOERR_SHORT_READ") return damaged;
    if (error.code.startsWith("SQLITE_IOERR_NOMEM")) return noMemory;
    return sqliteWords[error.code.split("_")[1] ?? ""] ?? null;
  }
  const code = fileSystemCode(error);
  return code === null ? null : (fileSystemWords[code] ?? null);
};

/** The errno name of an error of node:fs, or null. */
export const fileSystemCode = (error: unknown): string | null =>
  error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;

/** The code of an error of SQLite, extended where there is one, or null. */
export const sqliteCode = (error: unknown): string | null =>
  error instanceof Database.SqliteError ? error.code : null;

const saidBy = (error: Error): string =>
  error instanceof Database.SqliteError
    ? `${error.message} (${error.code})`
    : // Node writes "EACCES: permission denied, open '/path'"; the path is said already.
      error.message.replace(/, \w+( '.*)?$/, "");
