/** Findings about columns that SQLite compares under a collation of its own. */
import type { ColumnPlace } from "./place.js";

export type CollationFinding =
  /** PostgreSQL compares so only where an index has it. */
  | {
      readonly kind: "collation-in-indexes";
      readonly at: ColumnPlace;
      readonly collation: "NOCASE" | "RTRIM";
      readonly target: string;
    }
  /** One that should compare without case by itself stays text with indexes that do. */
  | {
      readonly kind: "nocase-refused";
      readonly at: ColumnPlace;
      readonly wanted: "citext" | "icu";
      /** For people, without a full stop. */
      readonly because: string;
      /** Keys that SQLite keeps apart and the column would not, as `'É', 'x'`; the first few. */
      readonly pairs: readonly (readonly [string, string])[];
    }
  /** The server lacks what columns without case are made of. */
  | {
      readonly kind: "nocase-unavailable";
      readonly at: { readonly table: null };
      readonly wanted: "citext" | "icu";
      /** For people, without a full stop. */
      readonly because: string;
      /** SQL that mends it, or null. */
      readonly sql: string | null;
    };
