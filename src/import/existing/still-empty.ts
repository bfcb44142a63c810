import { ToolError } from "../../errors.js";
import { quoteQualified } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";

/**
 * Tables that were planned to be empty are looked at once more when nobody else may begin to fill them.
 *
 * @throws ToolError `plan-mismatch` where one has rows; targetError's codes.
 */
export async function refuseFilled(
  session: Session,
  schema: string,
  tables: readonly string[],
): Promise<void> {
  for (const table of tables)
    try {
      const name = quoteQualified(schema, table);
      const [row] = await session.query(`SELECT EXISTS (SELECT FROM ${name}) AS filled`);
      if (row?.["filled"] === "t")
        throw new ToolError(
          "plan-mismatch",
          `The target has changed since it was planned for: table ${name} has rows now.`,
          "Run again.",
        );
    } catch (error) {
      throw targetError(error, `look whether table ${table} is empty`);
    }
}
