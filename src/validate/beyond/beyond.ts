/** What has to hold beyond the rows: the next values of identities, indexes, constraints, the objects of the plan. */
import type { ObjectFault, PlannedObject } from "../../model/object-fault.js";
import type { Plan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { throwIfInterrupted } from "../interruption.js";
import { attempt, withReadTransaction } from "../target/read-transaction.js";
import { objectFaults, readObjects, tableKinds, viewFaults } from "./objects.js";
import { readSequences, sequenceFaults } from "./sequences.js";

export interface BeyondOptions {
  /** Whether the plan is that of a run that made the tables, so that all that it has must be there; else only what is there is looked at. */
  readonly isKnown: boolean;
  /** SQL that makes an object of the plan again; null, and by default: nobody can say. */
  readonly restoreSql?: ((object: PlannedObject) => string | null) | undefined;
  /** Whether the session is in a transaction, as whose rows all is seen; default: false. */
  readonly joined?: boolean | undefined;
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
  { isKnown, restoreSql = () => null, joined, signal }: BeyondOptions,
): Promise<readonly ObjectFault[]> =>
  withReadTransaction(
    session,
    async () => {
      // The greatest value of a column stands at the end of its index.
      await session.query(
        "SELECT set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true)",
      );
      const known = isKnown ? { ...plan, restoreSql } : null;
      const faults: ObjectFault[] = [];
      /** @returns null where the server refuses, which is a fault then. */
      const look = async <T>(
        table: string | null,
        name: string,
        work: () => Promise<T>,
      ): Promise<T | null> => {
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
        if (tried.ok) {
          return tried.value;
        }
        faults.push(refusal(tried.error));
        return null;
      };
      const { schema, tables } = plan;
      const names = tables.map(({ target }) => target);
      const found = await look(null, schema, async () => ({
        sequences: await readSequences(session, schema, names),
        objects: await readObjects(session, schema, names, tableKinds),
      }));
      for (const table of found === null ? [] : tables) {
        const { target } = table;
        const sequences = found?.sequences.get(target) ?? [];
        if (sequences.length > 0) {
          const told = await look(target, target, () => sequenceFaults(session, schema, target, sequences));
          faults.push(...(told ?? []));
        }
        // A table that is missing is the verdict's matter.
        const objects = found?.objects.get(target);
        faults.push(...(objects === undefined ? [] : objectFaults(schema, table, objects, known)));
      }
      if (known !== null) {
        faults.push(...((await look(null, schema, () => viewFaults(session, schema, known))) ?? []));
      }
      return faults;
    },
    joined,
  );
