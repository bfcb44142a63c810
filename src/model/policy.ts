/**
 * What happens to values that do not fit as they are, because somebody asked for it in a mapping. Nothing here is done
 * unasked, and each change is counted and shown.
 */
import type { Example } from "./profile.js";

/**
 * Each by its absence: the row is rejected. Each is tried only on a value that does not fit as it is, in this order, until
 * it fits: NULL's stand-in, repairs of TEXT (both at once; what follows is tried on the repaired text), words, empty, out of
 * range, excess. What does not fit then is rejected for what it was. Nothing becomes NULL where the column is NOT NULL.
 */
export interface ColumnPolicy {
  /** NUL characters in TEXT, whatever the type: left out, or U+FFFD in their place. Not of blobs, nor \u0000 in JSON. */
  readonly nul?: "strip" | "replace";
  /** Bytes of TEXT that are no UTF-8: U+FFFD for each maximal subpart (Unicode Standard, section 3.9). Not of blobs. */
  readonly invalidUtf8?: "replace";
  /** Text in the form of a date or time, or a number by its unit, that is none for its range: 0000-00-00, 25:00, the year 300000. */
  readonly outOfRange?: "null";
  /** Text of nothing but ASCII white space where the type is not textual: no kind of text, bytea, enum or type that is not known. */
  readonly empty?: "null";
  /**
   * What the type would cut or round: text beyond varchar(n) and char(n), whatever its storage class was, and blanks at the
   * end of char(n); digits beyond numeric(p,s), halves away from zero; digits of times finer than time(p), timestamp(p) or
   * a microsecond, rounded once from all of them, halves away from 2000-01-01 or midnight, or left out of what was written;
   * for real the nearest, also to truncate.
   */
  readonly excess?: Excess;
  /** TEXT for true and false besides t, f, true and false, in any case of ASCII letters, without blanks around it. */
  readonly trueWords?: readonly string[];
  readonly falseWords?: readonly string[];
  /** Stands for NULL, and is converted as TEXT is, with all that is above. */
  readonly nullAs?: string;
}

export type Excess = "round" | "truncate";

export type PolicyName = keyof ColumnPolicy;

/** As a mapping file spells them. */
export const policyKeys: Readonly<Record<PolicyName, string>> = {
  nul: "nul",
  invalidUtf8: "invalid-utf8",
  outOfRange: "out-of-range",
  empty: "empty",
  excess: "excess",
  trueWords: "true",
  falseWords: "false",
  nullAs: "null-as",
};

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
