/** Digests rows of the target inside PostgreSQL: nothing but sums comes over the wire. */
import type { Session } from "../../target/session.js";
import type { MultisetDigest } from "../multiset-sum.js";
import { digestSql, type DigestColumn } from "./canonical-sql.js";
import type { TargetTable } from "./departure.js";
import { pathSql, relationSql, type TargetRange } from "./range.js";

/**
 * Digests the rows of `table` in `schema`, whose columns are as planned (departure.ts), inside a transaction of
 * read-transaction.ts.
 *
 * @throws what the session throws.
 */
export const digestTarget = async (
  session: Session,
  schema: string,
  table: TargetTable,
  range: TargetRange,
): Promise<MultisetDigest> => {
  const columns = table.columns.map(({ target, type }) => ({ name: target, type }));
  await session.query(pathSql(range));
  return digestRelation(session, relationSql(schema, table.target, range), columns);
};

/**
 * @param relation SQL that may follow FROM.
 * @throws what the session throws.
 */
export const digestRelation = async (
  session: Session,
  relation: string,
  columns: readonly DigestColumn[],
): Promise<MultisetDigest> => {
  const [summed] = await session.query(digestSql(relation, columns));
  return {
    rows: BigInt(summed?.["rows"] ?? 0),
    lane0: BigInt(summed?.["lane0"] ?? 0),
    lane1: BigInt(summed?.["lane1"] ?? 0),
    unhashed: 0n,
  };
};
