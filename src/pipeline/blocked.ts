/** What migrate says where something is in the way: nothing was written. */
import type { Finding } from "../model/finding.js";
import type { MigrationOutcome, TableOutcome } from "../model/outcome.js";
import type { Plan } from "../model/plan.js";
import type { RunResult } from "./run.js";

export type Migrated = RunResult & Pick<MigrationOutcome, "plan">;

export function blocked(plan: Plan, findings: readonly Finding[]): Migrated {
  return {
    plan,
    status: "blocked",
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
    run: null,
  };
}
