/** What stands in the target where a table should: whether its columns are as planned, and into which parts it can be cut. */
import { quoteQualified } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";
import { readSide } from "../read-side.js";
import type { Side } from "../verdict.js";
import {
  departureOf,
  readColumnTypes,
  readNamedTypes,
  type ColumnTypes,
  type NamedTypes,
  type TargetTable,
} from "./departure.js";
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
 * Reads what is there of tables in `schema`, by their names there, inside a transaction of read-transaction.ts. Rows are counted only where
 * the columns are not as planned: else the digest counts them.
 *
 * @throws ToolError where the connection is lost, `interrupted`.
 */
export const readShapes = async (
  session: Session,
  schema: string,
  tables: readonly TargetTable[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Side<TargetShape>>> => {
  const doing = `read what tables the target has in ${schema}`;
  const catalog = await readSide(session, signal, doing, (reading) => readCatalog(reading, schema, tables));
  const shapes = new Map<string, Side<TargetShape>>();
  for (const table of tables) {
    shapes.set(
      table.target,
      catalog.read === null ? catalog : await shapeOf(session, schema, table, catalog.read, signal),
    );
  }
  return shapes;
};

const shapeOf = async (
  session: Session,
  schema: string,
  table: TargetTable,
  { columns, facts, named }: Catalog,
  signal: AbortSignal | undefined,
): Promise<Side<TargetShape>> => {
  const { target } = table;
  const found = columns.get(target);
  if (found === undefined) {
    return { read: { ...nothing, departure: `the target has no table ${schema}.${target}` }, unread: null };
  }
  const asked = new Set(table.columns.map((column) => column.target));
  const notCompared = [...found.keys()].filter((name) => !asked.has(name));
  const departure = departureOf(table, found, named);
  if (departure === null) {
    return { read: { ...nothing, ...facts.get(target), notCompared }, unread: null };
  }
  return readSide(session, signal, `read the target's table ${schema}.${target}`, async (reading) => ({
    ...nothing,
    rows: await countRows(reading, schema, target),
    departure,
    notCompared,
  }));
};

interface Catalog {
  /** By the tables' names. */
  readonly columns: ReadonlyMap<string, ColumnTypes>;
  readonly facts: ReadonlyMap<string, Pick<TargetShape, "blocks" | "orderedColumns">>;
  readonly named: NamedTypes;
}

const readCatalog = async (
  session: Session,
  schema: string,
  tables: readonly TargetTable[],
): Promise<Catalog> => {
  const names = tables.map(({ target }) => target);
  const columns = await readColumnTypes(session, schema, names);
  const named = await readNamedTypes(session, tables);
  const rows = await session.query(factsSql, [schema, JSON.stringify(names)]);
  const facts = rows.map(({ table, blocks, ordered }) => {
    const orderedColumns = new Set(JSON.parse(ordered ?? "[]") as string[]);
    return [table ?? "", { blocks: Number(blocks ?? 0), orderedColumns }] as const;
  });
  return { columns, named, facts: new Map(facts) };
};

const nothing: TargetShape = {
  rows: null,
  departure: null,
  notCompared: [],
  blocks: 0,
  orderedColumns: new Set(),
};

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
const factsSql = `
  WITH ordered AS (
    SELECT i.indrelid, json_agg(a.attname) AS columns
    FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam
    WHERE i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' AND a.attnotnull
      AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
      AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhparent = i.indrelid)
      AND NOT EXISTS (SELECT FROM pg_constraint AS k
        WHERE k.conrelid = i.indrelid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey))
    GROUP BY i.indrelid)
  SELECT c.relname::text AS table, pg_relation_size(c.oid) / current_setting('block_size')::int8 AS blocks, o.columns AS ordered
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN ordered AS o ON o.indrelid = c.oid
  WHERE n.nspname::text = $1::text AND c.relname::text IN (SELECT json_array_elements_text($2::json))
    AND c.relkind IN ('r', 'p')`;
