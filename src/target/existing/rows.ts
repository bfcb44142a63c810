/** How many rows stand in tables that others made. */
import { quoteQualified } from "../../model/identifier.js";
import type { TargetSchema } from "../../model/target-schema.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";

/**
 * Counts exactly, partitions with their table. What the role may not read has no number.
 *
 * @param names of tables of `target`.
 * @throws ToolError targetError's codes.
 */
export async function countRows(
  session: Session,
  { schema, tables }: Pick<TargetSchema, "schema" | "tables">,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { name, rights, rowSecurity } of tables) {
    if (!names.includes(name) || !rights.includes("SELECT") || rowSecurity) continue;
    try {
      const [row] = await session.query(`SELECT count(*) AS rows FROM ${quoteQualified(schema, name)}`);
      counts.set(name, Number(row?.["rows"]));
    } catch (error) {
      throw targetError(error, `count the rows of table ${name}`);
    }
  }
  return counts;
}
