/** The table sqlift.rejected_rows: the target room makes it, transform fills it, validate reads it (docs/decisions/rejects.md). */
import { arrayType, pgType, type PgType } from "./postgres.js";

const text = pgType("text");
const bigint = pgType("bigint");

const column = <Name extends string>(name: Name, type: PgType, notNull: boolean) => ({ name, type, notNull });

/** In the order in which they are written. */
export const rejectedRowsColumns = [
  column("run", bigint, true),
  column("table_name", text, true),
  column("rowid", bigint, false),
  column("key", text, false),
  column("column_name", text, true),
  column("code", text, true),
  column("reason", text, true),
  column("columns", arrayType(text), true),
  column("classes", arrayType(text), true),
  column("values", arrayType(pgType("bytea")), true),
] as const;

export type RejectedRowsColumn = (typeof rejectedRowsColumns)[number];
