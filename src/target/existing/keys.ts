/** What keeps rows of a schema's tables apart: constraints and unique indexes (PostgreSQL documentation, 53.13, 53.26). */
import type { TargetKey } from "../../model/target-schema.js";
import type { Session, TextRow } from "../session.js";

export interface KeyOfTable {
  readonly table: string;
  readonly key: TargetKey;
}

/** What newer versions know is asked for by its name: older ones have no such column. */
const keysSql = `
  SELECT c.relname AS table, coalesce(k.conname, x.relname) AS name,
         CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion' ELSE 'index' END AS kind,
         CASE WHEN i.indexprs IS NULL THEN (
           SELECT jsonb_agg(a.attname ORDER BY p.place) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p (number, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number
            WHERE p.place <= i.indnkeyatts) END AS columns,
         i.indpred IS NOT NULL AS is_partial, i.indimmediate AS is_immediate, i.indisvalid AS is_valid,
         coalesce((to_jsonb(i)->>'indnullsnotdistinct')::boolean, false) AS nulls_not_distinct,
         coalesce((to_jsonb(k)->>'conperiod')::boolean, false) AS is_period
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
      LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
   WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND (i.indisunique OR i.indisexclusion)
   ORDER BY c.relname COLLATE "C", k.contype IS DISTINCT FROM 'p', x.relname COLLATE "C"`;

/** A primary key comes first. @throws what the session throws. */
export async function readKeys(session: Session, schema: string): Promise<readonly KeyOfTable[]> {
  const rows = await session.query(keysSql, [schema]);
  return rows.map((row) => ({ table: row["table"] ?? "", key: keyOf(row) }));
}

const keyOf = (row: TextRow): TargetKey => ({
  name: row["name"] ?? "",
  kind: row["kind"] as TargetKey["kind"],
  columns: row["columns"] === null ? null : (JSON.parse(row["columns"] ?? "[]") as string[]),
  isPartial: row["is_partial"] === "t",
  isImmediate: row["is_immediate"] === "t",
  isValid: row["is_valid"] === "t",
  nullsNotDistinct: row["nulls_not_distinct"] === "t",
  isPeriod: row["is_period"] === "t",
});
