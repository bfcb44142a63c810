/** Which schemas tables may be moved into. Found out before the data travels: PostgreSQL would say so at the very end. */
import { maximumNameBytes } from "../model/identifier.js";
import { historySchema, runSchema } from "./history/schema.js";

/** Why `name` cannot be the schema of somebody's tables, or null. Total. */
export function schemaRefusal(name: string): string | null {
  if (name === "") return "it has no name";
  const bytes = Buffer.byteLength(name);
  if (bytes > maximumNameBytes)
    return `its name has ${bytes} bytes, of which PostgreSQL keeps ${maximumNameBytes}`;
  if (name.startsWith("pg_") || name === "information_schema") return "it is PostgreSQL's own";
  const isOurs = name === historySchema || name === runSchema(Number(/\d+$/.exec(name)?.[0] ?? 0));
  return isOurs ? "sqlift keeps its own things there" : null;
}
