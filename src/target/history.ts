/**
 * The run history: schema `sqlift` in the target says what was moved here, when, from what, by which plan.
 * Its first form; later ones add columns and tables and change none.
 */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import { rejectsRows, type Plan } from "../model/plan.js";
import { historySchema } from "./history-schema.js";
import { ensureRejectedRows } from "./rejected-rows.js";
import type { Session, TextRow } from "./session.js";
import { missingKey } from "./stored-plan.js";
import { targetError } from "./target-error.js";

export type RunStatus = "running" | "done" | "refused" | "interrupted" | "failed";

export interface RecordedRun {
  readonly run: number;
  readonly plan: Plan;
}

/** The schema in which a run builds its tables before they are proven. */
export const runSchema = (run: number): string => `sqlift_run_${run}`;

const createSchemaSql = `CREATE SCHEMA ${historySchema}`;
const createTableSql = `CREATE TABLE ${historySchema}.runs (
  run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started timestamptz NOT NULL DEFAULT now(),
  finished timestamptz,
  status text NOT NULL,
  message text,
  tool_version text NOT NULL,
  source_file text NOT NULL,
  source_fingerprint text NOT NULL,
  target_schema text NOT NULL,
  plan jsonb NOT NULL)`;

/** Two first runs at once would both make the schema; the number is ours alone ("sqlift" in ASCII). */
const historyLock = "126930987345524";

/**
 * Records a run as running and makes its schema, in one transaction; also the table for rejected rows, where the plan
 * has some.
 *
 * @throws ToolError `target-rights` where no schema may be made or the history not be written, with the GRANT that is
 *   missing, and targetError's other codes.
 */
export async function beginRun(session: Session, plan: Plan, toolVersion: string): Promise<number> {
  try {
    // Whatever the role's default: what another first run made while this one waited for the lock has to be seen.
    await session.query("BEGIN ISOLATION LEVEL READ COMMITTED");
    await session.query(`SELECT pg_advisory_xact_lock(${historyLock})`);
    await ensureHistory(session);
    if (rejectsRows(plan)) await ensureRejectedRows(session);
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

/** Looks before it makes: IF NOT EXISTS would want the right to make things also of a role that finds them made. */
async function ensureHistory(session: Session): Promise<void> {
  const [seen = {}] = await session.query(
    `SELECT current_user AS role, n.oid IS NOT NULL AS schema, c.oid IS NOT NULL AS table,
            has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
              AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AS writable
       FROM (VALUES ('${historySchema}', 'runs')) AS history (schema, runs)
         LEFT JOIN pg_namespace n ON n.nspname = schema LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = runs`,
  );
  if (seen["schema"] !== "t") await session.query(createSchemaSql);
  if (seen["table"] !== "t") await session.query(createTableSql);
  // A role that may begin a run but not close it would find out when all is done.
  else if (seen["writable"] !== "t") {
    const role = quote(seen["role"] ?? "");
    throw new ToolError(
      "target-rights",
      `Role ${role} may not write the run history, ${historySchema}.runs.`,
      `GRANT USAGE ON SCHEMA ${historySchema} TO ${role}; GRANT SELECT, INSERT, UPDATE ON ${historySchema}.runs TO ${role};`,
    );
  }
}

/** Says whether a run's tables were moved into place: its status is `done` then. */
export const runStatusSql = (run: number): string =>
  `SELECT status FROM ${historySchema}.runs WHERE run = ${run};`;

/** The statement that closes a run; run alone or as part of the last transaction. */
export const endRunSql = (run: number, status: RunStatus, message: string | null = null): string =>
  `UPDATE ${historySchema}.runs SET finished = clock_timestamp(), status = '${status}', ` +
  `message = ${message === null ? "NULL" : `convert_from('\\x${Buffer.from(message).toString("hex")}', 'UTF8')`} WHERE run = ${run}`;

/**
 * The newest finished run that moved a file of this name, or null: no history, or none that this role may read.
 *
 * @param schema the one that it moved the file into; null: whichever
 * @throws ToolError `target-history` for a plan of another version, also one that lacks keys, and targetError's codes.
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
  const missing = plan.formatVersion === 1 ? missingKey(plan) : null;
  if (plan.formatVersion === 1 && missing === null) return { run, plan: plan as Plan };
  const what = missing === null ? "" : `: it has no ${missing}`;
  throw new ToolError(
    "target-history",
    `The plan of run ${run} in ${historySchema}.runs is of another version of sqlift${what}.`,
    missing === null
      ? "Validate with the version that made it, or a newer one."
      : "Validate with the version that made it.",
  );
}
