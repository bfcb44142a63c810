import type { PieceKind } from "./finding.js";

/** An object that a run makes after the data, by its name in the target. */
export interface PlannedObject {
  readonly type: Exclude<PieceKind, "default" | "generated column">;
  /** What it stands on; null: a view. */
  readonly table: string | null;
  readonly name: string;
}

/** What of the target's objects is not as it must be, whatever its rows: sequences, indexes, constraints, what the plan has. */
export interface ObjectFault {
  readonly kind:
    | "sequence-behind"
    | "sequence-used-up"
    | "sequence-unread"
    | "index-invalid"
    | "not-validated"
    | "missing"
    | "unread";
  /** In the target; null: it stands on no table. */
  readonly table: string | null;
  /** Of the object. */
  readonly name: string;
  readonly message: string;
  /** SQL, a statement or several; null where more has to be known. */
  readonly mend: string | null;
  /**
   * `no`: inserts or uniqueness are broken, the answer is no. `unproven`: it could not be looked at. `listed`: as with objects that are
   * not carried over, it changes no answer.
   */
  readonly answer: "no" | "unproven" | "listed";
}
