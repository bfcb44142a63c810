/**
 * Rows that did not fit, kept whole in the target: each value with its storage class in SQLite and all of its bytes, so
 * that it can be brought back when somebody has decided what it should be (docs/decisions/rejects.md).
 */
import { quote } from "../../model/identifier.js";
import { rejectedRowsColumns } from "../../model/rejected-rows.js";
import { historySchema } from "./schema.js";

const rejectedRows = `${historySchema}.rejected_rows`;

/** Takes what transform/rejects/rejected-rows.ts writes. */
export const copyRejectedSql = `COPY ${rejectedRows} (${rejectedRowsColumns
  .map(({ name }) => quote(name))
  .join(", ")}) FROM STDIN (FORMAT binary)`;

/** Of a run that is undone. */
export const dropRejectedSql = (run: number): string => `DELETE FROM ${rejectedRows} WHERE run = ${run}`;
