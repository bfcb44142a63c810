/**
 * Whether this very process holds the file open already.
 *
 * POSIX drops all locks that a process has on a file when it closes any one descriptor of it
 * (sqlite.org/howtocorrupt.html, section 2.2). Looking at a header means opening and closing it, so a program
 * that uses sqlift as a library and has the database open itself would lose its locks by that, silently.
 */
import { type BigIntStats, readdirSync, statSync } from "node:fs";

/** Where there is no /dev/fd (neither Linux nor macOS) nothing can be found and the answer is false. */
export const isOpenHere = (file: BigIntStats): boolean => {
  for (const name of openDescriptors()) {
    const other = statOf(`/dev/fd/${name}`);
    if (other?.isFile() === true && other.ino === file.ino && other.dev === file.dev) return true;
  }
  return false;
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
