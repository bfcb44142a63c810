/** What has to be known of a server to hold two of its snapshots against each other. */
import type { TablePlan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";
import { attempt } from "../target/read-transaction.js";

/** Which database it is. */
export interface TargetIdentity {
  /** Of the cluster, as initdb made it up; null where the server does not tell. Copies of a cluster have the same. */
  readonly system: string | null;
  /** OID. */
  readonly database: string;
  readonly schema: string;
}

/** The snapshot of a sitting, as far as later ones can go by it. */
export interface ServerState {
  /** As PostgreSQL writes it: `795:799:795`. */
  readonly snapshot: string;
  /** Since when the server has been running without a break; null: nothing is to be concluded from this snapshot. */
  readonly running: string | null;
  /** By the source's tables: a digest of what the catalogs say of the target's. */
  readonly definitions: ReadonlyMap<string, string>;
}

/** @throws ToolError where the connection is lost. */
export const readIdentity = async (session: Session, schema: string): Promise<TargetIdentity> => {
  const asked = await attempt(session, () =>
    session.query("SELECT system_identifier AS system FROM pg_control_system()"),
  );
  const [found] = await session.query(
    "SELECT oid AS database FROM pg_database WHERE datname = current_database()",
  );
  const system = asked.ok ? (asked.value[0]?.["system"] ?? null) : null;
  return { system, database: found?.["database"] ?? "", schema };
};

/**
 * Inside a transaction of read-transaction.ts, whose snapshot it is.
 *
 * @throws ToolError where the connection is lost.
 */
export const readState = async (
  session: Session,
  tables: readonly Pick<TablePlan, "source" | "target">[],
  schema: string,
  snapshot: string,
): Promise<ServerState> => {
  const nothing: ServerState = { snapshot, running: null, definitions: new Map() };
  const read = await attempt(session, async () => {
    const running = await runningSince(session);
    if (running === null) {
      return nothing;
    }
    const found = await session.query(definitionsSql, [schema]);
    const byName = new Map(found.map(({ name, definition }) => [name ?? "", definition ?? ""]));
    const definitions = new Map(
      tables.flatMap(({ source, target }) => {
        const definition = byName.get(target);
        return definition === undefined ? [] : [[source, definition] as const];
      }),
    );
    return { snapshot, running, definitions };
  });
  return read.ok ? read.value : nothing;
};

/**
 * A server that was started anew may stand on other disks, and one that crashed may have lost what was committed without waiting for
 * the disk (synchronous_commit = off) and give its transactions' numbers to others. The statistics of all begin anew with
 * a crash, of one session too. Null of a standby: it follows another server, and may follow a third one tomorrow.
 */
const runningSince = async (session: Session): Promise<string | null> => {
  const [row] = await session.query(
    `SELECT concat_ws(', ', pg_postmaster_start_time(), stats_reset) AS running, pg_is_in_recovery() AS standby
     FROM pg_stat_bgwriter WHERE stats_reset IS NOT NULL`,
  );
  return row?.["standby"] === "f" ? (row["running"] ?? null) : null;
};

/**
 * All that can change what is read of a table while its rows stay as they are: another file of it, columns that changed their
 * names, were dropped and made anew with a default, labels of an enum, tables that inherit from it. None of tables whose rows' xmin may
 * mean something else: foreign ones, and those of another access method.
 */
const definitionsSql = `
  WITH RECURSIVE family AS (
    SELECT c.relname::text AS name, c.oid
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname::text = $1::text AND c.relkind IN ('r', 'p')
    UNION
    SELECT f.name, h.inhrelid FROM family AS f JOIN pg_inherits AS h ON h.inhparent = f.oid
  )
  SELECT f.name, encode(sha256(convert_to(string_agg(
      concat_ws(' ', c.oid, c.relkind, c.relam, pg_relation_filenode(c.oid), current_setting('server_version'), a.attributes),
      E'\\n' ORDER BY c.oid), 'UTF8')), 'hex') AS definition
  FROM family AS f JOIN pg_class AS c ON c.oid = f.oid
    CROSS JOIN LATERAL (
      SELECT string_agg(concat_ws(' ', a.attnum, a.xmin, to_json(a.attname), a.atttypid, a.atttypmod, a.attisdropped,
          a.atthasmissing, to_json(a.attmissingval::text),
          (SELECT json_agg(json_build_array(e.oid, e.xmin, e.enumlabel) ORDER BY e.oid)
            FROM pg_type AS t JOIN pg_enum AS e ON e.enumtypid IN (t.oid, t.typelem) WHERE t.oid = a.atttypid)),
          ',' ORDER BY a.attnum) AS attributes
      FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0) AS a
  GROUP BY f.name
  HAVING bool_and(c.relkind = 'p' OR (c.relkind = 'r' AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')))`;
