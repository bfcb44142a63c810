/** Looks at what stands beside the rows of a target's tables; what the server refuses to tell is a fault of its own. */
import type { ObjectFault } from "../../model/object-fault.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import { throwIfInterrupted } from "../interruption.js";
import { attempt, withReadTransaction } from "../target/read-transaction.js";
import { readObjects, tableKinds, type FoundObject } from "./objects.js";
import { readSequences, sequenceFaults } from "./sequences.js";

export class Look {
  readonly faults: ObjectFault[] = [];
  /** Inside a transaction of read-transaction.ts. */
  readonly session: Session;
  readonly #signal: AbortSignal | undefined;

  constructor(session: Session, signal: AbortSignal | undefined) {
    this.session = session;
    this.#signal = signal;
  }

  /**
   * @param name for the fault: of what is looked at.
   * @returns null where the server refuses.
   * @throws ToolError where the connection is lost, `interrupted`.
   */
  async at<T>(table: string | null, name: string, work: () => Promise<T>): Promise<T | null> {
    throwIfInterrupted(this.#signal);
    const tried = await attempt(this.session, work);
    throwIfInterrupted(this.#signal);
    if (tried.ok) {
      return tried.value;
    }
    this.faults.push({
      kind: "unread",
      table,
      name,
      message: targetError(tried.error, `look at the objects of ${name}`).message,
      mend: null,
      answer: "unproven",
    });
    return null;
  }

  /**
   * The sequences of the tables that are there, and what `judge` says of their objects. A table that is missing is the verdict's matter.
   *
   * @throws as `at`.
   */
  async atTables(
    schema: string,
    tables: readonly string[],
    judge: (table: string, found: readonly FoundObject[]) => readonly ObjectFault[],
  ): Promise<void> {
    const { session } = this;
    const found = await this.at(null, schema, async () => ({
      sequences: await readSequences(session, schema, tables),
      objects: await readObjects(session, schema, tables, tableKinds),
    }));
    for (const table of found === null ? [] : tables) {
      const sequences = found?.sequences.get(table) ?? [];
      if (sequences.length > 0) {
        const told = await this.at(table, table, () => sequenceFaults(session, schema, table, sequences));
        this.faults.push(...(told ?? []));
      }
      const objects = found?.objects.get(table);
      this.faults.push(...(objects === undefined ? [] : judge(table, objects)));
    }
  }
}

/**
 * @param session An idle session.
 * @returns the faults that `work` finds.
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`.
 */
export const lookBeyond = (
  session: Session,
  signal: AbortSignal | undefined,
  work: (look: Look) => Promise<void>,
): Promise<readonly ObjectFault[]> =>
  withReadTransaction(session, async () => {
    // The greatest value of a column stands at the end of its index.
    await session.query(
      "SELECT set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true)",
    );
    const look = new Look(session, signal);
    await work(look);
    return look.faults;
  });
