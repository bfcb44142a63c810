/** Some columns of a small table that others made, as PostgreSQL writes them as text. */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";

/**
 * @param columns of the table, at least one.
 * @throws ToolError targetError's codes.
 */
export async function readTextRows(
  session: Session,
  schema: string,
  table: string,
  columns: readonly string[],
): Promise<readonly (readonly (string | null)[])[]> {
  const texts = columns.map((column, at) => `${quote(column)}::pg_catalog.text AS c${at}`).join(", ");
  try {
    const rows = await session.query(`SELECT ${texts} FROM ${quoteQualified(schema, table)}`);
    return rows.map((row) => columns.map((_, at) => row[`c${at}`] ?? null));
  } catch (error) {
    throw targetError(error, `read the rows of table ${table}`);
  }
}
