/** Whether a load into tables that are there has left them fit for use. */
import type { ObjectFault } from "../../model/object-fault.js";
import type { Plan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { faultsBeyondRows, type BeyondOptions } from "../../validate/beyond/beyond.js";

/**
 * What is off or NOT VALID is no fault: it was so before, and what a run sets aside comes back as it was.
 *
 * @throws ToolError as faultsBeyondRows
 */
export const faultsAfter = async (
  session: Session,
  plan: Plan,
  options: Omit<BeyondOptions, "isKnown">,
): Promise<readonly ObjectFault[]> =>
  (await faultsBeyondRows(session, plan, { ...options, isKnown: true })).filter(
    ({ kind }) => kind !== "not-validated",
  );
