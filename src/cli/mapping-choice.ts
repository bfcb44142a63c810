/** `--mapping`: what somebody says about tables and columns, by the name of a built-in mapping or in a file. */
import { Option } from "@commander-js/extra-typings";
import { builtInMapping, builtInMappings, builtInNames } from "../mapping/built-in.js";
import type { Mapping } from "../model/mapping.js";

/** Stands for a mapping: none but those that are named. */
const noMapping = "none";

/** Can be said several times. */
export const mappingOption = () =>
  new Option("--mapping <name|file>", "a built-in mapping or a file of rules; none: no others").argParser(
    collect,
  );

/** Of an option that can be said several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

export interface ChosenMappings {
  readonly mappings: readonly Mapping[];
  /** Those that are taken where the file calls for them. */
  readonly builtIns: readonly Mapping[];
}

/** @throws ToolError `mapping-not-found`, `mapping-invalid`. */
export async function mappingsOf(names: readonly string[] = []): Promise<ChosenMappings> {
  const builtIn = builtInNames();
  const mappings: Mapping[] = [];
  for (const name of names.filter((each) => each !== noMapping))
    mappings.push(builtIn.includes(name) ? builtInMapping(name) : await ownMapping(name));
  return { mappings, builtIns: names.includes(noMapping) ? [] : builtInMappings() };
}

/** YAML and its checker take as long to load as all else; most runs have no file for them. */
const ownMapping = async (path: string): Promise<Mapping> =>
  (await import("../mapping/read.js")).readMapping(path);
