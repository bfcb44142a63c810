/** Whether the server knows the time zones that a plan speaks of: without them nothing of such columns could be proven. */
import { ToolError } from "../errors.js";
import type { Plan } from "../model/plan.js";
import type { Session } from "./session.js";
import { targetError } from "./target-error.js";

/** PostgreSQL documentation, appendix A: what an unknown zone is answered with. */
const invalidParameterValue = "22023";

/** @throws ToolError `target-failed`, with the zone's name; targetError's codes. */
export async function checkZones(session: Session, { tables }: Pick<Plan, "tables">): Promise<void> {
  for (const zone of new Set(tables.flatMap(({ columns }) => columns.flatMap((column) => column.zone ?? []))))
    await checkZone(session, zone);
}

async function checkZone(session: Session, zone: string): Promise<void> {
  try {
    await session.query("SELECT now() AT TIME ZONE $1::text", [zone]);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== invalidParameterValue)
      throw targetError(error, `look for time zone ${zone}`);
    throw new ToolError(
      "target-failed",
      `The server does not know the time zone ${zone}, which the mapping names.`,
      "Its time zone database is older than the name, or lacks old names: name the zone in the mapping as " +
        "SELECT name FROM pg_timezone_names; has it, or update the database.",
      { cause: error },
    );
  }
}
