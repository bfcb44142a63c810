/**
 * The pages of a SQLite file as bytes, for readers that do not go through SQLite. Which pages belong to what is
 * not known here.
 */
import { readSync } from "node:fs";
import { damageFound, sourceError } from "./source-error.js";

/**
 * A file whose pages cannot change while it is open. Plain data that may go to other threads: the descriptor is
 * opened and closed by open.ts alone, since closing any other one of the same file would drop SQLite's locks.
 */
export interface PageFile {
  /** The file the user named, for messages. */
  readonly path: string;
  readonly descriptor: number;
  /** A power of two, 512 to 65536. */
  readonly pageBytes: number;
  /** Without the bytes that are reserved for extensions at the end of each page; at least 480. */
  readonly usableBytes: number;
  /** As SQLite counts them for its own reads: PRAGMA page_count. Pages are numbered from 1. */
  readonly pageCount: number;
}

/**
 * Reads `count` whole pages, from page `first` on, into `buffer` from `at` on.
 *
 * @throws ToolError `source-damaged` for pages that the file does not have; `source-not-readable` and the other
 *   source codes where the file system refuses.
 */
export const readPages = (
  file: PageFile,
  first: number,
  count: number,
  buffer: Uint8Array,
  at: number,
): void => {
  if (first < 1 || first + count - 1 > file.pageCount) {
    const page = first < 1 ? first : Math.max(first, file.pageCount + 1);
    throw damageFound(file.path, `page ${page} is not one of its ${file.pageCount} pages`);
  }
  const bytes = count * file.pageBytes;
  const position = (first - 1) * file.pageBytes;
  let filled = 0;
  while (filled < bytes) {
    const got = readOnce(file, buffer, at + filled, bytes - filled, position + filled);
    if (got === 0) {
      const page = Math.floor((position + filled) / file.pageBytes) + 1;
      throw damageFound(file.path, `it ends before the end of page ${page} of ${file.pageCount}`);
    }
    filled += got;
  }
};

const readOnce = (
  file: PageFile,
  buffer: Uint8Array,
  at: number,
  bytes: number,
  position: number,
): number => {
  try {
    return readSync(file.descriptor, buffer, at, bytes, position);
  } catch (error) {
    throw sourceError(error, file.path, "reading its pages");
  }
};
