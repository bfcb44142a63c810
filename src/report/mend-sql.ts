/**
 * SQL to paste into a SQLite shell, and where a comment says so into psql. Only names are put in, quoted,
 * and numbers; never a value, which might have been cut for reading.
 */
import type { Finding } from "../model/finding.js";
import type { ColumnPlace } from "../model/place.js";
import { quote, quoteQualified } from "../model/identifier.js";
import type { Example } from "../model/profile.js";
import { kindsSeen, type TimesSeen } from "../model/times-seen.js";
import { declaredLimit } from "./declared-limit.js";

export const updateSql = (at: ColumnPlace, value: string, condition: string): string =>
  `UPDATE ${quote(at.table)} SET ${quote(at.column)} = ${value} WHERE ${condition};`;

/** null for a row without a rowid: its condition would hold for others, too. */
export const updateRowSql = (at: ColumnPlace, value: string, example: Example): string | null =>
  example.at.rowid === null ? null : updateSql(at, value, rowCondition(at, example));

/** Shows the value as an SQL literal, so that 1 and '1' look different. */
export const selectSql = (at: ColumnPlace, example: Example): string => {
  const row = example.at.rowid === null ? "*" : "_rowid_";
  return `SELECT ${row}, quote(${quote(at.column)}) FROM ${quote(at.table)} WHERE ${rowCondition(at, example)};`;
};

/**
 * Holds for the example's row. The key columns of a WITHOUT ROWID table are not among the facts: there it
 * holds for every row with that storage class. `_rowid_` and not `rowid`, which is the likelier column name.
 */
const rowCondition = (at: ColumnPlace, { at: row, storageClass }: Example): string =>
  row.rowid !== null ? `_rowid_ = ${row.rowid}` : `typeof(${quote(at.column)}) = '${storageClass}'`;

/**
 * Seconds to milliseconds, where nothing else was seen beside them: below 1e11 a number of seconds lies before
 * the year 5138, one of milliseconds before March 1973. Any other mixture needs a look first.
 */
export const unitSql = (at: ColumnPlace, seen: TimesSeen): string => {
  const column = quote(at.column);
  if (kindsSeen(seen).join() === "seconds,milliseconds")
    return `; seconds become milliseconds by ${updateSql(at, `${column} * 1000`, `typeof(${column}) IN ('integer', 'real') AND abs(${column}) < 100000000000`)}`;
  return `; see what is there with SELECT typeof(${column}), min(${column}), max(${column}), count(*) FROM ${quote(at.table)} GROUP BY 1;`;
};

/** Cuts texts or rounds numbers to the declared limit; null without one. */
export const limitSql = (at: ColumnPlace, declared: string): string | null => {
  const limit = declaredLimit(declared);
  if (limit === null) return null;
  const column = quote(at.column);
  const { counts, length, scale } = limit;
  return counts === "characters"
    ? updateSql(at, `substr(${column}, 1, ${length})`, `length(${column}) > ${length}`)
    : updateSql(at, `round(${column}, ${scale})`, `${column} <> round(${column}, ${scale})`);
};

/** `largest` becomes one more than the largest number below it. */
export const lowerIdentitySql = (at: ColumnPlace, largest: string): string => {
  const column = quote(at.column);
  const next = `(SELECT coalesce(max(${column}), 0) + 1 FROM ${quote(at.table)} WHERE ${column} < ${largest})`;
  return updateSql(at, next, `${column} = ${largest}`);
};

export const renameSql = ({ at, what, from }: Extract<Finding, { kind: "name-changed" }>): string | null => {
  if (what === "table") return `ALTER TABLE ${quote(from)} RENAME TO "another_name";`;
  if (what === "column")
    return `ALTER TABLE ${quote(at.table)} RENAME COLUMN ${quote(from)} TO "another_name";`;
  return null;
};

/** For PostgreSQL. */
export const duplicatesSql = (table: string, columns: readonly string[]): string => {
  const names = columns.map(quote).join(", ");
  return `SELECT ${names}, count(*) FROM ${quote(table)} GROUP BY ${names} HAVING count(*) > 1;`;
};

const renamable = [
  "table",
  "view",
  "materialized view",
  "foreign table",
  "index",
  "sequence",
  "type",
  "domain",
];

/** For PostgreSQL; null where `what` is nothing that ALTER ... RENAME takes. */
export const renameInTargetSql = (what: string, schema: string, name: string): string | null =>
  renamable.includes(what)
    ? `ALTER ${what.toUpperCase()} ${quoteQualified(schema, name)} RENAME TO "another_name";`
    : null;
