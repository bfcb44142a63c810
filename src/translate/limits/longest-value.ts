/** Values that PostgreSQL takes and the proof cannot read again. */
import type { Finding } from "../../model/finding.js";
import type { ColumnProfile } from "../../model/profile.js";
import type { TextEncoding } from "../../model/sqlite.js";

/** Bytes of a value that better-sqlite3 hands over: it sets SQLITE_LIMIT_LENGTH to what a string of V8 may hold. */
const mostProvable = 536_870_888;

/**
 * Texts of a UTF-16 file are counted in UTF-8, but handed over as they are stored, to the plan as to the proof: those that are longer
 * have ended the plan.
 */
export const notProvable = (
  at: { readonly table: string; readonly column: string },
  { texts, blobs }: ColumnProfile,
  encoding: TextEncoding,
): readonly Finding[] => {
  const bytes = Math.max(encoding === "UTF-8" ? texts.longestBytes : 0, blobs.longestBytes);
  return bytes > mostProvable ? [{ kind: "value-not-provable", at, bytes }] : [];
};
