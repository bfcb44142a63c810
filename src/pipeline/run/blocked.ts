/** What migrate says where something is in the way: nothing was written, or nothing is left of it. */
import type { Finding } from "../../model/finding.js";
import type { MigrationOutcome, TableOutcome } from "../../model/outcome.js";
import type { Plan } from "../../model/plan.js";
import type { RunResult } from "./run-result.js";

export type Migrated = RunResult & Pick<MigrationOutcome, "plan">;

export const blocked = (plan: Plan, findings: readonly Finding[]): Migrated => ({
  plan,
  status: "blocked",
  run: null,
  ...nothingDone(plan, findings),
});

/** No row is there. */
export function nothingDone(plan: Plan, findings: readonly Finding[]): Omit<RunResult, "status" | "run"> {
  return {
    tables: plan.tables.map((table): TableOutcome => ({
      source: table.source,
      target: table.target,
      rows: table.rows,
      copied: 0,
      rejected: 0,
      status: "not-run",
    })),
    verdicts: [],
    objects: [],
    validated: false,
    findings: [...plan.findings, ...findings],
    notCarried: plan.notCarried,
  };
}
