/** What encoding the rows of a table tells, before anything is written: which are rejected, and what policies change. */
import type { PolicyChange } from "./policy.js";
import type { Reject, RejectCount } from "./reject.js";

export interface Rehearsal {
  /** Source name. */
  readonly table: string;
  readonly rows: number;
  readonly rejected: number;
  /** The first of them, in row order, at most `mostRejectsListed`. */
  readonly rejects: readonly Reject[];
  /** By column and code, in the order in which they were met. */
  readonly counts: readonly RejectCount[];
  /** By column and policy, of the rows that are not rejected. */
  readonly changes: readonly PolicyChange[];
}

export const mostRejectsListed = 100;
