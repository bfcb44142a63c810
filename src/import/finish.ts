/**
 * What comes after the data: keys, indexes, foreign keys, identity values, statistics. A key that the data
 * does not allow is an answer, not an accident: it is returned, and the rest goes on.
 */
import { quoteQualified } from "../model/identifier.js";
import type { TablePlan } from "../model/plan.js";
import { serverAnswer } from "../target/server-answer.js";
import type { Session, TextRow } from "../target/session.js";
import { targetError } from "../target/target-error.js";

/** The shape of a step; translate/ddl.ts makes them. */
export interface Step {
  readonly sql: string;
  readonly validateSql: string | null;
}

export type StepResult =
  | { readonly status: "made" }
  /** The constraint stands, NOT VALID: rows break it. */
  | { readonly status: "not-valid"; readonly message: string }
  | { readonly status: "refused"; readonly message: string };

/**
 * @throws ToolError for what is no answer about the data: connection, disk, rights, cancelled.
 */
export async function runStep(session: Session, step: Step, doing: string): Promise<StepResult> {
  const made = await attempt(session, step.sql, doing);
  if (made !== null) return { status: "refused", message: made };
  if (step.validateSql === null) return { status: "made" };
  const proven = await attempt(session, step.validateSql, doing);
  return proven === null ? { status: "made" } : { status: "not-valid", message: proven };
}

async function attempt(session: Session, sql: string, doing: string): Promise<string | null> {
  try {
    await session.query(sql);
    return null;
  } catch (error) {
    const answer = serverAnswer(error);
    if (answer !== null) return answer;
    throw targetError(error, doing);
  }
}

/** Fills the planner's statistics, so that the first query is not planned blindly. */
export async function analyze(session: Session, schema: string, table: TablePlan): Promise<void> {
  await runStatement(
    session,
    `ANALYZE ${quoteQualified(schema, table.target)}`,
    `analyze table ${table.target}`,
  );
}

/** @throws ToolError targetError's codes. */
export async function runStatement(
  session: Session,
  sql: string,
  doing: string,
): Promise<readonly TextRow[]> {
  try {
    return await session.query(sql);
  } catch (error) {
    throw targetError(error, doing);
  }
}
