/** SQL files in the history: each try is a row of `steps`, and the newest one says how a file stands. */
import {
  scriptWords,
  type ScriptName,
  type ScriptPhase,
  type ScriptRecord,
  type SqlScript,
} from "../../model/script.js";
import type { Session, TextRow } from "../session.js";
import { targetError } from "../target-error.js";
import { areScriptsHeldSql } from "./held-runs.js";
import { historySchema } from "./schema.js";
import { utcSql } from "./utc.js";

const steps = `${historySchema}.steps`;

/**
 * What came after a run that made its tables is gone with them when it is undone: then it is to be run again. Whatever else was
 * run stays done.
 */
const recordsSql = `SELECT * FROM (
    SELECT DISTINCT ON (s.phase, s.folder, s.name) s.step, s.run, s.phase, s.folder, s.name, s.checksum, s.duration_ms, s.error,
           ${utcSql("s.started")} AS started, ${utcSql("s.accepted")} AS accepted,
           CASE WHEN s.success THEN 'done' WHEN NOT s.success THEN 'failed' WHEN s.started IS NULL THEN 'pending'
                WHEN ${areScriptsHeldSql} THEN 'running' ELSE 'failed' END AS status
      FROM ${steps} s LEFT JOIN ${historySchema}.runs r ON r.run = s.run
     WHERE s.phase IN ('before', 'after')
       AND NOT (s.phase = 'after' AND r.run IS NOT NULL AND r.status = 'undone' AND r.strategy = 'create')
     ORDER BY s.phase, s.folder, s.name, s.step DESC) AS newest
  ORDER BY step::bigint`;

/** Where there is a history that this role may read. @throws ToolError targetError's codes. */
export async function readScriptRecords(session: Session): Promise<readonly ScriptRecord[]> {
  try {
    return (await session.query(recordsSql)).map(recordOf);
  } catch (error) {
    throw targetError(error, "read the run history");
  }
}

/** Those that ran before and after it, for people: what they did is not undone with it. @throws as readScriptRecords */
export const scriptsOfRun = async (session: Session, run: number): Promise<readonly string[]> =>
  (await readScriptRecords(session))
    .filter((record) => record.run === run && record.status === "done")
    .map(scriptWords);

const recordOf = (row: TextRow): ScriptRecord => ({
  step: row["step"] ?? "",
  run: numberOrNull(row["run"]),
  phase: row["phase"] as ScriptPhase,
  folder: row["folder"] ?? null,
  name: row["name"] ?? "",
  checksum: row["checksum"] ?? null,
  status: row["status"] as ScriptRecord["status"],
  started: row["started"] ?? null,
  milliseconds: numberOrNull(row["duration_ms"]),
  error: row["error"] ?? (row["status"] === "failed" ? "it was cut off" : null),
  accepted: row["accepted"] ?? null,
});

const numberOrNull = (text: string | null | undefined): number | null =>
  (text ?? null) === null ? null : Number(text);

/**
 * Records files that are to be run, as pending.
 *
 * @returns their steps, in the same order.
 * @throws ToolError targetError's codes.
 */
export async function recordPending(
  session: Session,
  scripts: readonly SqlScript[],
  run: number | null,
): Promise<readonly string[]> {
  const made: string[] = [];
  try {
    await session.query("BEGIN");
    for (const { phase, folder, name, checksum } of scripts) {
      const [row] = await session.query(
        `INSERT INTO ${steps} (run, phase, folder, name, checksum) VALUES ($1, $2, $3, $4, $5) RETURNING step`,
        [run === null ? null : String(run), phase, folder, name, checksum],
      );
      made.push(row?.["step"] ?? "");
    }
    await session.query("COMMIT");
    return made;
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, "record the steps");
  }
}

export const beginScriptSql = (step: string): string =>
  `UPDATE ${steps} SET started = clock_timestamp() WHERE step = ${step}`;

const took = "duration_ms = round(1000 * extract(epoch FROM clock_timestamp() - started))";

/** To be asked in the transaction of the file, where it has one of ours: then it is done, and known to be, or neither. */
export const scriptDoneSql = (step: string): string =>
  `UPDATE ${steps} SET success = true, ${took} WHERE step = ${step} RETURNING duration_ms`;

/**
 * Does nothing where it is done after all: an answer may have been lost on its way.
 *
 * @returns how long it took, in milliseconds
 */
export async function recordFailure(session: Session, step: string, error: string): Promise<number | null> {
  const [row] = await session.query(
    `UPDATE ${steps} SET success = false, error = $2, ${took} WHERE step = $1 AND success IS NULL RETURNING duration_ms`,
    [step, error],
  );
  return numberOrNull(row?.["duration_ms"]);
}

/** What ran before a run began is that run's, too. */
export async function claimScripts(session: Session, made: readonly string[], run: number): Promise<void> {
  if (made.length === 0) return;
  try {
    await session.query(
      `UPDATE ${steps} SET run = ${run} WHERE step IN (${made.join(", ")}) AND run IS NULL`,
    );
  } catch (error) {
    throw targetError(error, "record the steps");
  }
}

/**
 * Lets a file count as done, as it is now.
 *
 * @param now null: it is gone, and need not be there any more.
 */
export async function acceptRecord(
  session: Session,
  { step, phase, folder, name }: ScriptRecord,
  now: Pick<SqlScript, "name" | "checksum"> | null,
): Promise<void> {
  // All of its tries: else those of the old name would count again.
  await session.query(
    `UPDATE ${steps} SET name = $4 WHERE phase = $1 AND folder IS NOT DISTINCT FROM $2 AND name = $3`,
    [phase, folder, name, now?.name ?? name],
  );
  await session.query(
    `UPDATE ${steps} SET success = true, error = NULL, checksum = $2, accepted = clock_timestamp() WHERE step = $1`,
    [step, now?.checksum ?? null],
  );
}

/** A file that was run by others, and is not to be run here. */
export async function acceptNew(
  session: Session,
  { phase, folder, name }: ScriptName,
  checksum: string,
): Promise<void> {
  await session.query(
    `INSERT INTO ${steps} (phase, folder, name, checksum, success, accepted) VALUES ($1, $2, $3, $4, true, clock_timestamp())`,
    [phase, folder, name, checksum],
  );
}
