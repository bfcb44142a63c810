/** What policies changed, counted by column and policy; of the first value also what it was and became. */
import type { ColumnPlan } from "../../model/plan.js";
import type { PolicyChange, PolicyName } from "../../model/policy.js";
import type { Example } from "../../model/profile.js";
import type { RecordBatch } from "../../model/record.js";
import type { CopyBuffer } from "../copy-buffer.js";
import { describeField, exampleOf } from "../explain/describe.js";

/**
 * Whether a changed value counts is known only when its row is encoded to the end: until then changes are pending.
 *
 * One for all batches of a table, or of a part of it.
 */
export class PolicyCounts {
  readonly #keyIndexes: readonly number[];
  readonly #tallies: Tally[] = [];
  #hasPending = false;

  /** @param keyIndexes where the primary key's columns stand in the records, for tables without a rowid. */
  constructor(keyIndexes: readonly number[]) {
    this.#keyIndexes = keyIndexes;
  }

  /** A function that counts a change of the column by the policy, told of the value as it was and of its field, from `start` on. */
  counter(column: ColumnPlan, policy: PolicyName): CountChange {
    const tally = this.#tallyOf(column, policy);
    return (batch, at, out, start) => {
      this.#hasPending = true;
      tally.pending += 1;
      if (tally.first !== null || tally.pendingFirst !== null) return;
      tally.pendingFirst = {
        first: exampleOf(batch, at, this.#keyIndexes),
        became: describeField(column.type, out.bytes, start, out.position),
      };
    };
  }

  /** The rows of all pending changes are encoded. */
  keep(): void {
    if (this.#hasPending) this.#settle(true);
  }

  /** These rows are rejected, or will be encoded once more. */
  drop(): void {
    if (this.#hasPending) this.#settle(false);
  }

  /** In the order of the table's columns. */
  changes(): readonly PolicyChange[] {
    return this.#tallies.flatMap(({ column, policy, values, first }) =>
      first === null ? [] : [{ column: column.source, policy, values, ...first }],
    );
  }

  #tallyOf(column: ColumnPlan, policy: PolicyName): Tally {
    const found = this.#tallies.find((tally) => tally.column === column && tally.policy === policy);
    if (found !== undefined) return found;
    const tally = { column, policy, values: 0, first: null, pending: 0, pendingFirst: null };
    this.#tallies.push(tally);
    return tally;
  }

  #settle(isKept: boolean): void {
    for (const tally of this.#tallies) {
      if (isKept) {
        tally.values += tally.pending;
        tally.first ??= tally.pendingFirst;
      }
      tally.pending = 0;
      tally.pendingFirst = null;
    }
    this.#hasPending = false;
  }
}

export type CountChange = (batch: RecordBatch, at: number, out: CopyBuffer, start: number) => void;

interface FirstChange {
  readonly first: Example;
  readonly became: string;
}

interface Tally {
  readonly column: ColumnPlan;
  readonly policy: PolicyName;
  values: number;
  first: FirstChange | null;
  pending: number;
  pendingFirst: FirstChange | null;
}
