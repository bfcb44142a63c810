/**
 * What the validator says of a table. `identical` proves every value; `identical-under-policy` as well, but some were changed or
 * rejected as somebody asked for, which the reason says; `unproven` is no pass.
 */
export type VerdictKind = "identical" | "identical-under-policy" | "different" | "unproven";

/** Where the target's rows are hashed: `digest` in the database, `stream` here, to where they come by COPY. */
export type ProofMethod = "digest" | "stream";

/** Who read the source again: SQLite itself, or the page reader that the loader uses too. */
export type SourceReader = "sqlite" | "pages";

export interface MethodChoice {
  readonly by: ProofMethod;
  /** A sentence for people, without its full stop. */
  readonly because: string;
}

export interface TableVerdict {
  readonly source: string;
  readonly target: string;
  readonly verdict: VerdictKind;
  readonly sourceRows: number | null;
  readonly targetRows: number | null;
  /** Rows of the source that were proven to stand whole in the target's sqlift.rejected_rows, and not in the table. */
  readonly rejected: number;
  /** Digest of all canonical rows as hexadecimal text; null where none was made. */
  readonly sourceDigest: string | null;
  readonly targetDigest: string | null;
  /** Why not identical; null for identical. */
  readonly reason: string | null;
  /** True where the user asked for it to stay unproven. */
  readonly asked: boolean;
  /** Who read the source; null where nobody did. `pages` where any of its parts was read by it. */
  readonly reader: SourceReader | null;
  /** How the target's rows were hashed; null where they were not. */
  readonly method: MethodChoice | null;
  /** The rows that differ; null where that was not looked for: all agree, or the tables cannot be compared. */
  readonly differences: TableDifferences | null;
  /** Columns of the target that nothing of the source was held against, in their order; none where the table was not looked at. */
  readonly notCompared: readonly string[];
  /**
   * What SQLite and PostgreSQL each computed by itself of a column, and what was compared by it; null where that was not done:
   * a side could not be read, or rows do not convert.
   */
  readonly aggregates: readonly ColumnAggregates[] | null;
}

export interface ColumnAggregates {
  /** In the target. */
  readonly column: string;
  /** `values`: how many are not NULL. `octets`: how long they are together. `true`: how many are. */
  readonly aggregates: readonly ("values" | "minimum" | "maximum" | "sum" | "octets" | "true")[];
}

/** Rows that differ between what the source says must stand in the target and what stands there. */
export interface TableDifferences {
  /** Rows of the source that the target does not have. */
  readonly missing: number;
  /** Rows of the target that the source does not have, second ones too. */
  readonly extra: number;
  /** Rows of one key with other values. */
  readonly changed: number;
  /** The first of them, in the order in which they were found; no more than were asked for. */
  readonly listed: readonly RowDifference[];
}

export interface RowDifference {
  readonly kind: "missing" | "extra" | "changed";
  /** What the row is known by in the target; null in a table without a key, where all its values are. */
  readonly key: readonly KeyValue[] | null;
  /** How many such rows each side has: 1 and 0 of a missing one, 3 and 2 where one of three equal rows is gone. */
  readonly sourceRows: number;
  readonly targetRows: number;
  /** Of a changed row those that differ; of the others all, for there is nothing to tell them apart. */
  readonly columns: readonly CellDifference[];
}

export interface KeyValue {
  /** In the target. */
  readonly column: string;
  /** As PostgreSQL prints it; null is NULL. */
  readonly value: string | null;
}

export interface CellDifference {
  /** In the target. */
  readonly column: string;
  /** The value of the source as SQLite would write it, e.g. `1600000000000`, `'Bob'`, `x'00ff'`, `NULL`; null where the source has no such row. */
  readonly source: string | null;
  /** What it must be in the target, as PostgreSQL prints it; null: NULL, or the source has no such row. */
  readonly expected: string | null;
  /** What stands there; null: NULL, or the target has no such row. */
  readonly actual: string | null;
}

/** Of a table that the validator did not look at, or could not. */
export const unprovenVerdict = (
  { source, target }: Pick<TableVerdict, "source" | "target">,
  reason: string | null,
  { sourceRows = null, asked }: { readonly sourceRows?: number | null; readonly asked: boolean },
): TableVerdict => ({
  source,
  target,
  verdict: "unproven",
  sourceRows,
  targetRows: null,
  rejected: 0,
  sourceDigest: null,
  targetDigest: null,
  reason,
  asked,
  reader: null,
  method: null,
  differences: null,
  notCompared: [],
  aggregates: null,
});
