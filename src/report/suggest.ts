/**
 * A mapping file made from a plan: for every finding that a rule would settle the rule, with the evidence above it. All rules are
 * comments; a person takes the # from what is right. A customer's number may look like a time.
 */
import type { ColumnPlace, Finding } from "../model/finding.js";
import type { Plan } from "../model/plan.js";
import { wordsOf } from "./finding-words.js";
import { quotedKey, settlingRule } from "./mend-mapping.js";
import { visible } from "./display-width.js";

export function suggestedMapping(plan: Plan): string {
  const tables = plan.tables.flatMap(({ source }) => {
    const lines = plan.findings.flatMap((finding) => (finding.at.table === source ? ruleLines(finding) : []));
    return lines.length === 0 ? [] : [`  ${yamlKey(source)}:`, "    columns:", ...lines];
  });
  return [
    `# Suggested by sqlift plan for ${visible(plan.source.file)}, from its values (docs/mapping.md).`,
    "# Nothing in it counts yet: take the # from the rules that are right, then use it with --mapping.",
    "version: 1",
    ...(tables.length === 0 ? ["# No rule would settle anything in this file."] : ["tables:", ...tables]),
    "",
  ].join("\n");
}

const ruleLines = (finding: Finding): readonly string[] => {
  const rule = settlingRule(finding);
  return rule === null || !isOfColumn(finding.at)
    ? []
    : [`      # ${visible(wordsOf(finding).what)}`, `      # ${yamlKey(finding.at.column)}: { ${rule} }`];
};

const isOfColumn = (at: Finding["at"]): at is ColumnPlace => "column" in at;

/** A name as a key: plain where it can be nothing else to YAML, else as JSON writes it. */
const yamlKey = (name: string): string =>
  /^[A-Za-z_][\w]*$/u.test(name) && !reserved.has(name.toLowerCase()) ? name : quotedKey(name);

/** Words for other things in YAML 1.1, which some editors still read. */
const reserved: ReadonlySet<string> = new Set(["null", "true", "false", "yes", "no", "on", "off", "y", "n"]);
