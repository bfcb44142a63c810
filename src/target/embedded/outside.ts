/**
 * Data that DIR cannot hold lies in a folder of its own below a storage folder. `belongs-to` in there names DIR, so
 * that what is left behind when somebody removes DIR alone can be told; it is never removed unasked.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Account } from "./account.js";
import { openStorage } from "./storage.js";

const ownerName = "belongs-to";

/**
 * A place that is not taken yet, below the first usable storage folder.
 *
 * @throws ToolError `embedded-failed`
 */
export async function outsidePlace(
  directory: string,
  account: Account,
  storage: readonly string[],
): Promise<string> {
  const root = await openStorage(account, storage);
  const name = basename(directory)
    .replaceAll(/[^\w.-]/g, "_")
    .slice(0, 40);
  return join(root, `${name}-${randomBytes(6).toString("hex")}`, "data");
}

/** Makes the folder around the data, passable for the server's uid. */
export function makeOutside(dataDirectory: string, directory: string): void {
  const folder = dirname(dataDirectory);
  if (!existsSync(folder)) mkdirSync(folder);
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, ownerName), directory, { mode: 0o600 });
}

/** The folders beside this one whose DIR is gone, or has other data by now. Total. */
export function leftBehind(dataDirectory: string, description: string): readonly string[] {
  const root = dirname(dirname(dataDirectory));
  return siblings(root).filter((folder) => {
    const owner = readText(join(folder, ownerName));
    return owner !== null && readText(join(owner, description))?.includes(join(folder, "data")) !== true;
  });
}

function siblings(root: string): readonly string[] {
  try {
    return readdirSync(root).map((name) => join(root, name));
  } catch {
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
