/** Indexes and keys that cannot be carried: their lines, and the finding where uniqueness goes with them. */
import type { Finding } from "../../model/finding.js";
import type { NotCarried } from "../../model/plan.js";
import type { SqliteIndex, SqliteTable } from "../../model/sqlite.js";

/** PostgreSQL documentation, appendix K. */
export const mostIndexColumns = 32;

/** In PostgreSQL's words. */
export const tooManyTerms = `cannot use more than ${mostIndexColumns} columns in an index`;

/** @param columns or expressions of the key, as the target names them */
export const keyNotMade = (table: SqliteTable, name: string, columns: readonly string[]): Finding => ({
  kind: "key-not-made",
  at: { table: table.name },
  name,
  columns,
  cause: "too-many-columns",
  message: tooManyTerms,
});

export const indexNotCarried = (table: SqliteTable, index: SqliteIndex, reason: string): NotCarried => ({
  type: index.unique ? "unique" : "index",
  name: index.origin === "statement" ? index.name : `${table.name} ${indexWords(index)}`,
  table: table.name,
  sql: index.sql ?? indexWords(index),
  reason,
});

/** Its name, or the constraint that it is. */
export function indexWords(index: SqliteIndex): string {
  if (index.origin === "statement") return index.name;
  const columns = index.terms.flatMap((term) => (term.column === null ? [] : [term.column]));
  return `${index.origin === "primary-key" ? "PRIMARY KEY" : "UNIQUE"} (${columns.join(", ")})`;
}
