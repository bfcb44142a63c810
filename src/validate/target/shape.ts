/** What stands in the target where a table should: whether its columns are as planned, and into which parts it can be cut. */
import { quoteQualified } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";
import { departureOf, readColumnTypes, type TargetTable } from "./departure.js";
import { pathSql } from "./range.js";

export interface TargetShape {
  /** Null where the table is not there, or its rows were not counted. */
  readonly rows: number | null;
  /** What is missing or of another type; null where all is as planned. */
  readonly departure: string | null;
  /** Columns that the plan does not ask for, in their order. */
  readonly notCompared: readonly string[];
  /** How much of the disk its own rows take, in blocks; 0 of a partitioned table. */
  readonly blocks: number;
  /** Integer columns without NULLs that a valid B-tree of all rows begins with. */
  readonly orderedColumns: ReadonlySet<string>;
}

/**
 * Reads what is there of `table` in `schema`, inside a transaction of read-transaction.ts. Rows are counted only where the
 * columns are not as planned: else the digest counts them.
 *
 * @throws what the session throws.
 */
export const readShape = async (
  session: Session,
  schema: string,
  table: TargetTable,
): Promise<TargetShape> => {
  const found = await readColumnTypes(session, schema, table.target);
  if (found === null) {
    return { ...nothing, departure: `the target has no table ${schema}.${table.target}` };
  }
  const asked = new Set(table.columns.map(({ target }) => target));
  const notCompared = [...found.keys()].filter((name) => !asked.has(name));
  const departure = await departureOf(session, table, found);
  if (departure !== null) {
    return { ...nothing, rows: await countRows(session, schema, table.target), departure, notCompared };
  }
  const [seen] = await session.query(shapeSql, [schema, table.target]);
  return {
    rows: null,
    departure: null,
    notCompared,
    blocks: Number(seen?.["blocks"] ?? 0),
    orderedColumns: new Set(JSON.parse(seen?.["ordered"] ?? "[]") as string[]),
  };
};

const nothing = { rows: null, notCompared: [], blocks: 0, orderedColumns: new Set<string>() };

/** The rows of the table itself, through no index. */
const countRows = async (session: Session, schema: string, table: string): Promise<number> => {
  await session.query(pathSql({ by: "all" }));
  const [counted] = await session.query(`SELECT count(*) AS rows FROM ${quoteQualified(schema, table)}`);
  return Number(counted?.["rows"]);
};

/**
 * A table that others inherit from has their rows too, which are in no index of its own. Since PostgreSQL 18 a NOT NULL may be NOT VALID,
 * and NULLs be there.
 */
const shapeSql = `
  SELECT pg_relation_size(c.oid) / current_setting('block_size')::int8 AS blocks,
    (SELECT json_agg(a.attname)
      FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam
      WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' AND a.attnotnull
        AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
        AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhparent = c.oid)
        AND NOT EXISTS (SELECT FROM pg_constraint AS k
          WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey))) AS ordered
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname::text = $1::text AND c.relname::text = $2::text`;
