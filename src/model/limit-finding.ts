/** Findings of what is beyond PostgreSQL's limits. */
import type { RowPlace } from "./record.js";

export type LimitFinding =
  | { readonly kind: "too-many-columns"; readonly at: { readonly table: string }; readonly columns: number }
  /** An entry that a B-tree does not take. */
  | {
      readonly kind: "index-entry-too-large";
      readonly at: { readonly table: string };
      readonly piece: "primary key" | "unique" | "index";
      readonly name: string;
      /** In the source. */
      readonly columns: readonly string[];
      /** Of the longest entry, not compressed. */
      readonly bytes: number;
      readonly row: RowPlace;
      /** What takes its place. */
      readonly stands: "hash index" | "unique index over digests" | "none";
    }
  /** Rows that fit no page of PostgreSQL, whatever is moved out of them. */
  | {
      readonly kind: "row-too-long";
      readonly at: { readonly table: string };
      /** Of the longest row, at the least. */
      readonly bytes: number;
      readonly row: RowPlace;
    }
  /** Values that are carried, and cannot be read again to be proven. */
  | {
      readonly kind: "value-not-provable";
      readonly at: { readonly table: string; readonly column: string };
      /** Of the longest. */
      readonly bytes: number;
    };
