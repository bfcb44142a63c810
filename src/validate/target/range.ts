/** Which rows of a table of the target are read, and by which path: `from` is in, `to` is not, null is no end on that side. */
import { quote, quoteQualified } from "../../model/identifier.js";

export type TargetRange =
  | { readonly by: "all" }
  /**
   * By an integer column without NULLs that a B-tree begins with. Rows that a damaged index has lost are not among them; so
   * the ranges of a table prove it only together with the number of its rows by another path.
   */
  | { readonly by: "key"; readonly column: string; readonly from: bigint | null; readonly to: bigint | null }
  /** By where rows stand in the table's file; those of tables that inherit from it too. */
  | { readonly by: "block"; readonly from: number | null; readonly to: number | null };

/** The rows of a table, as SQL that may follow FROM. */
export const relationSql = (schema: string, table: string, range: TargetRange): string =>
  `(SELECT t.* FROM ${quoteQualified(schema, table)} AS t${rangeSql(range)})`;

/** What follows the table, as `t`, in a query's FROM. */
export const rangeSql = (range: TargetRange): string => {
  const conditions =
    range.by === "all"
      ? []
      : range.by === "key"
        ? between(`t.${quote(range.column)}`, range.from, range.to, (end) => `'${end}'::int8`)
        : between("t.ctid", range.from, range.to, (block) => `'(${block},0)'::tid`);
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
};

const between = <T>(
  value: string,
  from: T | null,
  to: T | null,
  write: (end: T) => string,
): readonly string[] => [
  ...(from === null ? [] : [`${value} >= ${write(from)}`]),
  ...(to === null ? [] : [`${value} < ${write(to)}`]),
];

/** Keeps the planner to the table itself, or for a range of keys to their index; for the transaction. */
export const pathSql = ({ by }: TargetRange): string =>
  `SELECT set_config('enable_indexscan', '${by === "key" ? "on" : "off"}', true),
    set_config('enable_seqscan', '${by === "key" ? "off" : "on"}', true)`;
