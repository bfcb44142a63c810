/**
 * A mapping file made from a plan: for every column with findings that a rule would settle one rule, with the evidence above
 * it. All rules are comments; a person takes the # from what is right. A customer's number may look like a time.
 */
import type { Finding } from "../model/finding.js";
import type { ColumnPlace } from "../model/place.js";
import type { Plan } from "../model/plan.js";
import { visible } from "./display-width.js";
import { wordsOf } from "./finding-words.js";
import { joinedRules } from "./join-rules.js";
import { offeredRule, quotedKey, ruleText, type OfferedRule } from "./mend-mapping.js";
import { quarantineWords } from "./mend-words.js";

export function suggestedMapping(plan: Plan): string {
  const offers = plan.findings.flatMap(offersOf);
  const tables = plan.tables.flatMap(({ source }) => {
    const ofTable = offers.filter(({ at }) => at.table === source);
    const columns = [...new Set(ofTable.map(({ at }) => at.column))];
    const lines = columns.flatMap((column) =>
      columnLines(
        column,
        ofTable.filter(({ at }) => at.column === column),
      ),
    );
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

interface Offer {
  readonly at: ColumnPlace;
  readonly evidence: string;
  readonly rule: OfferedRule;
}

const offersOf = (finding: Finding): readonly Offer[] => {
  const rule = offeredRule(finding);
  return rule === null || !isOfColumn(finding.at)
    ? []
    : [{ at: finding.at, evidence: wordsOf(finding).what, rule }];
};

const isOfColumn = (at: Finding["at"]): at is ColumnPlace => "column" in at;

const columnLines = (column: string, offers: readonly Offer[]): readonly string[] => {
  const rules = joinedRules(offers.map(({ rule }) => rule));
  return [
    ...offers.map(({ evidence }) => evidence),
    ...(rules.length > 1 ? ["One of these:"] : []),
    ...rules.flatMap((rule) => [...rejectWords(rule), `${yamlKey(column)}: { ${ruleText(rule)} }`]),
  ].map((line) => `      # ${visible(line)}`);
};

const rejectWords = ({ rejected }: OfferedRule): readonly string[] =>
  rejected === 0 ? [] : [`${quarantineWords(rejected)}:`];

/** A name as a key: plain where it can be nothing else to YAML, else in quotes. */
const yamlKey = (name: string): string =>
  /^[A-Za-z_][\w]*$/u.test(name) && !reserved.has(name.toLowerCase()) ? name : quotedKey(name);

/** Words for other things in YAML 1.1, which some editors still read. */
const reserved: ReadonlySet<string> = new Set(["null", "true", "false", "yes", "no", "on", "off", "y", "n"]);
