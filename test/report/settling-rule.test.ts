/** A rule that is offered for a rejected value has to settle it: read back from its YAML and obeyed, the value goes in. */
import { expect, test } from "vitest";
import type { Finding } from "../../src/model/finding.js";
import type { ColumnRule } from "../../src/model/mapping.js";
import type { ColumnPlan } from "../../src/model/plan.js";
import { typeWords } from "../../src/model/postgres.js";
import { parseMapping } from "../../src/mapping/read.js";
import { mappingLine, settlingRule } from "../../src/report/mend-mapping.js";
import { exampleOf } from "../../src/transform/explain/describe.js";
import { explainMisfit } from "../../src/transform/explain/explain.js";
import { amended } from "../transform/amended.js";
import { cells } from "../transform/cells.js";
import { edgeValues } from "../transform/edge-values.js";
import { accepts, columnPlan, one, type Value } from "../transform/values.js";

/** The rule that the report offers for the first value of a finding, and its code. */
function offered(
  column: ColumnPlan,
  value: Value,
): { readonly code: string; readonly reason: string; readonly rule: string | null } {
  const { code, reason } = explainMisfit(column, one(value), 0);
  const finding: Finding = {
    kind: "value-misfit",
    at: { table: "t", column: "c" },
    isKey: false,
    type: typeWords(column.type),
    there: null,
    code,
    rows: 1,
    first: exampleOf(one(value), 0, []),
    reason,
  };
  return { code, reason, rule: settlingRule(finding) };
}

const read = new Map<string, ColumnRule>();

function readRule(rule: string): ColumnRule {
  const known = read.get(rule);
  if (known !== undefined) return known;
  const line = mappingLine({ table: "t", column: "c" }, rule);
  const found = parseMapping(`version: 1\n${line}\n`, "pasted.yaml").tables[0]!.columns[0]!;
  read.set(rule, found);
  return found;
}

function obeyed(column: ColumnPlan, rule: string): ColumnPlan {
  const { type, unit, policy } = readRule(rule);
  const asked = Object.entries(policy).filter(([, said]) => said !== "reject");
  return {
    ...column,
    type: type ?? column.type,
    unit: unit ?? column.unit,
    policy: Object.fromEntries(asked),
  };
}

/** A blob belongs to no column but one of blobs; what is no text either takes two rules, and of numbers as long as that no type of numbers. */
const isBeyondHelp = (code: string, value: Value): boolean =>
  Buffer.isBuffer(value) ||
  code === "label" ||
  !accepts("text", null, value) ||
  (typeof value === "string" && value.length > 10_000);

test.each(cells)("$name", ({ type, unit }) => {
  const column = columnPlan("c", type, unit);
  const rules = new Set<string>();
  const unsettled = edgeValues.flatMap((value) => {
    if (value === null || accepts(type, unit, value)) return [];
    const { reason, code, rule } = offered(column, value);
    if (isBeyondHelp(code, value)) return [];
    expect(rule).not.toBe(null);
    rules.add(rule!);
    const other = obeyed(column, rule!);
    if (amended(other, value) !== null) return [];
    // Rounded up it may be beyond the type; then it is the other half of the policy that helps.
    if (rule === "excess: round" && amended(obeyed(column, "excess: truncate"), value) !== null) return [];
    // Something else may be wrong with it, too, for which there is another rule.
    return explainMisfit(other, one(value), 0).reason === reason ? [{ value, reason, rule }] : [];
  });
  expect(unsettled).toEqual([]);
  expect(rules.size > 0).toBe(!["text", "citext", "enum"].includes(type.name));
});
