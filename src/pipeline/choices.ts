/** What is decided before any row is read: the mappings that count, and the tables that are carried. */
import { introspect } from "../export/introspect.js";
import type { Finding } from "../model/finding.js";
import type { UsedMapping } from "../model/mapping.js";
import type { NotCarried } from "../model/plan.js";
import type { SqliteSchema } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { chooseTables } from "../translate/choose-tables.js";
import { recognise, recognisedFinding } from "../translate/recognise.js";
import { Rules } from "../translate/rules.js";
import type { RunOptions } from "./open.js";

export interface Choices {
  /** Of the tables that are carried. */
  readonly schema: SqliteSchema;
  readonly rules: Rules;
  readonly mappings: readonly UsedMapping[];
  readonly skipped: readonly NotCarried[];
  readonly findings: readonly Finding[];
}

/** @throws ToolError the source codes. */
export function chooseFrom(source: Source, { mappings = [], builtIns = [] }: RunOptions): Choices {
  const whole = introspect(source);
  const named = new Set(mappings.map(({ name }) => name));
  const recognised = recognise(whole, builtIns).filter(({ mapping }) => !named.has(mapping.name));
  // What somebody names is a person's word, and counts more than what was recognised.
  const asked = mappings.map((mapping) => ({ ...mapping, isBuiltIn: false }));
  const rules = new Rules([...recognised.map(({ mapping }) => mapping), ...asked]);
  const { schema, skipped } = chooseTables(whole, rules);
  return {
    schema,
    rules,
    mappings: [
      ...recognised.map(({ mapping, by }) => ({
        name: mapping.name,
        givesWay: true,
        because: `recognised by ${by.join(", ")}`,
      })),
      ...mappings.map(({ name }) => ({ name, givesWay: false, because: "asked for" })),
    ],
    skipped,
    findings: recognised.map(recognisedFinding),
  };
}
