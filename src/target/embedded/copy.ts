/** A usable copy of the platform package: hard links where that is safe, copies elsewhere, symlinks made. */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { refuseForeign } from "./storage.js";

/**
 * Makes `place` a whole copy, or takes the one that is there.
 *
 * @param folder the package; holds `native/` and `native/pg-symlinks.json`
 * @returns the copy's `native`
 * @throws ToolError `embedded-failed`, where `place` belongs to somebody else; system errors (disk full)
 */
export function prepareCopy(folder: string, place: string): string {
  const source = join(folder, "native");
  const native = join(place, "native");
  if (existsSync(place)) refuseForeign(place);
  if (isWhole(source, native)) return native;
  const building = `${place}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(building);
    chmodSync(building, 0o755); // whatever the umask: refuseForeign looks at it later
    copyTree(source, join(building, "native"));
    makeSymlinks(folder, building);
    moveInto(building, place, () => isWhole(source, native));
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return native;
}

/** Static libraries and the like serve compilers only. */
const needed = (name: string): boolean => !name.endsWith(".a") && name !== "pkgconfig";

/** A cleaner of temporary folders may have taken single files. */
function isWhole(source: string, copy: string): boolean {
  return readdirSync(source, { withFileTypes: true }).every((entry) => {
    if (!needed(entry.name) || entry.isSymbolicLink()) return true;
    const here = join(copy, entry.name);
    if (!existsSync(here)) return false;
    if (entry.isDirectory()) return isWhole(join(source, entry.name), here);
    return statSync(here).size === statSync(join(source, entry.name)).size;
  });
}

function copyTree(source: string, copy: string): void {
  mkdirSync(copy);
  chmodSync(copy, 0o755);
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (!needed(entry.name) || entry.isSymbolicLink()) continue;
    const [from, to] = [join(source, entry.name), join(copy, entry.name)];
    if (entry.isDirectory()) copyTree(from, to);
    else copyFile(from, to);
  }
}

function copyFile(from: string, to: string): void {
  const { mode, uid } = lstatSync(from);
  const wanted = (mode & 0o100) === 0 ? 0o644 : 0o755;
  const own = process.getuid?.() ?? 0;
  // A link shares owner and mode: nobody but us or root may be able to change what we run later.
  if ((mode & 0o777) === wanted && (uid === own || uid === 0) && tryLink(from, to)) return;
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, wanted);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false; // another file system, or links are forbidden
  }
}

/** The package lists its symlinks, both ends as paths inside of it. */
function makeSymlinks(folder: string, copy: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(copy, target);
    rmSync(place, { force: true });
    symlinkSync(relative(dirname(place), join(copy, source)), place);
  }
}

/** Renames; where a copy stands there already, it stays if it is whole, else it goes. */
function moveInto(building: string, place: string, isWholeThere: () => boolean): void {
  try {
    renameSync(building, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
    if (isWholeThere()) return;
    const broken = `${building}-broken`;
    renameSync(place, broken);
    renameSync(building, place);
    rmSync(broken, { recursive: true, force: true });
  }
}
