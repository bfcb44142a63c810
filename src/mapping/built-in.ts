/**
 * The mappings that come with sqlift: mappings/*.yaml. The program reads mappings/built-in.json instead, which tests make of
 * them and hold against them: to load YAML and its checker takes as long as all the rest of a small migration.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ToolError } from "../errors.js";
import type { Mapping } from "../model/mapping.js";
import { nearest } from "../model/nearest.js";
import { buildMapping } from "./build.js";
import type { MappingFile } from "./schema.js";

/** In the package, wherever in it this module has been built into. */
const folder = (function lookIn(place: string): string {
  const found = join(place, "mappings", "built-in.json");
  return existsSync(found) ? dirname(found) : lookIn(dirname(place));
})(import.meta.dirname);

/** By their names, in the order of the alphabet. */
const builtInFiles = (): Readonly<Record<string, MappingFile>> =>
  JSON.parse(readFileSync(join(folder, "built-in.json"), "utf8")) as Record<string, MappingFile>;

/** In the order of the alphabet. */
export const builtInNames = (): readonly string[] => Object.keys(builtInFiles());

/** In the order of their names. */
export const builtInMappings = (): readonly Mapping[] =>
  Object.entries(builtInFiles()).map(([name, file]) => builtIn(name, file));

/** @throws ToolError `mapping-not-found`. */
export function builtInMapping(name: string): Mapping {
  const files = builtInFiles();
  const file = files[name];
  if (file === undefined || !Object.hasOwn(files, name)) throw notFound(name, Object.keys(files));
  return builtIn(name, file);
}

const builtIn = (name: string, file: MappingFile): Mapping =>
  buildMapping(file, { name, isBuiltIn: true, place: () => ({ mapping: name, line: null }) });

/**
 * Its YAML, comments and all.
 *
 * @throws ToolError `mapping-not-found`.
 */
export function builtInText(name: string): string {
  const names = builtInNames();
  if (!names.includes(name)) throw notFound(name, names);
  return readFileSync(join(folder, `${name}.yaml`), "utf8");
}

function notFound(name: string, names: readonly string[]): ToolError {
  const near = nearest(name, names);
  return new ToolError(
    "mapping-not-found",
    `sqlift brings no mapping ${JSON.stringify(name)} along.`,
    near === null ? "sqlift mappings lists those that there are." : `Perhaps ${near} is meant.`,
  );
}
