/**
 * The run history: schema `sqlift` in the target says what was moved here, when, from what, by which plan.
 * Its first form; later ones add columns and tables and change none.
 */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import type { Plan } from "../model/plan.js";
import type { Session, TextRow } from "./session.js";
import { targetError } from "./target-error.js";

export const historySchema = "sqlift";

export type RunStatus = "running" | "done" | "refused" | "interrupted" | "failed";

export interface RecordedRun {
  readonly run: number;
  readonly plan: Plan;
}

/** The schema in which a run builds its tables before they are proven. */
export const runSchema = (run: number): string => `sqlift_run_${run}`;

const historySql = [
  `CREATE SCHEMA IF NOT EXISTS ${historySchema}`,
  `CREATE TABLE IF NOT EXISTS ${historySchema}.runs (
     run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     started timestamptz NOT NULL DEFAULT now(),
     finished timestamptz,
     status text NOT NULL,
     message text,
     tool_version text NOT NULL,
     source_file text NOT NULL,
     source_fingerprint text NOT NULL,
     target_schema text NOT NULL,
     plan jsonb NOT NULL)`,
];

/** Two first runs at once would both make the schema; the number is ours alone ("sqlift" in ASCII). */
const historyLock = "126930987345524";

/**
 * Records a run as running and makes its schema, in one transaction.
 *
 * @throws ToolError `target-rights` where no schema may be made, and targetError's other codes.
 */
export async function beginRun(session: Session, plan: Plan, toolVersion: string): Promise<number> {
  try {
    await session.query("BEGIN");
    await session.query(`SELECT pg_advisory_xact_lock(${historyLock})`);
    for (const sql of historySql) await session.query(sql);
    const rows = await session.query(
      `INSERT INTO ${historySchema}.runs (status, tool_version, source_file, source_fingerprint, target_schema, plan)
       VALUES ('running', $1, $2, $3, $4, $5) RETURNING run`,
      [toolVersion, plan.source.file, plan.source.fingerprint, plan.schema, JSON.stringify(plan)],
    );
    const run = Number(rows[0]?.["run"]);
    await session.query(`CREATE SCHEMA ${quote(runSchema(run))}`);
    await session.query("COMMIT");
    return run;
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, "begin the run");
  }
}

/** The statement that closes a run; run alone or as part of the last transaction. */
export const endRunSql = (run: number, status: RunStatus, message: string | null = null): string =>
  `UPDATE ${historySchema}.runs SET finished = clock_timestamp(), status = '${status}', ` +
  `message = ${message === null ? "NULL" : `convert_from('\\x${Buffer.from(message).toString("hex")}', 'UTF8')`} WHERE run = ${run}`;

/**
 * The newest finished run that moved a file of this name, or null: no history, or none that this role may read.
 *
 * @param schema the one that it moved the file into; null: whichever
 * @throws ToolError `target-history` for a plan of another version, and targetError's codes.
 */
export async function lastRun(
  session: Session,
  file: string,
  schema: string | null,
): Promise<RecordedRun | null> {
  try {
    // Asked of the catalogs: naming the table itself would need rights on its schema.
    const seen = await session.query(
      `SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = '${historySchema}' AND c.relname = 'runs'`,
    );
    if (seen[0]?.["readable"] !== "t") return null;
    const rows = await session.query(
      `SELECT run, plan FROM ${historySchema}.runs
        WHERE status = 'done' AND source_file = $1 AND ($2::text IS NULL OR target_schema = $2) ORDER BY run DESC LIMIT 1`,
      [file, schema],
    );
    return rows[0] === undefined ? null : recordedRun(rows[0]);
  } catch (error) {
    throw targetError(error, "read the run history");
  }
}

function recordedRun(row: TextRow): RecordedRun {
  const run = Number(row["run"]);
  const plan = JSON.parse(row["plan"] ?? "{}") as { readonly formatVersion?: unknown };
  if (plan.formatVersion === 1) return { run, plan: plan as Plan };
  throw new ToolError(
    "target-history",
    `The plan of run ${run} in ${historySchema}.runs is of another version of sqlift.`,
    "Validate with the version that made it, or a newer one.",
  );
}
