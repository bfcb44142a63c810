/** Runs in the history: begun, held, closed, and the plan of the newest one given back. */
import { createHash } from "node:crypto";
import { ToolError } from "../../errors.js";
import type { RunStatus, RunStrategy } from "../../model/history.js";
import { quote } from "../../model/identifier.js";
import type { Plan } from "../../model/plan.js";
import type { Session, TextRow } from "../session.js";
import { targetError } from "../target-error.js";
import { beginWithHistory } from "./ensure.js";
import { holdRunSql } from "./held-runs.js";
import { refuseRivals } from "./open-runs.js";
import { historySchema, runSchema } from "./schema.js";
import { missingKey } from "./stored-plan.js";

export interface RecordedRun {
  readonly run: number;
  readonly plan: Plan;
}

export interface NewRun {
  readonly plan: Plan;
  readonly toolVersion: string;
  readonly strategy: RunStrategy;
  /** Why it cannot be undone; default: it can. */
  readonly notUndoable?: string | null | undefined;
}

/**
 * Records a run as running, and makes its schema where it makes tables, in one transaction. As long as the session lives, others see that the run does.
 *
 * @throws ToolError `target-rights` where no schema may be made or the history not be written, with the GRANT that is
 *   missing, `target-history`, `target-in-the-way` where another one brings rows into tables of that schema, and targetError's other codes.
 */
export async function beginRun(
  session: Session,
  { plan, toolVersion, strategy, notUndoable = null }: NewRun,
): Promise<number> {
  try {
    await beginWithHistory(session);
    if (strategy !== "create") await refuseRivals(session, plan.schema);
    const stored = JSON.stringify(plan);
    const rows = await session.query(
      `INSERT INTO ${historySchema}.runs
         (status, tool_version, source_file, source_fingerprint, target_schema, strategy, not_undoable, mappings, plan_checksum, plan)
       VALUES ('running', $1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING run`,
      [
        toolVersion,
        plan.source.file,
        plan.source.fingerprint,
        plan.schema,
        strategy,
        notUndoable,
        JSON.stringify(plan.mappings.map(({ name, checksum }) => ({ name, checksum }))),
        createHash("sha256").update(stored).digest("hex"),
        stored,
      ],
    );
    const run = Number(rows[0]?.["run"]);
    await session.query(holdRunSql(run));
    if (strategy !== "direct") await session.query(`CREATE SCHEMA ${quote(runSchema(run))}`);
    await session.query("COMMIT");
    return run;
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, "begin the run");
  }
}

/** Says whether a run's tables were moved into place: its status is `done` then, or `incomplete`. */
export const runStatusSql = (run: number): string =>
  `SELECT status FROM ${historySchema}.runs WHERE run = ${run};`;

/**
 * The statement that closes a run; run alone or as part of the last transaction. What has come to its end well is never said to have
 * failed: whatever goes wrong after its COMMIT does not undo it.
 */
export const endRunSql = (run: number, status: RunStatus, message: string | null = null): string =>
  `UPDATE ${historySchema}.runs SET finished = clock_timestamp(), status = '${status}', ` +
  `message = ${message === null ? "NULL" : `convert_from('\\x${Buffer.from(message).toString("hex")}', 'UTF8')`} WHERE run = ${run}` +
  (status === "done" || status === "incomplete" ? "" : " AND status NOT IN ('done', 'incomplete')");

/** The statement that closes a run of which nothing is left; when it ended, and why, stays. */
export const undoneSql = (run: number): string =>
  `UPDATE ${historySchema}.runs SET status = 'undone', finished = coalesce(finished, clock_timestamp()) WHERE run = ${run}`;

/**
 * The newest run that moved this very file there, where steps of it are left; null: none are, or there is no history that this
 * role may read.
 *
 * @throws ToolError as lastRun.
 */
export async function unfinishedRun(
  session: Session,
  { file, fingerprint }: { readonly file: string; readonly fingerprint: string },
  schema: string,
): Promise<RecordedRun | null> {
  const run = await lastRun(session, file, schema);
  if (run?.plan.source.fingerprint !== fingerprint) return null;
  try {
    const [row] = await session.query(runStatusSql(run.run));
    return row?.["status"] === "incomplete" ? run : null;
  } catch (error) {
    throw targetError(error, "read the run history");
  }
}

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
        WHERE status IN ('done', 'incomplete') AND source_file = $1 AND ($2::text IS NULL OR target_schema = $2) ORDER BY run DESC LIMIT 1`,
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
