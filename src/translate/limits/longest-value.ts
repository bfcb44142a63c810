/** Values that PostgreSQL takes and the proof cannot read again. */
import type { Finding } from "../../model/finding.js";
import type { ColumnProfile } from "../../model/profile.js";

/** Bytes of a value that better-sqlite3 hands over: it sets SQLITE_LIMIT_LENGTH to what a string of V8 may hold. */
const mostProvable = 536_870_888;

export const notProvable = (
  at: { readonly table: string; readonly column: string },
  { texts, blobs }: ColumnProfile,
): readonly Finding[] => {
  const bytes = Math.max(texts.longestBytes, blobs.longestBytes);
  return bytes > mostProvable ? [{ kind: "value-not-provable", at, bytes }] : [];
};
