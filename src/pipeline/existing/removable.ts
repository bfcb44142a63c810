import { ToolError } from "../../errors.js";
import { quote, quoteQualified } from "../../model/identifier.js";
import type { Plan } from "../../model/plan.js";
import type { TargetSchema } from "../../model/target-schema.js";

/**
 * Rows that go straight into tables of others have to come out again where the proof fails.
 *
 * @throws ToolError `target-rights` where the role may put rows in, and not take them out.
 */
export function refuseUnremovable({ tables, schema }: Plan, there: TargetSchema): void {
  const kept = tables.flatMap(({ target }) =>
    there.tables.some(({ name, rights }) => name === target && !rights.includes("DELETE"))
      ? [quoteQualified(schema, target)]
      : [],
  );
  if (kept.length === 0) return;
  throw new ToolError(
    "target-rights",
    `Role ${quote(there.role)} may not take rows out of ${kept.join(", ")}, as a run that fails has to, and undo.`,
    `GRANT DELETE ON ${kept.join(", ")} TO ${quote(there.role)};\n` +
      "Without that right: --no-history, where nothing is in before all is proven.",
  );
}
