/**
 * The mappings that come with sqlift: mappings/*.yaml. They are as correct as the tests made them and are not checked again
 * here, for the checker alone takes as long to load as all the rest of a small migration.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ToolError } from "../errors.js";
import type { Mapping } from "../model/mapping.js";
import { nearest } from "../model/nearest.js";
import { buildMapping } from "./build.js";
import { readYaml } from "./document.js";
import type { MappingFile } from "./schema.js";

/** In the package; the same from src/ and from dist/. */
const folder = join(import.meta.dirname, "..", "..", "mappings");
const extension = ".yaml";

/** In the order of the alphabet. */
export const builtInNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();

/** In the order of their names. */
export const builtInMappings = (): readonly Mapping[] => builtInNames().map(builtInMapping);

/** @throws ToolError `mapping-not-found`. */
export const builtInMapping = (name: string): Mapping =>
  buildMapping(readYaml(builtInText(name)).value as MappingFile, {
    name,
    isBuiltIn: true,
    place: () => ({ mapping: name, line: null }),
  });

/**
 * Its file, comments and all.
 *
 * @throws ToolError `mapping-not-found`.
 */
export function builtInText(name: string): string {
  const names = builtInNames();
  if (names.includes(name)) return readFileSync(join(folder, `${name}${extension}`), "utf8");
  const near = nearest(name, names);
  throw new ToolError(
    "mapping-not-found",
    `sqlift brings no mapping ${JSON.stringify(name)} along.`,
    near === null ? "sqlift mappings lists those that there are." : `Perhaps ${near} is meant.`,
  );
}
