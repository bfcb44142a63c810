/** The triggers that people made on a schema's tables and on the partitions of these (PostgreSQL documentation, 53.58 "pg_trigger"). */
import type { TargetTrigger } from "../../model/target-schema.js";
import type { Session } from "../session.js";

export interface TriggerOfTable {
  readonly table: string;
  readonly trigger: TargetTrigger;
}

/** Bits of pg_trigger.tgtype. */
const events = { INSERT: 4, DELETE: 8, UPDATE: 16, TRUNCATE: 32 } as const;

/** Those behind constraints. Up to 14 a partition's copy of a person's trigger is called internal as well. */
const isInternalSql = `(t.tgisinternal AND (t.tgparentid = 0
  OR EXISTS (SELECT FROM pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype <> 't')))`;

const triggersSql = `
  SELECT c.relname AS table, n.nspname AS schema, r.relname AS relation, t.tgname AS name, t.tgenabled AS enabled, t.tgtype AS type,
         pg_has_role(r.relowner, 'USAGE') AS may_be_switched
    FROM pg_class c
      CROSS JOIN LATERAL (SELECT c.oid AS member UNION SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p') AS tree
      JOIN pg_trigger t ON t.tgrelid = tree.member AND NOT ${isInternalSql}
      JOIN pg_class r ON r.oid = tree.member JOIN pg_namespace n ON n.oid = r.relnamespace
   WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p')
   ORDER BY c.relname COLLATE "C", 2, 3, t.tgname COLLATE "C"`;

/** A partition's also with the table that it is a part of. @throws what the session throws. */
export async function readTriggers(session: Session, schema: string): Promise<readonly TriggerOfTable[]> {
  const rows = await session.query(triggersSql, [schema]);
  return rows.map((row) => ({
    table: row["table"] ?? "",
    trigger: {
      relation: { schema: row["schema"] ?? "", name: row["relation"] ?? "" },
      name: row["name"] ?? "",
      enabled: row["enabled"] as TargetTrigger["enabled"],
      events: Object.entries(events).flatMap(([event, bit]) =>
        (Number(row["type"]) & bit) === 0 ? [] : [event],
      ),
      mayBeSwitched: row["may_be_switched"] === "t",
    },
  }));
}
