import type { Session } from "../session.js";
import { historySchema } from "./schema.js";

/** Whether the history has that table: an older one may not. Asked of the catalogs, for naming it needs rights on its schema. */
export async function hasHistoryTable(session: Session, name: string): Promise<boolean> {
  const rows = await session.query(
    `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '${historySchema}' AND c.relname = $1`,
    [name],
  );
  return rows.length > 0;
}
