/** What has to hold beyond the rows: the next values of identities, indexes, constraints, the objects of the plan. */
import type { ObjectFault, PlannedObject } from "../../model/object-fault.js";
import type { Plan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { throwIfInterrupted } from "../interruption.js";
import { attempt, withReadTransaction } from "../target/read-transaction.js";
import { objectFaults, viewFaults } from "./objects.js";
import { sequenceFaults } from "./sequences.js";

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
  withReadTransaction(session, async () => {
    // The greatest value of a column stands at the end of its index.
    await session.query(
      "SELECT set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true)",
    );
    const known = isKnown ? { ...plan, restoreSql } : null;
    const faults: ObjectFault[] = [];
    const look = async (
      table: string | null,
      name: string,
      work: () => Promise<readonly ObjectFault[]>,
    ): Promise<void> => {
      throwIfInterrupted(signal);
      const tried = await attempt(session, work);
      throwIfInterrupted(signal);
      const refusal = (error: unknown): ObjectFault => ({
        kind: "unread",
        table,
        name,
        message: targetError(error, `look at the objects of ${name}`).message,
        mend: null,
        answer: "unproven",
      });
      faults.push(...(tried.ok ? tried.value : [refusal(tried.error)]));
    };
    for (const table of plan.tables) {
      const { target } = table;
      await look(target, target, () => sequenceFaults(session, plan.schema, target));
      if (await exists(session, plan.schema, target)) {
        await look(target, target, () => objectFaults(session, plan.schema, table, known));
      }
    }
    if (known !== null) {
      await look(null, plan.schema, () => viewFaults(session, plan.schema, known));
    }
    return faults;
  });

/** A table that is missing is the verdict's matter. */
const exists = async (session: Session, schema: string, table: string): Promise<boolean> => {
  const rows = await session.query(
    `SELECT 1 AS one FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname::text = $1::text AND c.relname::text = $2::text AND c.relkind IN ('r', 'p')`,
    [schema, table],
  );
  return rows.length > 0;
};
