/** Reads the SQL files that somebody names, and knows the ones of a folder. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ToolError } from "../../errors.js";
import type { ScriptPhase, SqlScript } from "../../model/script.js";
import { orderNames, versionOf } from "./order.js";

export interface ReadScripts {
  /** In the order in which they are to run. */
  readonly scripts: readonly SqlScript[];
  /** Base names of the folders that were given: of these every file that a target knows has to be there. */
  readonly folders: readonly string[];
  /** What a person should know: files that are left aside. */
  readonly notes: readonly string[];
}

/**
 * @param paths files, and folders of which each file `*.sql` is meant, but not what is deeper in.
 * @throws ToolError `usage` where there is nothing, or the same twice; `script-invalid` for what is no text.
 */
export function readScripts(paths: readonly string[], phase: ScriptPhase): ReadScripts {
  const scripts: SqlScript[] = [];
  const folders: string[] = [];
  const notes: string[] = [];
  for (const path of paths) {
    if (!existsSync(path))
      throw new ToolError("usage", `There is no file or folder ${path}.`, `Correct --${phase}.`);
    if (!statSync(path).isDirectory()) {
      scripts.push(readScript(path, phase, null));
      continue;
    }
    const folder = basename(resolve(path));
    folders.push(folder);
    const { names, note } = namesIn(path);
    notes.push(...note);
    for (const name of names) scripts.push(readScript(join(path, name), phase, folder));
  }
  refuseTwice(scripts, folders);
  return { scripts, folders, notes };
}

function namesIn(path: string): { readonly names: readonly string[]; readonly note: readonly string[] } {
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const isScript = (name: string): boolean =>
    /\.sql$/i.test(name) && !statSync(join(path, name)).isDirectory();
  const all = entries.map(({ name }) => name);
  const names = orderNames(all.filter(isScript));
  if (names.length === 0)
    throw new ToolError("usage", `There is no file *.sql in folder ${path}.`, "Name another one.");
  const others = all.filter((name) => !isScript(name)).sort();
  const versioned = names.filter((name) => versionOf(name) !== null).length;
  return {
    names,
    note: [
      ...(others.length === 0
        ? []
        : [`Of folder ${path} only files *.sql are run, not: ${others.join(", ")}`]),
      ...(versioned === 0 || versioned === names.length
        ? []
        : [
            `Of folder ${path} the files with versions (V1__x.sql) come first, then ${names.slice(versioned).join(", ")}`,
          ]),
    ],
  };
}

/** @throws ToolError `script-invalid` where it is not UTF-8. */
function readScript(path: string, phase: ScriptPhase, folder: string | null): SqlScript {
  const bytes = readFileSync(path);
  return { phase, folder, name: basename(path), text: textOf(path, bytes), checksum: checksumOf(bytes) };
}

/** A file as it is now. @throws ToolError `usage` for a folder. */
export function lookAtScript(path: string): FoundScript {
  const place = { folder: basename(dirname(resolve(path))), name: basename(resolve(path)) };
  if (!existsSync(path)) return { ...place, checksum: null };
  if (statSync(path).isDirectory())
    throw new ToolError("usage", `${path} is a folder.`, "Name each file of it.");
  return { ...place, checksum: checksumOf(readFileSync(path)) };
}

export interface FoundScript {
  /** Base name of the folder that it stands in. */
  readonly folder: string;
  /** Base name. */
  readonly name: string;
  /** null: there is no such file. */
  readonly checksum: string | null;
}

/** SHA-256, hexadecimal. */
const checksumOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function textOf(path: string, bytes: Buffer): string {
  const invalid = (what: string): ToolError =>
    new ToolError("script-invalid", `${path} ${what}.`, "Save it as UTF-8.");
  // In the protocol it would end the statement.
  if (bytes.includes(0)) throw invalid("holds a NUL byte");
  try {
    // A byte order mark is no part of the text.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("is not in UTF-8");
  }
}

function refuseTwice(scripts: readonly SqlScript[], folders: readonly string[]): void {
  const twice = (words: readonly string[]): string | undefined =>
    words.find((each, index) => words.indexOf(each) !== index);
  const folder = twice(folders);
  const file = twice(scripts.map((script) => `${script.folder ?? ""}/${script.name}`));
  if (folder === undefined && file === undefined) return;
  throw new ToolError(
    "usage",
    folder === undefined
      ? `Two files are called ${(file ?? "").replace(/^\//, "")}.`
      : `Two folders are called ${folder}.`,
    "A target knows them by these names: name each once, and no two alike.",
  );
}
