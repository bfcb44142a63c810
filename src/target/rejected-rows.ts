/**
 * Rows that did not fit, kept whole in the target: each value with its storage class in SQLite and all of its bytes, so
 * that it can be brought back when somebody has decided what it should be (docs/decisions/rejects.md).
 */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import { typeSql } from "../model/postgres.js";
import { rejectedRowsColumns } from "../model/rejected-rows.js";
import { historySchema } from "./history-schema.js";
import type { Session } from "./session.js";

const rejectedRows = `${historySchema}.rejected_rows`;

const definitions = rejectedRowsColumns.map(
  ({ name, type, notNull }) => `${quote(name)} ${typeSql(type)}${notNull ? " NOT NULL" : ""}`,
);
const createSql = `CREATE TABLE ${rejectedRows} (${definitions.join(", ")});
CREATE INDEX ON ${rejectedRows} (run, table_name)`;

/** Takes what transform/rejected-rows.ts writes. */
export const copyRejectedSql = `COPY ${rejectedRows} (${rejectedRowsColumns
  .map(({ name }) => quote(name))
  .join(", ")}) FROM STDIN (FORMAT binary)`;

/** Of a run that is undone. */
export const dropRejectedSql = (run: number): string => `DELETE FROM ${rejectedRows} WHERE run = ${run}`;

/**
 * Makes the table where it is missing; in the transaction that begins a run, under its lock.
 *
 * @throws ToolError `target-rights` with the GRANT that is missing; what the session throws.
 */
export async function ensureRejectedRows(session: Session): Promise<void> {
  const [seen] = await session.query(
    `SELECT current_user AS role, has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
              AND has_table_privilege(c.oid, 'DELETE') AS writable
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = '${historySchema}' AND c.relname = 'rejected_rows'`,
  );
  if (seen === undefined) await session.query(createSql);
  else if (seen["writable"] !== "t") {
    const role = quote(seen["role"] ?? "");
    throw new ToolError(
      "target-rights",
      `Role ${role} may not keep rejected rows in ${rejectedRows}.`,
      `GRANT SELECT, INSERT, DELETE ON ${rejectedRows} TO ${role};`,
    );
  }
}
