/** What a run did, one thing after another, and how long it took. */
import type { StepPhase } from "../../model/history.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";
import { historySchema } from "./schema.js";

export interface FinishedStep {
  readonly phase: StepPhase;
  /** Of a table, or of what was done. */
  readonly name: string;
  readonly milliseconds: number;
  /** By this machine's clock, which may go otherwise than the server's. */
  readonly startedMillisecondsAgo: number;
  /** What went wrong; null: nothing. */
  readonly error: string | null;
  readonly rows: number | null;
}

/** @throws ToolError targetError's codes. */
export async function recordSteps(
  session: Session,
  run: number,
  steps: readonly FinishedStep[],
): Promise<void> {
  if (steps.length === 0) return;
  try {
    await session.query(
      `INSERT INTO ${historySchema}.steps (run, phase, name, started, duration_ms, success, error, rows)
       SELECT $1, s.phase, s.name, clock_timestamp() - make_interval(secs => s.ago / 1000.0), s.ms, s.error IS NULL, s.error, s.rows
         FROM jsonb_to_recordset($2) AS s (phase text, name text, ms bigint, ago bigint, error text, rows bigint)`,
      [
        String(run),
        JSON.stringify(
          steps.map(({ phase, name, milliseconds, startedMillisecondsAgo, error, rows }) => ({
            phase,
            name,
            ms: Math.round(milliseconds),
            ago: Math.round(startedMillisecondsAgo),
            error,
            rows,
          })),
        ),
      ],
    );
  } catch (error) {
    throw targetError(error, "record what the run did");
  }
}
