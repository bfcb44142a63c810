/**
 * What the validator says of a table. `identical` proves every value; `identical-under-policy` as well, but some were changed or
 * rejected as somebody asked for, which the reason says; `unproven` is no pass.
 */
export type VerdictKind = "identical" | "identical-under-policy" | "different" | "unproven";

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
});
