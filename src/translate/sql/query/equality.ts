/**
 * When two rows are the same: GROUP BY, DISTINCT, UNION and PARTITION BY take equality from the types, and PostgreSQL's has to
 * be SQLite's (sqlite.org/datatype3.html, sections 4 and 7.1).
 */
import { groupKey } from "./grouping.js";
import { operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** SQL that is equal in two rows exactly where SQLite takes the values for equal. @throws Untranslatable where there is none */
export function equalityKey(typed: Typed): string {
  if (typed.kind === "null") return "NULL::text";
  if (typed.constant !== null) return typed.kind === "text" ? `${typed.sql}::text` : operand(typed);
  const key = groupKey(typed);
  return key === operand(typed) ? typed.sql : key;
}

/** Whether equal values look the same as well: of values that only a collation makes equal, SQLite shows any one. */
export const isPlainlyEqual = (typed: Typed): boolean =>
  typed.constant !== null || typed.kind === "null" || equalityKey(typed) === typed.sql;

/** @param what the construct: "DISTINCT". @throws Untranslatable */
export function requirePlainEquality(typed: Typed, what: string): void {
  if (isPlainlyEqual(typed)) return;
  throw new Untranslatable(
    `${what} of ${typed.sql}: by its collation ${typed.collation.name} SQLite keeps any one of several spellings`,
  );
}
