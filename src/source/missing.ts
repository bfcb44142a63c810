/** What to say of a path where no file is: which part of it is missing, and what is there with a near name. */
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { ToolError } from "../errors.js";

const mostNames = 3;

/** @param path Absolute; nothing is there. */
export const missingError = (path: string): ToolError => {
  const link = danglingLink(path);
  if (link !== null) {
    return new ToolError(
      "source-not-found",
      `${path} is a symbolic link to ${link}, which is not there`,
      "mend the link, or name the file itself",
    );
  }
  const folder = dirname(path);
  const names = namesIn(folder);
  if (names === null) {
    return new ToolError("source-not-found", `${path} is not there: no folder ${folder}`, "check the path");
  }
  const near = nearNames(basename(path), names);
  return new ToolError(
    "source-not-found",
    `${path} is not there`,
    near.length === 0 ? `look into ${folder} and check the name` : `did you mean ${oneOf(folder, near)}?`,
  );
};

/** For a folder given as a file: the names in it that databases often have. */
export const folderError = (path: string): ToolError => {
  const candidates = (namesIn(path) ?? []).filter((name) =>
    /\.(db|db3|sqlite|sqlite3|s3db|sl3)$/i.test(name),
  );
  return new ToolError(
    "source-not-a-file",
    `${path} is a folder, not a SQLite file`,
    candidates.length === 0
      ? "name the database file itself"
      : `name the file itself, for example ${oneOf(path, candidates.slice(0, mostNames))}`,
  );
};

const oneOf = (folder: string, names: readonly string[]): string =>
  names.map((name) => join(folder, name)).join(" or ");

const danglingLink = (path: string): string | null => {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
};

const namesIn = (folder: string): readonly string[] | null => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return null;
  }
};

/** Names that differ in case, in the ending, or by at most two letters; nearest first. */
export const nearNames = (wanted: string, names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !/-(wal|shm|journal)$/.test(name))
    .map((name) => ({ name, far: distance(wanted, name) }))
    .filter(({ far }) => far <= 2)
    .sort((one, other) => one.far - other.far)
    .slice(0, mostNames)
    .map(({ name }) => name);

const distance = (wanted: string, name: string): number => {
  const [one, other] = [wanted.toLowerCase(), name.toLowerCase()];
  if (one === other) return 0;
  if (stem(one) === stem(other)) return 1;
  // Of short names nearly every other is within two letters.
  const letters = editDistance(one, other);
  return letters * 3 <= Math.max(one.length, other.length) ? letters : Infinity;
};

const stem = (name: string): string => basename(name, extname(name));

/** Levenshtein's, row by row. */
const editDistance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [line, letter] of Array.from(one).entries()) {
    const next = [line + 1];
    for (let at = 0; at < other.length; at++) {
      const swap = (row[at] ?? 0) + (letter === other[at] ? 0 : 1);
      next.push(Math.min(swap, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};
