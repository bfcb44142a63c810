/**
 * The look at a file and at what stands beside it, before SQLite opens anything.
 *
 * It opens the one raw descriptor of the original that there ever is. Whoever examined a file must close that
 * descriptor after SQLite's connection to the file, never before, and by `closeWhenAlone`: closing it drops
 * SQLite's locks (sqlite.org/howtocorrupt.html, section 2.2). For the same reason nothing here opens the -shm, on which the
 * locks of WAL mode are.
 */
import { type BigIntStats, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";
import { ToolError } from "../errors.js";
import {
  type Header,
  hasMagic,
  headerBytes,
  isPageSize,
  parseHeader,
  type SideKind,
  sideKind,
} from "./header.js";
import { isRandom, likenessOf } from "./looks-like.js";
import { folderError, missingError } from "./missing.js";
import { closePutOff, isOpenHere } from "./open-here.js";
import { fileSystemCode } from "./source-error.js";

export interface ExaminedFile {
  /** As the user named it, absolute. */
  readonly path: string;
  /** Without symbolic links: SQLite looks for -wal and -journal beside this one. */
  readonly realPath: string;
  /** Read-only; to be closed after every connection to the file, by `closeWhenAlone`. */
  readonly descriptor: number;
  readonly header: Header;
  readonly bytes: number;
  /** Whether what follows the header is as random as encrypted bytes. */
  readonly looksEncrypted: boolean;
  readonly stat: BigIntStats;
  /** null where there is none. SQLite takes an empty one for none, too (os_unix.c, unixAccess). */
  readonly wal: SideFile | null;
  readonly shm: SideFile | null;
  readonly journal: SideFile | null;
}

interface SideFile {
  readonly path: string;
  readonly bytes: number;
  readonly stat: BigIntStats;
}

/**
 * @param path Absolute.
 * @throws ToolError `source-not-found`, `source-not-a-file`, `source-not-a-database`, `source-damaged`,
 *   `source-unsupported`, `source-locked`; and errors of node:fs, for `sourceError`.
 */
export const examineFile = (path: string): ExaminedFile => {
  const realPath = resolveFile(path);
  const stat = statSync(realPath, { bigint: true });
  refuseOddFile(path, stat);
  closePutOff();
  if (isOpenHere(stat)) {
    throw new ToolError(
      "source-locked",
      `${path} is open in this process already`,
      "close that connection first: on this system opening and closing the file once more would drop its locks",
    );
  }
  const descriptor = openSync(realPath, constants.O_RDONLY);
  try {
    const head = readHead(descriptor);
    const header = acceptHeader(path, head, Number(stat.size));
    return {
      path,
      realPath,
      descriptor,
      header,
      bytes: Number(stat.size),
      looksEncrypted: isRandom(head.subarray(headerBytes, header.pageBytes)),
      stat,
      wal: sideFile(`${realPath}-wal`),
      shm: sideFile(`${realPath}-shm`),
      journal: sideFile(`${realPath}-journal`),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
};

const resolveFile = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = fileSystemCode(error);
    throw code === "ENOENT" || code === "ENOTDIR" ? missingError(path) : error;
  }
};

const refuseOddFile = (path: string, stat: BigIntStats): void => {
  if (stat.isDirectory()) throw folderError(path);
  if (!stat.isFile()) {
    const kind = stat.isFIFO() ? "pipe" : stat.isSocket() ? "socket" : "device";
    throw new ToolError(
      "source-not-a-file",
      `${path} is a ${kind}, not a file`,
      "write its content to a file first: SQLite reads pages in any order",
    );
  }
  if (stat.size === 0n) {
    throw new ToolError(
      "source-not-a-database",
      `${path} is empty (0 bytes)`,
      "name the database that holds the data; an empty file is often left by opening a misspelled name",
    );
  }
};

const readHead = (descriptor: number): Uint8Array => {
  const head = Buffer.alloc(65536);
  return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
};

const acceptHeader = (path: string, head: Uint8Array, bytes: number): Header => {
  const header = parseHeader(head);
  if (header === null) throw noHeaderError(path, head, bytes);
  if (!isPageSize(header.pageBytes)) {
    throw new ToolError(
      "source-damaged",
      `${path} is damaged: its header gives a page size of ${header.pageBytes} bytes`,
      "take a backup of it; a page has 512 to 65536 bytes, a power of two",
    );
  }
  // Version 2 of the format is WAL; a higher read version must not be read (fileformat2, section 1.3.3).
  if (header.readVersion > 2) {
    throw new ToolError(
      "source-unsupported",
      `${path} has file format version ${header.readVersion}, and this program knows versions 1 and 2`,
      "export it with the program that wrote it: sqlite3 FILE .dump | sqlite3 NEW.db",
    );
  }
  return header;
};

const noHeaderError = (path: string, head: Uint8Array, bytes: number): ToolError => {
  if (hasMagic(head)) {
    return new ToolError(
      "source-damaged",
      `${path} is cut short: it has ${bytes} bytes, not even the 100 of the header`,
      "take the copy or download again, or take a backup of it",
    );
  }
  const side = sideKind(head);
  if (side !== null) return sideFileError(path, side);
  const likeness = likenessOf(head, bytes);
  return new ToolError(
    "source-not-a-database",
    likeness === null
      ? `${path} is not a SQLite database`
      : `${path} is not a SQLite database: it looks like ${likeness.words}`,
    likeness?.hint ?? 'name a SQLite file; such a file begins with the words "SQLite format 3"',
  );
};

const sideFileError = (path: string, kind: SideKind): ToolError => {
  const words = { wal: "write-ahead log", shm: "shared-memory index", journal: "rollback journal" }[kind];
  const database = path.endsWith(`-${kind}`) ? path.slice(0, -kind.length - 1) : null;
  return new ToolError(
    "source-not-a-database",
    `${path} is the ${words} of a database, not the database`,
    database === null ? "name the database it belongs to" : `name the database: ${database}`,
  );
};

const sideFile = (path: string): SideFile | null => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? { path, bytes: Number(stat.size), stat } : null;
};
