/**
 * Facts about somebody's data or schema, returned, never thrown. Words: report/finding-words.ts, pages: docs/findings/.
 */
import type { RulePlace } from "./mapping.js";
import type { CollationFinding } from "./collation-finding.js";
import type { ColumnThere, ExistingFinding } from "./existing-finding.js";
import type { LimitFinding } from "./limit-finding.js";
import type { MeaningFinding } from "./meaning-finding.js";
import type { NameFinding, NameTaken } from "./name-finding.js";
import type { OrphanFinding } from "./orphan-finding.js";
import type { ColumnPolicy, PolicyName } from "./policy.js";
import type { TimeUnit } from "./postgres.js";
import type { ColumnPlace } from "./place.js";
import type { Example } from "./profile.js";
import type { MaxRejects, RejectCode } from "./reject.js";
import type { TimesSeen } from "./times-seen.js";

/** The kinds of SQL that a plan holds for PostgreSQL to take or to refuse. */
export type PieceKind =
  | "default"
  | "generated column"
  | "check"
  | "index"
  | "unique"
  | "primary key"
  | "foreign key"
  | "view"
  | "trigger";

interface RejectedRows {
  readonly at: ColumnPlace;
  /** Whether the column belongs to the primary key, where no policy puts NULL. */
  readonly isKey: boolean;
  readonly type: string;
  /** The column, where it was in the target before: its type is not ours to choose. */
  readonly there: ColumnThere | null;
  readonly code: RejectCode;
  readonly rows: number;
  readonly first: Example;
  readonly reason: string;
}

/** A built-in rule that gave way to values; what the column becomes instead is decided then. */
export type RuleNotKept = Omit<Extract<Finding, { kind: "rule-not-kept" }>, "type">;

/** What a mapping could say so that a column gets a type that its values keep it from. */
export interface TypeOffer {
  readonly type: string;
  /** What its numbers count, where the type is a date or time. */
  readonly unit: TimeUnit | null;
  /** What makes values fit that do not as they are. */
  readonly policy: ColumnPolicy;
  /** Rows with a value that does not fit all the same; null: there may be some. */
  readonly rejected: number | null;
}

/** Why PostgreSQL makes no key: equal rows, an entry beyond what its B-tree takes, too many columns, or something else. */
export type KeyRefusal = "duplicates" | "entry-too-large" | "too-many-columns" | "other";

export type Finding =
  /** Rows that are rejected where none may be: nothing is written until somebody decides. */
  | ({ readonly kind: "value-misfit" } & RejectedRows)
  /** Rows that are rejected and kept in the target's sqlift.rejected_rows. */
  | ({ readonly kind: "rows-rejected" } & RejectedRows)
  | {
      readonly kind: "too-many-rejects";
      /** Null: of all tables together. */
      readonly at: { readonly table: string | null };
      readonly rows: number;
      readonly rejected: number;
      readonly limit: MaxRejects;
    }
  | {
      readonly kind: "policy-applied";
      readonly at: ColumnPlace;
      readonly policy: PolicyName;
      readonly values: number;
      readonly first: Example;
      readonly became: string;
    }
  /** A built-in mapping's rule that a value speaks against: the values decide. */
  | {
      readonly kind: "rule-not-kept";
      readonly at: ColumnPlace;
      readonly rule: RulePlace;
      /** What the rule wants. */
      readonly offer: TypeOffer;
      /** What the column becomes instead. */
      readonly type: string;
      readonly values: number;
      readonly first: Example | null;
    }
  | {
      readonly kind: "rule-unused";
      readonly at: { readonly table: null };
      readonly rule: RulePlace;
      readonly pattern: string;
      readonly nearest: string | null;
    }
  /** Of a target that others made: a column there is of another type than a mapping says. */
  | {
      readonly kind: "rule-not-in-target";
      readonly at: ColumnPlace;
      readonly rule: RulePlace;
      /** The rule's. */
      readonly wanted: string;
      /** The target's, as which the column is compared. */
      readonly type: string;
    }
  | {
      readonly kind: "mapping-recognised";
      readonly at: { readonly table: null };
      readonly mapping: string;
      readonly by: readonly string[];
    }
  /** A rule, or the column of a target that others made, demands a time where the numbers do not tell their unit. */
  | {
      readonly kind: "time-unit-missing";
      readonly at: ColumnPlace;
      readonly type: string;
      /** Null: the target. */
      readonly rule: RulePlace | null;
      readonly seen: TimesSeen;
    }
  | {
      readonly kind: "declared-type-not-kept";
      readonly at: ColumnPlace;
      readonly declared: string;
      readonly type: string;
      /** The type that the declaration means. */
      readonly offer: TypeOffer;
      readonly values: number;
      readonly first: Example | null;
    }
  | {
      readonly kind: "time-unit-unclear";
      readonly at: ColumnPlace;
      readonly declared: string;
      readonly type: string;
      readonly seen: TimesSeen;
    }
  /** Nothing declares it, nothing is done about it. */
  | {
      readonly kind: "looks-like";
      readonly at: ColumnPlace;
      readonly type: string;
      readonly values: number;
      readonly like: string;
      /** What the numbers would count. */
      readonly unit: TimeUnit | null;
      /** The first and the last day that they would be. */
      readonly days: readonly [string, string] | null;
    }
  | { readonly kind: "zoneless-as-utc"; readonly at: ColumnPlace; readonly values: number }
  | {
      readonly kind: "values-converted";
      readonly at: ColumnPlace;
      readonly from: string;
      readonly type: string;
      readonly values: number;
      readonly first: Example | null;
    }
  | {
      readonly kind: "length-limit-dropped";
      readonly at: ColumnPlace;
      readonly declared: string;
      readonly longest: number;
      /** The type with its limit. */
      readonly offer: TypeOffer;
    }
  | {
      readonly kind: "null-in-not-null";
      readonly at: ColumnPlace;
      readonly rows: number;
      readonly first: Example | null;
      /** Which one makes NULL of the values; null: they are NULL in the source. */
      readonly policy: PolicyName | null;
    }
  | {
      readonly kind: "null-in-primary-key";
      readonly at: ColumnPlace;
      readonly rows: number;
      readonly first: Example | null;
    }
  | {
      readonly kind: "key-not-made";
      readonly at: { readonly table: string };
      readonly name: string;
      readonly columns: readonly string[];
      readonly cause: KeyRefusal;
      /** PostgreSQL's. */
      readonly message: string;
    }
  | OrphanFinding
  | MeaningFinding
  /** What PostgreSQL does not take; it is among what is not carried, too. */
  | {
      readonly kind: "piece-refused";
      /** Null: a view. */
      readonly at: { readonly table: string | null };
      readonly piece: PieceKind;
      readonly name: string;
      readonly sql: string;
      readonly message: string;
    }
  /** A full-text table whose own text cannot be read, and so is not carried. */
  | { readonly kind: "full-text-lost"; readonly at: { readonly table: string }; readonly reason: string }
  | CollationFinding
  | ExistingFinding
  | {
      readonly kind: "foreign-key-type-changed";
      readonly at: ColumnPlace;
      readonly type: string;
      readonly parentTable: string;
    }
  | {
      readonly kind: "identity-exhausted";
      readonly at: ColumnPlace;
      readonly type: string;
      /** The largest number of the type, or the last of its sequence. */
      readonly largest: string;
    }
  | NameFinding
  | LimitFinding
  | NameTaken
  | { readonly kind: "nothing-to-move"; readonly at: { readonly table: null } };

export type FindingKind = Finding["kind"];

/** `blocks`: nothing is written. `warns`: read it. `notes`: said for completeness. */
export type Severity = "blocks" | "warns" | "notes";

export interface FindingInfo {
  readonly severity: Severity;
  /** True where the answer of the run is no (exit 1) though the data is carried. */
  readonly answersNo: boolean;
}

export const findingInfo: Readonly<Record<FindingKind, FindingInfo>> = {
  "value-misfit": { severity: "blocks", answersNo: true },
  "rows-rejected": { severity: "warns", answersNo: true },
  "too-many-rejects": { severity: "blocks", answersNo: true },
  "policy-applied": { severity: "notes", answersNo: false },
  "rule-not-kept": { severity: "warns", answersNo: false },
  "rule-unused": { severity: "warns", answersNo: false },
  "rule-not-in-target": { severity: "warns", answersNo: false },
  "mapping-recognised": { severity: "notes", answersNo: false },
  "time-unit-missing": { severity: "blocks", answersNo: true },
  "declared-type-not-kept": { severity: "warns", answersNo: false },
  "time-unit-unclear": { severity: "warns", answersNo: false },
  "looks-like": { severity: "notes", answersNo: false },
  "zoneless-as-utc": { severity: "notes", answersNo: false },
  "values-converted": { severity: "notes", answersNo: false },
  "length-limit-dropped": { severity: "notes", answersNo: false },
  "null-in-not-null": { severity: "warns", answersNo: false },
  "null-in-primary-key": { severity: "warns", answersNo: true },
  "key-not-made": { severity: "warns", answersNo: true },
  "index-entry-too-large": { severity: "warns", answersNo: false },
  "orphan-rows": { severity: "warns", answersNo: false },
  "orphans-refused": { severity: "blocks", answersNo: true },
  "orphans-rejected": { severity: "warns", answersNo: true },
  "check-broken": { severity: "warns", answersNo: false },
  "piece-refused": { severity: "warns", answersNo: false },
  "full-text-lost": { severity: "warns", answersNo: true },
  "collation-in-indexes": { severity: "notes", answersNo: false },
  "nocase-refused": { severity: "warns", answersNo: false },
  "nocase-unavailable": { severity: "blocks", answersNo: true },
  "rounds-by-digits": { severity: "notes", answersNo: false },
  "foreign-key-type-changed": { severity: "notes", answersNo: false },
  "identity-exhausted": { severity: "warns", answersNo: false },
  "name-changed": { severity: "notes", answersNo: false },
  "names-styled": { severity: "notes", answersNo: false },
  "too-many-columns": { severity: "blocks", answersNo: true },
  "row-too-long": { severity: "blocks", answersNo: true },
  "value-not-provable": { severity: "warns", answersNo: false },
  "name-taken": { severity: "blocks", answersNo: true },
  "not-in-target": { severity: "blocks", answersNo: true },
  "match-ambiguous": { severity: "blocks", answersNo: true },
  "column-without-source": { severity: "blocks", answersNo: true },
  "rows-there": { severity: "blocks", answersNo: true },
  "seed-rows-differ": { severity: "blocks", answersNo: true },
  "no-usable-key": { severity: "blocks", answersNo: true },
  "target-unsuited": { severity: "blocks", answersNo: true },
  "constraint-broken": { severity: "blocks", answersNo: true },
  "seed-rows-behind": { severity: "warns", answersNo: false },
  "rows-given-up": { severity: "warns", answersNo: false },
  "rows-by-others": { severity: "warns", answersNo: false },
  "key-still-broken": { severity: "warns", answersNo: false },
  "seed-rows-left": { severity: "notes", answersNo: false },
  "rows-merged": { severity: "notes", answersNo: false },
  "nothing-to-move": { severity: "notes", answersNo: false },
};

/** Whether nothing is written while they are true. */
export const blocks = (findings: readonly Finding[]): boolean =>
  findings.some(({ kind }) => findingInfo[kind].severity === "blocks");
