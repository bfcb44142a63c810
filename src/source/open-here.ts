/**
 * Whether this very process holds a file open, and closing a descriptor of it only where nobody is harmed.
 *
 * POSIX drops all locks that a process has on a file when it closes any one descriptor of it
 * (sqlite.org/howtocorrupt.html, section 2.2). Looking at a header means opening and closing it, so a program
 * that uses sqlift as a library and has the database open itself would lose its locks by that, silently.
 */
import { type BigIntStats, closeSync, readdirSync, statSync } from "node:fs";

/** Of ours, no longer used, and not closed yet because somebody else in this process has the file open. */
const putOff = new Map<number, BigIntStats>();

/**
 * Whether anything else in this process has the file open; descriptors whose close is put off do not count.
 * Where there is no /dev/fd (neither Linux nor macOS) nothing can be found and the answer is false.
 */
export const isOpenHere = (file: BigIntStats): boolean => {
  for (const name of openDescriptors()) {
    if (putOff.has(Number(name))) continue;
    const other = statOf(`/dev/fd/${name}`);
    if (other?.isFile() === true && other.ino === file.ino && other.dev === file.dev) return true;
  }
  return false;
};

/**
 * Closes a descriptor of the file now, or once the rest of this process has closed the file: SQLite puts its own
 * closes off in the same way (os_unix.c, setPendingFd). No await may come between the look and the close.
 */
export const closeWhenAlone = (descriptor: number, file: BigIntStats): void => {
  putOff.set(descriptor, file);
  closePutOff();
};

/** Closes what was put off and harms nobody any more. */
export const closePutOff = (): void => {
  for (const [descriptor, file] of putOff) {
    if (isOpenHere(file)) continue;
    putOff.delete(descriptor);
    closeSync(descriptor);
  }
};

/** 0, 1 and 2 are the terminal or a redirection and carry no locks of ours. */
const openDescriptors = (): readonly string[] => {
  try {
    return readdirSync("/dev/fd").filter((name) => Number(name) > 2);
  } catch {
    return [];
  }
};

const statOf = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};
