/** A migration whose plan a test has changed: what the translator does not make yet, or never makes wrong. */
import type { Plan } from "../../src/model/plan.js";
import { chooseFrom } from "../../src/pipeline/planning/choices.js";
import { openSourceFor, openTargetFor, plannedTarget } from "../../src/pipeline/open.js";
import { planReading } from "../../src/pipeline/planning/plan-reading.js";
import { withReading } from "../../src/pipeline/reading/reading.js";
import { executeRun } from "../../src/pipeline/run/run.js";
import type { RunResult } from "../../src/pipeline/run/run-result.js";

/**
 * Into a schema that is there, unless `change` names another.
 *
 * @param settle the trial; without one the plan is carried out as it is.
 */
export async function runPlan(
  path: string,
  url: string,
  change: (plan: Plan) => Plan,
  settle: (plan: Plan) => Promise<Plan> = (plan) => Promise.resolve(plan),
): Promise<RunResult & { readonly plan: Plan }> {
  const options = { environment: process.env, jobs: 2 };
  const source = await openSourceFor(path, options);
  try {
    const target = await openTargetFor(url, options);
    try {
      const choices = chooseFrom(source, options);
      return await withReading(source, choices.schema, options, async (opened) => {
        const { plan: made, reading } = await planReading(
          opened,
          choices,
          plannedTarget(options, target),
          options,
        );
        const plan = await settle(change(made));
        const session = await target.open();
        const { connection } = target;
        const schemaExists = plan.schema === made.schema;
        const result = await executeRun({
          ...{ reading, plan, session, connection, schemaExists, options },
          validate: true,
        });
        return { ...result, plan };
      });
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

/** The same plan, with one table changed. */
export const withTable = (
  plan: Plan,
  source: string,
  change: (table: Plan["tables"][number]) => Plan["tables"][number],
): Plan => ({
  ...plan,
  tables: plan.tables.map((table) => (table.source === source ? change(table) : table)),
});
