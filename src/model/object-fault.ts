/** What of the target's objects is not as it must be, whatever its rows: sequences, indexes, constraints, what the plan has. */
export interface ObjectFault {
  readonly kind:
    "sequence-behind" | "sequence-used-up" | "index-invalid" | "not-validated" | "missing" | "unread";
  /** In the target; null: it stands on no table. */
  readonly table: string | null;
  /** Of the object. */
  readonly name: string;
  readonly message: string;
  /** SQL; null where more has to be known. */
  readonly mend: string | null;
  /**
   * `no`: inserts or uniqueness are broken, the answer is no. `unproven`: it could not be looked at. `listed`: as with objects that are
   * not carried over, it changes no answer.
   */
  readonly answer: "no" | "unproven" | "listed";
}
