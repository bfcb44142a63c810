/** The whole history of a target, for people. */
import { ToolError } from "../../errors.js";
import type { RunRecord, StepRecord, TargetHistory } from "../../model/history.js";
import { quote } from "../../model/identifier.js";
import type { Session, TextRow } from "../session.js";
import { targetError } from "../target-error.js";
import { isHeldSql } from "./held-runs.js";
import { historySchema } from "./schema.js";
import { readScriptRecords } from "./scripts.js";
import { utcSql } from "./utc.js";

/** A standby shows no locks of its primary: there nothing can be said. */
const runsSql = `SELECT r.run, ${utcSql("r.started")} AS started, ${utcSql("r.finished")} AS finished, r.status, r.message, r.tool_version,
         r.source_file, r.source_fingerprint, r.target_schema, r.strategy, r.role, r.not_undoable, r.mappings, r.plan_checksum,
         (SELECT coalesce(sum(l.rows), 0) FROM ${historySchema}.loads l WHERE l.run = r.run) AS rows,
         r.status = 'running' AND NOT pg_is_in_recovery() AND NOT ${isHeldSql("r.run")} AS is_cut_off,
         EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'sqlift_run_' || r.run) AS left_schema
    FROM ${historySchema}.runs r
   ORDER BY r.run DESC`;

const stepsSql = `SELECT run, phase, name, ${utcSql("started")} AS started, duration_ms, success, error, rows
    FROM ${historySchema}.steps WHERE phase NOT IN ('before', 'after') ORDER BY step`;

/**
 * Reads in one statement each: a run that goes on meanwhile may be told half.
 *
 * @throws ToolError `target-rights` with the GRANT that is missing, targetError's codes.
 */
export async function readHistory(session: Session): Promise<TargetHistory> {
  try {
    if (!(await isThere(session))) return { runs: [], scripts: [] };
    const runs = await session.query(runsSql);
    const steps = new Map<string, TextRow[]>(runs.map((row) => [row["run"] ?? "", []]));
    for (const step of await session.query(stepsSql)) steps.get(step["run"] ?? "")?.push(step);
    return {
      runs: runs.map((row) => runRecord(row, steps.get(row["run"] ?? "") ?? [])),
      scripts: await readScriptRecords(session),
    };
  } catch (error) {
    throw targetError(error, "read the run history");
  }
}

/** Asked of the catalogs: naming a table needs rights on its schema. */
async function isThere(session: Session): Promise<boolean> {
  const [seen = {}] = await session.query(
    `SELECT current_user AS role, count(c.oid) AS tables,
            count(c.oid) FILTER (WHERE has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) AS readable
       FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname IN ('runs', 'steps', 'loads')
      WHERE n.nspname = '${historySchema}'`,
  );
  if (seen["tables"] === "0") return false;
  if (seen["tables"] !== seen["readable"]) {
    const role = quote(seen["role"] ?? "");
    throw new ToolError(
      "target-rights",
      `Role ${role} may not read the run history.`,
      `GRANT USAGE ON SCHEMA ${historySchema} TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA ${historySchema} TO ${role};`,
    );
  }
  return true;
}

const runRecord = (row: TextRow, steps: readonly TextRow[]): RunRecord => ({
  run: Number(row["run"]),
  started: row["started"] ?? "",
  finished: row["finished"] ?? null,
  status: row["status"] as RunRecord["status"],
  isCutOff: row["is_cut_off"] === "t",
  message: row["message"] ?? null,
  toolVersion: row["tool_version"] ?? "",
  sourceFile: row["source_file"] ?? "",
  sourceFingerprint: row["source_fingerprint"] ?? "",
  schema: row["target_schema"] ?? "",
  strategy: row["strategy"] as RunRecord["strategy"],
  role: row["role"] ?? "",
  notUndoable: row["not_undoable"] ?? null,
  planChecksum: row["plan_checksum"] ?? "",
  mappings: JSON.parse(row["mappings"] ?? "[]") as RunRecord["mappings"],
  rows: Number(row["rows"]),
  leftSchema: row["left_schema"] === "t",
  steps: steps.map(stepRecord),
});

const stepRecord = (row: TextRow): StepRecord => ({
  phase: row["phase"] as StepRecord["phase"],
  name: row["name"] ?? "",
  started: row["started"] ?? "",
  milliseconds: numberOrNull(row["duration_ms"]),
  success: row["success"] === null ? null : row["success"] === "t",
  error: row["error"] ?? null,
  rows: numberOrNull(row["rows"]),
});

const numberOrNull = (text: string | null | undefined): number | null =>
  (text ?? null) === null ? null : Number(text);
