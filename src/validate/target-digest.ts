/** Digests a table of the target inside PostgreSQL: one query a table, nothing but sums comes over the wire. */
import { quoteQualified } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import { typeWords } from "../model/postgres.js";
import type { Session } from "../target/session.js";
import { comparedName, type ComparedName } from "./compared-type.js";
import type { MultisetDigest } from "./multiset-sum.js";
import { digestSql } from "./target-sql.js";

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
  const types = await columnTypes(session, schema, table.target);
  if (types === null) {
    return { rows: null, digest: null, departure: `the target has no table ${schema}.${table.target}` };
  }
  const relation = quoteQualified(schema, table.target);
  const departure = departureOf(table, types);
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

interface ColumnType {
  readonly oid: string;
  /** As PostgreSQL writes it. */
  readonly words: string;
}

/** The columns of a table by name; null where there is no table of that name. */
const columnTypes = async (
  session: Session,
  schema: string,
  table: string,
): Promise<ReadonlyMap<string, ColumnType> | null> => {
  const rows = await session.query(
    `SELECT a.attname::text AS name, a.atttypid::text AS oid, format_type(a.atttypid, a.atttypmod) AS words
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname::text = $1::text AND c.relname::text = $2::text AND c.relkind IN ('r', 'p')`,
    [schema, table],
  );
  return rows.length === 0
    ? null
    : new Map(rows.map((row) => [row["name"] ?? "", { oid: row["oid"] ?? "", words: row["words"] ?? "" }]));
};

/**
 * pg_type.dat: the types that a planned type may be in the target, by OID. Besides itself only those that it holds
 * whole: their cast to it changes no value, so that it can hide no difference. A domain or an extension's type has
 * another OID, and is another type than the plan's.
 */
const typeOids: Readonly<Record<ComparedName, readonly string[]>> = {
  boolean: ["16"],
  bigint: ["20", "23", "21"],
  "double precision": ["701", "700"],
  numeric: ["1700"],
  text: ["25", "1043"],
  "character varying": ["1043", "25"],
  bytea: ["17"],
  uuid: ["2950"],
  jsonb: ["3802"],
  date: ["1082"],
  "time without time zone": ["1083"],
  // A timestamp without time zone is read as UTC, the session's zone.
  "timestamp with time zone": ["1184", "1114"],
};

/**
 * The first column that is missing or of a type that the planned one does not hold: a cast to the planned type could
 * round or cut and so hide a difference. Lengths and precisions may differ, values alone are compared.
 */
const departureOf = (table: TablePlan, types: ReadonlyMap<string, ColumnType>): string | null => {
  for (const { target, type } of table.columns) {
    const found = types.get(target);
    if (found === undefined) {
      return `the target's table ${table.target} has no column ${target}`;
    }
    if (!typeOids[comparedName(type)].includes(found.oid)) {
      return `the target's column ${table.target}.${target} is ${found.words}, the plan says ${typeWords(type)}`;
    }
  }
  return null;
};
