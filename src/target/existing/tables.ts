/** The relations of a schema that may stand for tables (PostgreSQL documentation, 53.11 "pg_class"). */
import type { TableRight, TargetKind, TargetTable } from "../../model/target-schema.js";
import type { Session } from "../session.js";

export type RelationFacts = Omit<TargetTable, "columns" | "keys" | "links" | "triggers">;

const kinds: Readonly<Record<string, TargetKind>> = {
  r: "table",
  p: "partitioned",
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

/** In the order of their names. @throws what the session throws. */
export async function readRelations(session: Session, schema: string): Promise<readonly RelationFacts[]> {
  const rows = await session.query(
    `SELECT c.relname AS name, c.relkind AS kind, c.relispartition AS is_partition,
            c.relkind IN ('r', 'f') AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS has_children,
            pg_get_userbyid(c.relowner) AS owner, pg_has_role(c.relowner, 'USAGE') AS is_ours,
            -- "off" makes an error of what would hide rows, and counts as not active.
            c.relrowsecurity AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
              AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE')) AS row_security,
            c.relkind <> 'v' AND EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN') AS has_rules,
            EXISTS (SELECT FROM pg_constraint k WHERE k.condeferrable AND k.contype IN ('p', 'u', 'x') AND (k.conrelid = c.oid
              OR c.relkind = 'p' AND k.conrelid IN (SELECT relid FROM pg_partition_tree(c.oid)))) AS has_deferrable_key,
            (SELECT coalesce(jsonb_agg(r), '[]') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) r
              WHERE has_table_privilege(c.oid, r)) AS rights
       FROM pg_class c
      WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      ORDER BY c.relname COLLATE "C"`,
    [schema],
  );
  return rows.map((row) => ({
    name: row["name"] ?? "",
    kind: kinds[row["kind"] ?? ""] ?? "table",
    isPartition: row["is_partition"] === "t",
    hasChildren: row["has_children"] === "t",
    owner: row["owner"] ?? "",
    isOurs: row["is_ours"] === "t",
    rowSecurity: row["row_security"] === "t",
    hasRules: row["has_rules"] === "t",
    hasDeferrableKey: row["has_deferrable_key"] === "t",
    rights: JSON.parse(row["rights"] ?? "[]") as TableRight[],
  }));
}

/**
 * Whether the role may set session_replication_role: superusers, and from 15 on who was given it (documentation, 19.11.1). Asked by
 * setting it, for hosted servers have ways of their own; within no transaction.
 */
export async function mayReplicate(session: Session): Promise<boolean> {
  await session.query("BEGIN");
  try {
    await session.query("SET LOCAL session_replication_role = replica");
    return true;
  } catch {
    return false;
  } finally {
    await session.query("ROLLBACK");
  }
}
