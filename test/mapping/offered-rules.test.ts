/** What reports offer to paste, against the reader: a hint that is refused would be worse than none. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMapping } from "../../src/mapping/read.js";
import { findingInfo, type ColumnPlace, type FindingKind } from "../../src/model/finding.js";
import { mappingLine, settlingRule } from "../../src/report/mend-mapping.js";
import { suggestedMapping } from "../../src/report/suggest.js";
import { plan, table } from "../report/examples.js";
import { everyFinding, findingOf } from "../report/finding-examples.js";
import { complaintsOf, ruleComplaints } from "./complaints.js";
import { isWellFormed } from "./spell-mapping.js";

const settled = (Object.keys(findingInfo) as FindingKind[]).flatMap((kind) => {
  const rule = settlingRule(findingOf[kind]);
  return rule === null ? [] : [[kind, rule] as const];
});

test.each(settled)("the rule for %s is one: %s", (_, rule) => {
  expect(ruleComplaints(rule)).toEqual([]);
});

test("a suggested mapping is one, as it is", () => {
  const text = suggestedMapping(plan({ tables: [table("person")], findings: everyFinding }));
  expect(text).toContain("# ");
  expect(complaintsOf(text)).toEqual([]);
});

test("the line that is offered names that very column, whatever it is called", () => {
  const name = fc.string({ unit: "binary" }).filter((it) => isWellFormed(it) && it !== "__proto__");
  fc.assert(
    fc.property(name, name, (tableName, column) => {
      const at: ColumnPlace = { table: tableName, column };
      const { tables } = parseMapping(`version: 1\n${mappingLine(at, "type: text")}\n`, "pasted.yaml");
      const named = tables.map((rule) => [rule.pattern, rule.columns.map(({ pattern }) => pattern)]);
      expect(named).toEqual([[tableName, [column]]]);
    }),
  );
});
