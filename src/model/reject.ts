/** Rows that cannot be carried as they are: data, not accidents. */
import type { Example } from "./profile.js";

/** Why a row is rejected: a value that does not fit its column's type, but for the last. */
export type RejectCode =
  /** No value of this storage class has an equal in the type. */
  | "storage-class"
  /** Text that is not written as the type wants it. */
  | "syntax"
  /** A number or time beyond what the type holds. */
  | "range"
  /** Longer than the type's limit. */
  | "length"
  /** Digits that the type would round away. */
  | "precision"
  /** Blanks at the end, which the type does not keep. */
  | "trailing-blank"
  /** An offset, which the type does not keep. */
  | "offset"
  /** A local time that its zone skips, where clocks go forward. */
  | "skipped-time"
  /** A local time that its zone has twice, where clocks go back. */
  | "doubled-time"
  /** None of an enum's labels. */
  | "label"
  | "nul"
  | "invalid-utf8"
  /** No JSON, or JSON that jsonb does not take. */
  | "json"
  /** Beyond the 1 GB of a value. */
  | "too-large"
  /** Its foreign key points at no row that is carried over. */
  | "orphan";

export interface RejectReason {
  readonly code: RejectCode;
  /** A clause for people: "it is longer than 20 characters". */
  readonly reason: string;
}

export interface Reject extends RejectReason {
  /** In the source. */
  readonly column: string;
  /** Where it stands and what it is. */
  readonly value: Example;
}

/** What is done with rejected rows: nothing is written, or they are kept whole in the target's sqlift.rejected_rows. */
export type OnReject = "fail" | "quarantine";

/** How many rejected rows a run may have: in all, or of each table's rows in percent. */
export type MaxRejects = { readonly rows: number } | { readonly percent: number };

/** Of one table: what encoding its rows told. */
export interface RejectCount {
  readonly column: string;
  readonly code: RejectCode;
  readonly rows: number;
  readonly first: Reject;
}
