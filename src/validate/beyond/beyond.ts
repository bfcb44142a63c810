/** What has to hold beyond the rows: the next values of identities, indexes, constraints, the objects of the plan. */
import type { ObjectFault, PlannedObject } from "../../model/object-fault.js";
import type { Plan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { lookBeyond } from "./look.js";
import { objectFaults, viewFaults } from "./objects.js";

export interface BeyondOptions {
  /** Whether the plan is that of a run that made the tables, so that all that it has must be there; else only what is there is looked at. */
  readonly isKnown: boolean;
  /** SQL that makes an object of the plan again; null, and by default: nobody can say. */
  readonly restoreSql?: ((object: PlannedObject) => string | null) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The faults of all tables of the plan that are in the target, and of its views.
 *
 * @param session An idle session.
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`. What cannot be read is a fault of its own.
 */
export const faultsBeyondRows = (
  session: Session,
  plan: Plan,
  { isKnown, restoreSql = () => null, signal }: BeyondOptions,
): Promise<readonly ObjectFault[]> =>
  lookBeyond(session, signal, async (look) => {
    const { schema } = plan;
    const known = isKnown ? { ...plan, restoreSql } : null;
    const tables = new Map(plan.tables.map((table) => [table.target, table]));
    await look.atTables(schema, [...tables.keys()], (table, found) =>
      objectFaults(schema, tables.get(table)!, found, known),
    );
    if (known !== null) {
      const faults = await look.at(null, schema, () => viewFaults(session, schema, known));
      look.faults.push(...(faults ?? []));
    }
  });
