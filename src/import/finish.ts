/**
 * What comes after the data: indexes, keys, foreign keys, identity values, statistics. A key that the data does not
 * allow is an answer, not an accident: it is returned, and the rest goes on.
 */
import { serverAnswer, type ServerAnswer } from "../target/server-answer.js";
import type { Session, TextRow } from "../target/session.js";
import { isNameTaken, targetError } from "../target/target-error.js";

export type StepResult = { readonly status: "made" } | ({ readonly status: "refused" } & ServerAnswer);

const made: StepResult = { status: "made" };

/**
 * @param doing for the error, after "cannot"
 * @throws ToolError for what is no answer about the data: connection, disk, rights, cancelled, a name that somebody has taken.
 */
export async function runStep(session: Session, sql: string, doing: string): Promise<StepResult> {
  try {
    await session.query(sql);
    return made;
  } catch (error) {
    const answer = serverAnswer(error);
    if (answer === null || isNameTaken(error)) throw targetError(error, doing);
    return { status: "refused", ...answer };
  }
}

/** The shape of a key whose index stands; translate/statements/finish-plan.ts makes them. */
export interface BuiltIndex {
  readonly attachSql: string | null;
  readonly dropSql: string;
}

/**
 * Makes the constraint of a key out of its index. Where that is refused, the index goes too: it would be a key that
 * nobody is told of.
 *
 * @throws ToolError as runStep
 */
export async function attachKey(session: Session, index: BuiltIndex, doing: string): Promise<StepResult> {
  if (index.attachSql === null) return made;
  const result = await runStep(session, index.attachSql, doing);
  if (result.status === "refused") await runStatement(session, index.dropSql, doing);
  return result;
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
