/**
 * The SQL that brings the rows of a staging table into a table of others (PostgreSQL documentation, INSERT). Rows are the same where a
 * person, or a later read, could not tell them apart: spelling, scale and the sign of zero count, though `=` passes over them.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { ExistingRows } from "../../model/existing.js";
import type { RelationName, TargetColumn } from "../../model/target-schema.js";
import type { ComparedKey } from "../../target/existing/key-operators.js";

export interface Merge {
  readonly target: RelationName;
  /** With columns of the same names, and of the same types but for domains. */
  readonly staging: RelationName;
  /** Those that are loaded. */
  readonly columns: readonly TargetColumn[];
  /** `refuse`: the target has no rows. */
  readonly rows: ExistingRows;
  /** Of `skip` and `update`; null: every row is new. */
  readonly arbiter: { readonly key: ComparedKey; readonly isConstraint: boolean } | null;
}

/** SQL: row `s` of staging has the key of row `t` of the target. */
export const sameKeySql = ({ terms }: ComparedKey): string =>
  terms
    .map(({ column, equals, collation }) => `s.${quote(column)}${collation} ${equals} t.${quote(column)}`)
    .join(" AND ");

/** Types of which equal values are the same values. */
const plain =
  /^(?:smallint|integer|bigint|boolean|uuid|bytea|date|(?:time|timestamp)(?:\(\d\))? with(?:out)? time zone)$/;

const isPlain = ({ type }: TargetColumn): boolean => plain.test(type);

const isKey = ({ arbiter }: Merge, { column }: TargetColumn): boolean =>
  arbiter?.key.terms.some((term) => term.column === column) ?? false;

/** SQL: rows `t` and `other` of the same key differ. */
function differsSql(merge: Merge, other: string): string {
  const compared = merge.columns.filter((column) => !(isKey(merge, column) && isPlain(column)));
  const terms = compared.map((column) => {
    const [left, right] = ["t", other].map((row) => comparedSql(column, `${row}.${quote(column.column)}`));
    return `${left!} IS DISTINCT FROM ${right!}`;
  });
  return terms.length === 0 ? "false" : `(${terms.join(" OR ")})`;
}

const comparedSql = (column: TargetColumn, value: string): string =>
  isPlain(column) ? `${value}::${column.type}` : `${value}::text COLLATE "C"`;

const sqlOf = ({ schema, name }: RelationName): string => quoteQualified(schema, name);

/** One row: `inserted`, `changed`, `same`: what rows of staging would do. */
export const countsSql = (merge: Merge): string =>
  merge.arbiter === null
    ? `SELECT count(*) AS inserted, 0 AS changed, 0 AS same FROM ${sqlOf(merge.staging)}`
    : `SELECT count(*) FILTER (WHERE t.tableoid IS NULL) AS inserted,
         count(*) FILTER (WHERE t.tableoid IS NOT NULL AND ${differsSql(merge, "s")}) AS changed,
         count(*) FILTER (WHERE t.tableoid IS NOT NULL AND NOT ${differsSql(merge, "s")}) AS same
    FROM ${sqlOf(merge.staging)} AS s LEFT JOIN ${sqlOf(merge.target)} AS t ON ${sameKeySql(merge.arbiter.key)}`;

/** FROM and WHERE of rows `s` whose number, which PostgreSQL alone may give, would have to become another; null: there are none such. */
export function changedIdentitySql(merge: Merge): string | null {
  const { arbiter, rows, staging, target } = merge;
  const numbers = merge.columns.filter((column) => column.identity === "always" && !isKey(merge, column));
  if (arbiter === null || rows !== "update" || numbers.length === 0) return null;
  const changed = numbers.map(({ column }) => `s.${quote(column)} IS DISTINCT FROM t.${quote(column)}`);
  return `FROM ${sqlOf(staging)} AS s JOIN ${sqlOf(target)} AS t ON ${sameKeySql(arbiter.key)} WHERE ${changed.join(" OR ")}`;
}

/** One row: `rows` that were written. */
export function mergeSql(merge: Merge): string {
  const columns = merge.columns.map(({ column }) => quote(column)).join(", ");
  return `WITH merged AS (
    INSERT INTO ${sqlOf(merge.target)} AS t (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${sqlOf(merge.staging)}
    ${conflictSql(merge)} RETURNING 1)
  SELECT count(*) AS rows FROM merged`;
}

function conflictSql(merge: Merge): string {
  const { arbiter, rows } = merge;
  if (arbiter === null) return "";
  const { key, isConstraint } = arbiter;
  const on = isConstraint
    ? `ON CONFLICT ON CONSTRAINT ${quote(key.name)}`
    : `ON CONFLICT (${key.terms.map(({ column }) => quote(column)).join(", ")})`;
  // A key whose equal values may be spelled otherwise is set as well.
  const set = merge.columns.filter(
    (column) => column.identity !== "always" && !(isKey(merge, column) && isPlain(column)),
  );
  return rows === "skip" || set.length === 0
    ? `${on} DO NOTHING`
    : `${on} DO UPDATE SET ${set.map(({ column }) => `${quote(column)} = EXCLUDED.${quote(column)}`).join(", ")}
       WHERE ${differsSql(merge, "EXCLUDED")}`;
}
