/** Findings about rows whose foreign key points at no row. */
import type { ColumnPlace } from "./place.js";
import type { Example } from "./profile.js";

interface Orphans {
  readonly at: { readonly table: string };
  readonly columns: readonly string[];
  readonly parentTable: string;
  readonly rows: number;
  readonly first: readonly string[];
}

export type OrphanFinding =
  /** They are carried, and the foreign key is NOT VALID. */
  | (Orphans & {
      readonly kind: "orphan-rows";
      /** `target`: SQLite finds a parent for each of them, PostgreSQL does not. */
      readonly foundIn: "source" | "target";
      /** Rows of the parent table that were rejected. */
      readonly rejectedParents: number;
    })
  /** None may be: nothing is written. */
  | (Orphans & { readonly kind: "orphans-refused" })
  /** They are kept in the target's sqlift.rejected_rows, and so is what points at them. */
  | {
      readonly kind: "orphans-rejected";
      readonly at: ColumnPlace;
      readonly rows: number;
      readonly first: Example;
      readonly reason: string;
    };
