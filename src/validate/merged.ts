/** Whether rows of one table stand in another, as the proof would see them: its own canonical rows, compared inside PostgreSQL. */
import { quoteQualified } from "../model/identifier.js";
import { comparedColumns, type TablePlan } from "../model/plan.js";
import type { Session } from "../target/session.js";
import { canonicalRowsSql } from "./target/canonical-sql.js";

/**
 * In the caller's transaction.
 *
 * @param staging schema of a table of the same name, whose rows were proven.
 * @param schema where its rows should stand.
 * @returns how many of the rows do not; one that is there several times must be so in both.
 * @throws what the session throws.
 */
export async function countNotMerged(
  session: Session,
  table: TablePlan,
  staging: string,
  schema: string,
): Promise<number> {
  const columns = comparedColumns(table).map(({ target, type }) => ({ name: target, type }));
  const hashes = (of: string): string =>
    `SELECT sha256(r.bytes) FROM (${canonicalRowsSql(quoteQualified(of, table.target), columns)}) AS r`;
  const [row] = await session.query(
    `SELECT count(*) AS rows FROM (${hashes(staging)} EXCEPT ALL ${hashes(schema)}) AS missing`,
  );
  return Number(row?.["rows"]);
}
