/** What the validator says of a table. Only `identical` proves it; `unproven` is no pass. */
export type VerdictKind = "identical" | "identical-under-policy" | "different" | "unproven";

export interface TableVerdict {
  readonly source: string;
  readonly target: string;
  readonly verdict: VerdictKind;
  readonly sourceRows: number | null;
  readonly targetRows: number | null;
  /** Digest of all canonical rows as hexadecimal text; null where none was made. */
  readonly sourceDigest: string | null;
  readonly targetDigest: string | null;
  /** Why different or unproven; null for identical. */
  readonly reason: string | null;
  /** True where the user asked for it to stay unproven. */
  readonly asked: boolean;
}
