/** What reports offer to paste, against the reader: a hint that is refused would be worse than none. */
import { expect, test } from "vitest";
import { findingInfo, type FindingKind } from "../../src/model/finding.js";
import { settlingRule } from "../../src/report/mend-mapping.js";
import { suggestedMapping } from "../../src/report/suggest.js";
import { plan, table } from "../report/examples.js";
import { everyFinding, findingOf } from "../report/finding-examples.js";
import { complaintsOf, ruleComplaints } from "./complaints.js";

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
