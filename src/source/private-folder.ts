/** A folder that only this user can enter, for private copies of a source. */
import { mkdtempSync, promises, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ToolError } from "../errors.js";
import { sizeWords } from "./size-words.js";
import { fileSystemCode } from "./source-error.js";

/** Left free beside a copy, so that making it does not fill the disk to the last byte. */
const spareBytes = 16 << 20;

/** Paths of those that were made and not removed. */
const standing = new Set<string>();

/**
 * For a process that is about to end in the middle of a copy; never throws. A copy that is made needs it not: its
 * name is gone as soon as it is opened.
 */
export const removePrivateFolders = (): void => {
  for (const path of standing) {
    try {
      removeFolder(path);
    } catch {
      // nobody is left to tell
    }
  }
};

export interface PrivateFolder {
  readonly path: string;
  /** Where the copy goes. */
  readonly file: string;
  /** The folder it was made in. */
  readonly within: string;
  /** Safe to call twice. */
  remove(): void;
}

/**
 * Makes the folder (mode 0700, as mkdtemp always does) after looking for room.
 *
 * @param within Where; undefined for the system's temporary folder.
 * @param neededBytes How much will be written into it.
 * @throws ToolError `no-space` without enough room, `usage` where the folder cannot be used.
 */
export const makePrivateFolder = async (
  within: string | undefined,
  neededBytes: number,
): Promise<PrivateFolder> => {
  const parent = resolve(within ?? tmpdir());
  const path = await makeIn(parent, neededBytes);
  return {
    path,
    file: join(path, "source.db"),
    within: parent,
    remove: () => removeFolder(path),
  };
};

const removeFolder = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
  standing.delete(path);
};

const makeIn = async (parent: string, neededBytes: number): Promise<string> => {
  try {
    const { bavail, bsize } = await promises.statfs(parent);
    const freeBytes = bavail * bsize;
    if (freeBytes < neededBytes + spareBytes) throw noSpaceError(parent, neededBytes, freeBytes);
    const path = mkdtempSync(join(parent, "sqlift-"));
    standing.add(path);
    return path;
  } catch (error) {
    if (error instanceof ToolError) throw error;
    const code = fileSystemCode(error);
    if (code === null) throw error;
    if (code === "ENOSPC" || code === "EDQUOT") throw noSpaceError(parent, neededBytes, 0);
    throw new ToolError(
      "usage",
      `a private copy of the source cannot be made in ${parent}: ${reasons[code] ?? code}`,
      "name a folder that exists and that you may write to by --temp-dir",
      { cause: error },
    );
  }
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "it is not a folder",
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "it can only be read",
};

export const noSpaceError = (
  folder: string,
  neededBytes: number,
  freeBytes: number,
  options?: ErrorOptions,
): ToolError =>
  new ToolError(
    "no-space",
    `a private copy of the source needs ${sizeWords(neededBytes)} in ${folder}, which has ${sizeWords(freeBytes)} free`,
    "make room there, or name a folder with more room by --temp-dir",
    options,
  );
