/**
 * What happens to values that do not fit as they are, because somebody asked for it in a mapping. Nothing here is done
 * unasked, and each change is counted and shown.
 */
import type { Example } from "./profile.js";

/** Each by its absence: the row is rejected. */
export interface ColumnPolicy {
  /** NUL characters in text: left out, or U+FFFD in their place. */
  readonly nul?: "strip" | "replace";
  /** Bytes that are no UTF-8: U+FFFD for each maximal subpart (Unicode Standard, section 3.9). */
  readonly invalidUtf8?: "replace";
  /** Text in the shape of a date or time, or a number, that is none PostgreSQL has: 0000-00-00, 25:00, the year 300000. */
  readonly outOfRange?: "null";
  /** Text of nothing but blanks where the type is not textual. */
  readonly empty?: "null";
  /** What the type's modifier would cut or round: varchar(n), char(n), numeric(p,s), time(p), timestamp(p), real. */
  readonly excess?: "round" | "truncate";
  /** Words for true and false besides PostgreSQL's own, in any case. */
  readonly trueWords?: readonly string[];
  readonly falseWords?: readonly string[];
  /** Stands for NULL, and is converted as TEXT is. */
  readonly nullAs?: string;
}

export type PolicyName = keyof ColumnPolicy;

/** How many values of a column a policy changed. */
export interface PolicyChange {
  /** In the source. */
  readonly column: string;
  readonly policy: PolicyName;
  readonly values: number;
  readonly first: Example;
  /** What the first became, as SQL would write it, cut to a readable length. */
  readonly became: string;
}
