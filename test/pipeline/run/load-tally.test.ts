/** The books of a table: whatever does not add up is no copy. */
import { describe, expect, test } from "vitest";
import type { TablePlan } from "../../../src/model/plan.js";
import type { PolicyChange } from "../../../src/model/policy.js";
import { LoadTally } from "../../../src/pipeline/run/load-tally.js";
import { planOfTables } from "../../target/plan-of-tables.js";

const change = (column: string, policy: PolicyChange["policy"], values: number): PolicyChange => ({
  column,
  policy,
  values,
  first: { at: { rowid: "1", key: null }, storageClass: "text", value: "''" },
  became: "NULL",
});

const table: TablePlan = {
  ...planOfTables("public", ["t"]).tables[0]!,
  rows: 10,
  rejected: 3,
  changes: [change("a", "nul", 2), change("a", "empty", 1), change("b", "nul", 4)],
};

const tallied = (...parts: Parameters<LoadTally["add"]>[0][]): LoadTally => {
  const tally = new LoadTally(table);
  for (const part of parts) tally.add(part);
  return tally;
};

const first = { copied: 4, rejected: 1, changes: [change("a", "nul", 2), change("b", "nul", 1)] };
const second = { copied: 3, rejected: 2, changes: [change("b", "nul", 3), change("a", "empty", 1)] };

describe("the books of a table", () => {
  test("add up over slices, in any order", () => {
    const tally = tallied(second, first);
    expect(tally).toMatchObject({ copied: 7, rejected: 3 });
    tally.check();
  });

  test.each([
    ["a row is missing", { ...second, copied: 2 }],
    ["a row is there twice", { ...second, copied: 4 }],
    ["a row was rejected that the plan does not reject", { ...second, copied: 2, rejected: 3 }],
    ["a row went in that the plan rejects", { ...second, copied: 4, rejected: 1 }],
    ["a policy changed more", { ...second, changes: [change("b", "nul", 4), change("a", "empty", 1)] }],
    ["a policy changed nothing", { ...second, changes: [change("b", "nul", 3)] }],
    [
      "another policy changed it",
      { ...second, changes: [change("b", "nul", 3), change("a", "outOfRange", 1)] },
    ],
    ["one more policy changed something", { ...second, changes: [...second.changes, change("c", "nul", 1)] }],
  ])("do not where %s", (_what, wrong) => {
    expect(() => tallied(first, wrong).check()).toThrow(expect.objectContaining({ code: "source-changed" }));
  });

  test("do not where a slice is missing", () => {
    expect(() => tallied(first).check()).toThrow('Table "t" had 10 rows when it was profiled, but 5 arrived');
  });
});
