/** What came of a run that makes its tables. */
import type { ObjectFault } from "../../model/object-fault.js";
import type { MigrationOutcome } from "../../model/outcome.js";
import type { Plan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { faultsBeyondRows, type BeyondOptions } from "../../validate/beyond/beyond.js";
import type { Built } from "./build.js";
import type { Answers } from "./refusals.js";

export type RunResult = Omit<MigrationOutcome, "plan" | "steps" | "target" | "elapsedSeconds">;

/**
 * What must not be moved into place; what was not made, or not validated, was told when it was refused.
 *
 * @throws ToolError as faultsBeyondRows.
 */
export const brokenObjects = async (
  session: Session,
  plan: Plan,
  options: Pick<BeyondOptions, "joined" | "signal">,
): Promise<readonly ObjectFault[]> => {
  const faults = await faultsBeyondRows(session, plan, { ...options, isKnown: false });
  return faults.filter(({ answer }) => answer === "no");
};

/** @param answers of the tables, and what came after them. */
export function resultOf(
  status: "migrated" | "refused",
  run: number | null,
  plan: Plan,
  [built, ...later]: readonly [Built, ...Answers[]],
  proof: Pick<RunResult, "verdicts" | "objects" | "validated">,
): RunResult {
  return {
    status,
    run,
    ...proof,
    tables: built.tables,
    findings: [plan, built, ...later].flatMap(({ findings }) => findings),
    notCarried: [plan, built, ...later].flatMap(({ notCarried }) => notCarried),
  };
}
