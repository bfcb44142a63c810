/** What is decided before any row is read: the mappings that count, and the tables that are carried. */
import { introspect } from "../../export/introspect.js";
import type { Finding } from "../../model/finding.js";
import type { UsedMapping } from "../../model/mapping.js";
import type { NotCarried } from "../../model/plan.js";
import type { SqliteSchema } from "../../model/sqlite.js";
import type { Source } from "../../source/source.js";
import { withFullTextTables } from "../../translate/objects/full-text-tables.js";
import { chooseTables } from "../../translate/rules/choose-tables.js";
import { recognise, recognisedFinding } from "../../translate/rules/recognise.js";
import { Rules } from "../../translate/rules/rules.js";
import { unusedRules } from "../../translate/rules/unused-rules.js";
import type { RunOptions } from "../open.js";
import { refuseNothingLeft, selectionOf } from "./selection.js";

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
  const whole = withFullTextTables(introspect(source));
  const names = whole.tables.map(({ name }) => name);
  const selection = selectionOf(options, names, source.file);
  const said = rulesFor(whole, options);
  const { schema, skipped } = chooseTables(whole, said.rules, selection);
  refuseNothingLeft(selection, schema.tables.length, names.length, source.file);
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
        checksum: mapping.checksum,
      })),
      ...mappings.map(({ name, checksum }) => ({ name, givesWay: false, because: "asked for", checksum })),
    ],
    findings: [...recognised.map(recognisedFinding), ...unusedRules(whole, mappings)],
  };
}
