/** The books of one run: what it loaded and made, as far as the target shows that they still stand for what is there. */
import type { Session } from "../session.js";
import type { MadeKind } from "./made.js";
import { historySchema } from "./schema.js";

export interface LoadRecord {
  /** In the target, as the run called it. */
  readonly table: string;
  readonly rows: number;
  /** The 32 bits of the transaction that rows carry as `xmin`. */
  readonly xmin: string;
  /** Whether the record itself carries that `xmin`: not after a dump was restored. */
  readonly isWitness: boolean;
  /** Whether no younger transaction can have had the same 32 bits. */
  readonly isRecent: boolean;
}

/**
 * Rows keep the `xmin` of their transaction also when they are frozen (PostgreSQL documentation, 24.1.5 "Preventing Transaction ID
 * Wraparound Failures": since 9.4 the row's original xmin is kept).
 */
export async function readLoads(session: Session, run: number): Promise<readonly LoadRecord[]> {
  const rows = await session.query(
    `SELECT table_name, rows, (xid::xid)::text AS xmin, xmin = xid::xid AS is_witness,
            pg_snapshot_xmax(pg_current_snapshot())::text::numeric - xid::text::numeric < 4294967296 AS is_recent
       FROM ${historySchema}.loads WHERE run = ${run} ORDER BY table_name, slice`,
  );
  return rows.map((row) => ({
    table: row["table_name"] ?? "",
    rows: Number(row["rows"]),
    xmin: row["xmin"] ?? "",
    isWitness: row["is_witness"] === "t",
    isRecent: row["is_recent"] === "t",
  }));
}

/** The tables that its plan loads, as the run calls them. */
export async function readPlannedTables(session: Session, run: number): Promise<readonly string[]> {
  const rows = await session.query(
    `SELECT jsonb_path_query(plan, '$.tables[*].target') #>> '{}' AS name FROM ${historySchema}.runs WHERE run = ${run}`,
  );
  return rows.map((row) => row["name"] ?? "");
}

export interface MadeObject {
  readonly kind: MadeKind;
  /** As the run called it. */
  readonly made: string;
  /** Qualified, and quoted where it has to be; a function with its arguments. null: it is gone, or something else by now. */
  readonly identity: string | null;
}

export async function readMade(session: Session, run: number): Promise<readonly MadeObject[]> {
  const rows = await session.query(
    `SELECT m.kind, m.name, o.identity
       FROM ${historySchema}.made m
         CROSS JOIN LATERAL pg_identify_object(CASE m.kind WHEN 'schema' THEN 'pg_namespace'::regclass
           WHEN 'collation' THEN 'pg_collation'::regclass WHEN 'function' THEN 'pg_proc'::regclass ELSE 'pg_class'::regclass END,
           m.object, 0) o
      WHERE m.run = ${run} ORDER BY m.object`,
  );
  return rows.map((row) => ({
    kind: row["kind"] as MadeKind,
    made: row["name"] ?? "",
    identity: row["identity"] ?? null,
  }));
}

/** @param xmins the 32 bits of transactions. @param table SQL. */
export async function countRowsBy(session: Session, table: string): Promise<ReadonlyMap<string, number>> {
  const rows = await session.query(
    `SELECT x::text AS xmin, n FROM (SELECT xmin AS x, count(*) AS n FROM ${table} GROUP BY xmin) AS counted`,
  );
  return new Map(rows.map((row) => [row["xmin"] ?? "", Number(row["n"])]));
}

export async function countRejected(session: Session, run: number): Promise<number> {
  const [row] = await session.query(
    `SELECT count(*) AS rows FROM ${historySchema}.rejected_rows WHERE run = ${run}`,
  );
  return Number(row?.["rows"]);
}
