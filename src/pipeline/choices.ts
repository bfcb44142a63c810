/** What is decided before any row is read: the mappings that count, and the tables that are carried. */
import { introspect } from "../export/introspect.js";
import { ToolError } from "../errors.js";
import type { Finding } from "../model/finding.js";
import type { UsedMapping } from "../model/mapping.js";
import { nearest } from "../model/nearest.js";
import type { NotCarried } from "../model/plan.js";
import type { SqliteSchema } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { withFullTextTables } from "../translate/objects/full-text-tables.js";
import { chooseTables } from "../translate/rules/choose-tables.js";
import { matcherOf } from "../model/pattern.js";
import { recognise, recognisedFinding } from "../translate/rules/recognise.js";
import { Rules } from "../translate/rules/rules.js";
import { unusedRules } from "../translate/rules/unused-rules.js";
import type { RunOptions } from "./open.js";

export interface Choices {
  /** Of the tables that are carried. */
  readonly schema: SqliteSchema;
  readonly rules: Rules;
  readonly mappings: readonly UsedMapping[];
  readonly skipped: readonly NotCarried[];
  readonly findings: readonly Finding[];
}

/** What the mappings that count say, and that they do. */
export type SaidRules = Pick<Choices, "rules" | "mappings" | "findings">;

/** @throws ToolError the source codes; `usage` where `include` names what is not there, or no table is left. */
export function chooseFrom(source: Source, options: RunOptions): Choices {
  const { include = [], exclude = [] } = options;
  const whole = withFullTextTables(introspect(source));
  const said = rulesFor(whole, options);
  const { rules } = said;
  for (const pattern of include) refuseMissing(whole, pattern, source);
  const { schema, skipped } = chooseTables(whole, rules, { include, exclude });
  const isSelection = include.length + exclude.length > 0;
  if (isSelection && schema.tables.length < Math.min(1, whole.tables.length)) throw nothingLeft(source);
  return { ...said, schema, skipped };
}

/** @param whole with all tables of the file, by which mappings are recognised. */
export function rulesFor(
  whole: SqliteSchema,
  { mappings = [], builtIns = [] }: Pick<RunOptions, "mappings" | "builtIns">,
): SaidRules {
  const named = new Set(mappings.map(({ name }) => name));
  const recognised = recognise(whole, builtIns).filter(({ mapping }) => !named.has(mapping.name));
  // What somebody names is a person's word, and counts more than what was recognised.
  const asked = mappings.map((mapping) => ({ ...mapping, isBuiltIn: false }));
  return {
    rules: new Rules([...recognised.map(({ mapping }) => mapping), ...asked]),
    mappings: [
      ...recognised.map(({ mapping, by }) => ({
        name: mapping.name,
        givesWay: true,
        because: `recognised by ${by.join(", ")}`,
      })),
      ...mappings.map(({ name }) => ({ name, givesWay: false, because: "asked for" })),
    ],
    findings: [...recognised.map(recognisedFinding), ...unusedRules(whole, mappings)],
  };
}

/** A table that somebody wants to have must not be missing without a word. */
function refuseMissing({ tables }: SqliteSchema, pattern: string, { file }: Source): void {
  const names = tables.map(({ name }) => name);
  if (names.some(matcherOf(pattern))) return;
  const near = nearest(pattern, names);
  throw new ToolError(
    "usage",
    `--include ${pattern}: ${file} has no such table.`,
    near === null ? "Patterns take * and ?; quote them for the shell." : `Perhaps ${near} is meant.`,
  );
}

const nothingLeft = ({ file }: Source): ToolError =>
  new ToolError(
    "usage",
    `--include, --exclude and the mappings leave no table of ${file}.`,
    "Patterns take * and ?; quote them for the shell.",
  );
