/** A `Source` of what was opened: its pages, its fingerprint, and how it is closed. */
import { fstatSync, readSync } from "node:fs";
import { basename } from "node:path";
import type Database from "better-sqlite3";
import { fingerprintOf } from "./fingerprint.js";
import { pagesOf } from "./guard.js";
import type { PageFile } from "./pages.js";
import { bytesWords } from "./progress.js";
import type { FileLocation, OpenSourceOptions, Source } from "./source.js";

export interface Opened {
  /** The file the user named, absolute. */
  readonly path: string;
  /** What `database` was opened by. */
  readonly opened: string;
  /** A guard in rollback mode: pages of a file in WAL mode may be newer in its -wal. */
  readonly database: Database.Database;
  /** Of the file that `database` reads. */
  readonly descriptor: number;
  readonly reads: Source["reads"];
  /** As Source has it, where the process is ours alone. */
  readonly isShared: boolean;
  /** Closes the descriptor and removes what is left of a copy; called once, after `database` is closed. */
  readonly release: () => void;
}

/** @throws ToolError `interrupted`, `source-changed`; then nothing is closed. */
export const sourceOf = async (opened: Opened, options: OpenSourceOptions): Promise<Source> => {
  const { path, database, reads } = opened;
  const pages = pageFileOf(opened);
  const bytes = pages.pageBytes * pages.pageCount;
  const onBytes = bytesWords(`${basename(path)}: read`, bytes, options.onSays);
  const fingerprint = await fingerprintOf({ ...pages, signal: options.signal, onBytes });
  let isOpen = true;
  return {
    path,
    file: basename(path),
    bytes,
    location: locationOf(opened.opened, opened.descriptor),
    database,
    reads,
    pages: reads === "snapshot" || options.ownProcess === true ? pages : null,
    isShared: options.ownProcess === true && opened.isShared,
    fingerprint,
    close: () => {
      if (!isOpen) return;
      // In this order: closing the descriptor first would drop the lock while the transaction still reads.
      database.close();
      isOpen = false;
      opened.release();
    },
  };
};

export const locationOf = (file: string, descriptor: number): FileLocation => {
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return { file, device: String(dev), inode: String(ino) };
};

/** The byte of the header that counts the bytes reserved at the end of each page (fileformat2, section 1.3.4). */
const reservedAt = 20;

/** Read once the lock is held: a VACUUM between the first look and the lock may have changed all of it. */
const pageFileOf = ({ path, database, descriptor }: Opened): PageFile => {
  const reserved = new Uint8Array(1);
  readSync(descriptor, reserved, 0, 1, reservedAt);
  const { pageBytes, pageCount } = pagesOf(database);
  return { path, descriptor, pageBytes, usableBytes: pageBytes - (reserved[0] ?? 0), pageCount };
};
