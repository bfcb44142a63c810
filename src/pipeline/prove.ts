/** The proof, with what only both of the rooms know that moved the rows and that judge them. */
import type { Plan } from "../model/plan.js";
import type { TableVerdict } from "../model/verdict.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { validateTables, type ValidateOptions } from "../validate/compare.js";
import { explainZones } from "./zone-rules.js";

/**
 * As validateTables.
 *
 * @throws ToolError as validateTables.
 */
export const prove = async (
  source: Source,
  session: Session,
  plan: Plan,
  schema: string,
  options: ValidateOptions,
): Promise<readonly TableVerdict[]> =>
  explainZones(session, plan.tables, await validateTables(source, session, plan, schema, options));
