/** Findings about tables that are in the target already (docs/decisions/into-existing.md). */
import type { MergedRows } from "./existing.js";

/** A column of the target that others have made. */
export interface ColumnThere {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** Why a table of the target takes no rows as it is. */
export type UnsuitedReason =
  | "view"
  | "foreign-table"
  | "inheritance"
  | "row-security"
  | "rights"
  | "triggers-fire"
  | "foreign-keys-in-place"
  | "other-type"
  | "rules"
  | "referenced-by-rows";

/** Why a key cannot tell rows apart for ON CONFLICT (PostgreSQL documentation, INSERT). */
export type KeyFault =
  "none" | "deferrable" | "invalid" | "partial" | "expression" | "period" | "nullable" | "not-filled";

/** A row of the source whose number means another row in the target. */
export interface SeedDifference {
  /** Values of its natural key. */
  readonly key: readonly (string | null)[];
  /** What others point at it by. */
  readonly here: string;
  /** Of the same key; null: no row there has it. */
  readonly there: string | null;
  /** The key that has `here` there; null: none, or the same. */
  readonly instead: readonly (string | null)[] | null;
}

/** Why rows that an application makes itself were only counted. */
export type SeedUncompared = "unasked" | "too-many-rows" | "no-such-column";

export type ExistingFinding =
  /** Values that have no place there. */
  | {
      readonly kind: "not-in-target";
      readonly at: { readonly table: string };
      /** Null: the table itself. */
      readonly column: string | null;
      /** Of the column, but NULL; of the table its rows. */
      readonly values: number;
      /** The target's table where a column is missing; null: the table is. */
      readonly target: string | null;
      readonly nearest: string | null;
    }
  | {
      readonly kind: "match-ambiguous";
      readonly at: { readonly table: string };
      /** Null: the table itself. */
      readonly column: string | null;
      readonly candidates: readonly string[];
    }
  /** NOT NULL, without a default, and nothing fills it. */
  | {
      readonly kind: "column-without-source";
      readonly at: { readonly table: string };
      readonly target: string;
      readonly column: string;
      readonly type: string;
    }
  | {
      readonly kind: "rows-there";
      readonly at: { readonly table: string };
      readonly schema: string;
      readonly target: string;
      readonly rows: number;
    }
  /** Rows that the application makes itself: the same ones have other numbers there, and rows that are loaded point at them. */
  | {
      readonly kind: "seed-rows-differ";
      readonly at: { readonly table: string };
      readonly target: string;
      /** Of the source. */
      readonly rows: number;
      readonly first: readonly SeedDifference[];
      /** Tables of the source that point at them. */
      readonly pointing: readonly string[];
      /** Tables of the source that are left alone as well and whose rows there point at these. */
      readonly along: readonly string[];
    }
  /** The source has rows that the application has not made there. */
  | {
      readonly kind: "seed-rows-behind";
      readonly at: { readonly table: string };
      readonly target: string;
      readonly rows: number;
      /** Values of their natural keys. */
      readonly first: readonly (readonly (string | null)[])[];
    }
  /** Rows that the application makes itself are left as they are, and those of the source are not carried. */
  | {
      readonly kind: "seed-rows-left";
      readonly at: { readonly table: string };
      readonly target: string;
      readonly there: number;
      readonly here: number;
      /** Null: they were compared. */
      readonly uncompared: SeedUncompared | null;
    }
  /** Of `skip` and `update`. */
  | {
      readonly kind: "no-usable-key";
      readonly at: { readonly table: string };
      readonly target: string;
      readonly wanted: "skip" | "update";
      /** The key that comes nearest; null: there is none. */
      readonly key: string | null;
      readonly reason: KeyFault;
    }
  /** The run cannot be undone. */
  | {
      readonly kind: "rows-given-up";
      readonly at: { readonly table: string };
      readonly target: string;
      readonly by: "truncate" | "update";
      /** There when it was planned. */
      readonly rows: number;
    }
  /** What became of the rows of a table that had some. */
  | ({
      readonly kind: "rows-merged";
      readonly at: { readonly table: string };
      readonly target: string;
    } & MergedRows)
  /** They came while the run went on, and were not compared. */
  | {
      readonly kind: "rows-by-others";
      readonly at: { readonly table: string };
      readonly target: string;
      readonly rows: number;
    }
  /** A foreign key of the target that an earlier run could not leave as it was. */
  | {
      readonly kind: "key-still-broken";
      readonly at: { readonly table: null };
      readonly schema: string;
      readonly target: string;
      readonly name: string;
      readonly run: number;
      /** The server's. */
      readonly message: string;
      readonly validateSql: string;
    }
  | {
      readonly kind: "target-unsuited";
      readonly at: { readonly table: string };
      readonly schema: string;
      readonly target: string;
      readonly reason: UnsuitedReason;
      /** What it is about: a trigger, a column, a right, another table; null: the table itself. */
      readonly what: string | null;
      readonly role: string;
    }
  /** Rows that a constraint of the target does not take. */
  | {
      readonly kind: "constraint-broken";
      readonly at: { readonly table: string };
      /** In the target; of NOT NULL the column's, of `partition` the table's. */
      readonly name: string;
      readonly constraint:
        "not null" | "check" | "unique" | "foreign key" | "identity" | "partition" | "domain";
      readonly rows: number;
      /** Key and values of the first few. */
      readonly first: readonly string[];
    };
