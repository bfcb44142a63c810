/** Digests a table of the target inside PostgreSQL: one query a table, nothing but sums comes over the wire. */
import { quoteQualified } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { departureOf, readColumnTypes } from "./departure.js";
import type { MultisetDigest } from "../multiset-sum.js";
import { digestSql } from "./canonical-sql.js";

export interface TargetDigest {
  /** Null where the table is not there. */
  readonly rows: number | null;
  /** Null where the table is not the one that the plan describes. */
  readonly digest: MultisetDigest | null;
  /** What is missing or of another type; null where all is as planned. */
  readonly departure: string | null;
}

/**
 * Digests the rows of `table` in `schema`, inside a transaction of read-transaction.ts.
 *
 * @throws what the session throws.
 */
export const digestTarget = async (
  session: Session,
  schema: string,
  table: TablePlan,
): Promise<TargetDigest> => {
  const found = await readColumnTypes(session, schema, table.target);
  if (found === null) {
    return { rows: null, digest: null, departure: `the target has no table ${schema}.${table.target}` };
  }
  const relation = quoteQualified(schema, table.target);
  const departure = await departureOf(session, table, found);
  if (departure !== null) {
    const [counted] = await session.query(`SELECT count(*) AS rows FROM ${relation}`);
    return { rows: Number(counted?.["rows"]), digest: null, departure };
  }
  const columns = table.columns.map(({ target, type }) => ({ name: target, type }));
  const [summed] = await session.query(digestSql(relation, columns));
  const digest = {
    rows: BigInt(summed?.["rows"] ?? 0),
    lane0: BigInt(summed?.["lane0"] ?? 0),
    lane1: BigInt(summed?.["lane1"] ?? 0),
  };
  return { rows: Number(digest.rows), digest, departure: null };
};
