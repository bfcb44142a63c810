/** A value of any length as the 32 bytes of its SHA-256, for a unique index: equal where the values are equal, NULL for NULL. */
import type { IndexTermPlan } from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";

/**
 * PostgreSQL takes immutable expressions alone, and convert_to() is none. The cast of a text to bytea is: it reads
 * the text as bytea's escape format (documentation, 8.4.2), where only the backslash means anything, and that is doubled first. So
 * the bytes are those of the text in the database's encoding, which is UTF8.
 *
 * @param term that is the column of that type, or the column under a collation.
 * @returns the term itself where values of the type cannot be too long, or equal ones may have unequal bytes.
 */
export function digestTerm(term: IndexTermPlan, { name }: PgType): IndexTermPlan {
  const bytes = bytesSql(term.sql, name);
  return bytes === null ? term : { sql: `sha256(${bytes})`, column: null, descending: false };
}

function bytesSql(sql: string, type: PgType["name"]): string | null {
  switch (type) {
    case "bytea":
      return sql;
    case "text":
    case "character varying":
      return String.raw`replace(${sql}, '\', '\\')::bytea`;
    default:
      return null;
  }
}
