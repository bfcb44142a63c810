/** The SQL that makes an object of a plan again, in a target that has lost it: where the tables stand in the end, for a person to run. */
import type { PlannedObject } from "../../model/object-fault.js";
import type { Plan } from "../../model/plan.js";
import { finishPlan } from "./finish-plan.js";
import { createTriggerStatements, createViewSql, searchPathSql } from "./views-and-triggers.js";

/** Null for what the plan does not have. */
export function restoreSql(plan: Plan, { type, table, name }: PlannedObject): string | null {
  const { schema, views, triggers } = plan;
  switch (type) {
    case "view": {
      const view = views.find(({ target }) => target === name);
      return view === undefined ? null : inSchema(schema, [createViewSql(schema, view)]);
    }
    case "trigger": {
      const trigger = triggers.find((each) => each.table === table && each.target === name);
      // The function may have been left when the trigger went.
      return trigger === undefined
        ? null
        : inSchema(schema, createTriggerStatements(schema, trigger, "CREATE OR REPLACE FUNCTION"));
    }
    default: {
      const finish = finishPlan(schema, plan).find((each) => each.table.target === table);
      const step = [
        ...(finish?.indexes ?? []),
        ...(finish?.checks ?? []),
        ...(finish?.foreignKeys ?? []),
      ].find((each) => each.kind === type && each.name === name);
      if (step === undefined) return null;
      const isBroken =
        type === "foreign key" &&
        finish?.table.foreignKeys.some((key) => key.name === name && key.orphans > 0) === true;
      return `${step.finalSql}${isBroken ? " NOT VALID" : ""};`;
    }
  }
}

/** Their SQL names relations alone. */
const inSchema = (schema: string, statements: readonly string[]): string =>
  ["BEGIN", searchPathSql(schema), ...statements, "COMMIT"].map((sql) => `${sql};`).join("\n");
