/** --include and --exclude where they may be wrong use: a table that somebody wants must not be missing without a word. */
import { ToolError } from "../../errors.js";
import { nearest } from "../../model/nearest.js";
import { matcherOf } from "../../model/pattern.js";
import type { Selection } from "../../translate/rules/choose-tables.js";
import type { RunOptions } from "../open.js";

type Patterns = Pick<RunOptions, "include" | "exclude">;

/**
 * @param names of all tables of the file.
 * @throws ToolError `usage` where a pattern of `include` fits none of them.
 */
export function selectionOf(
  { include = [], exclude = [] }: Patterns,
  names: readonly string[],
  file: string,
): Selection {
  const missing = include.find((pattern) => !names.some(matcherOf(pattern)));
  if (missing === undefined) return { include, exclude };
  const near = nearest(missing, names);
  throw new ToolError(
    "usage",
    `--include ${missing}: ${file} has no such table.`,
    near === null ? "Patterns take * and ?; quote them for the shell." : `Perhaps ${near} is meant.`,
  );
}

/**
 * @param left how many tables count after all.
 * @param all how many the file has; of none nothing can be left.
 * @throws ToolError `usage` where somebody selects, and none is left.
 */
export function refuseNothingLeft(
  { include, exclude }: Selection,
  left: number,
  all: number,
  file: string,
): void {
  if (include.length + exclude.length > 0 && left === 0 && all > 0)
    throw new ToolError(
      "usage",
      `--include, --exclude and the mappings leave no table of ${file}.`,
      "Patterns take * and ?; quote them for the shell.",
    );
}
