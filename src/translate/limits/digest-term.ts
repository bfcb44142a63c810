/** A value of any length as the 32 bytes of its SHA-256, for a unique index: equal where the values are equal, NULL for NULL. */
import type { IndexTermPlan } from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";
import { textBytes } from "../sql/text-bytes.js";

/**
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
      return textBytes(sql);
    default:
      return null;
  }
}
