/** The foreign keys of a schema's tables (PostgreSQL documentation, 53.13 "pg_constraint"). */
import type { TargetLink } from "../../model/target-schema.js";
import type { Session, TextRow } from "../session.js";

export interface LinkOfTable {
  readonly table: string;
  readonly link: TargetLink;
}

const namesOf = (relation: string, numbers: string): string =>
  `(SELECT jsonb_agg(a.attname ORDER BY p.place) FROM unnest(${numbers}) WITH ORDINALITY AS p (number, place)
      JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = p.number)`;

/** By their object identifiers: the triggers behind them are named by these, and fire in the order of their names. */
const linksSql = `
  SELECT root.relname AS table, k.conname AS name, cn.nspname AS schema, c.relname AS relation, k.oid AS number,
         n.nspname AS parent_schema, p.relname AS parent_table,
         coalesce((SELECT r.relname FROM pg_class r WHERE p.relispartition AND r.oid = pg_partition_root(p.oid) AND r.relnamespace = p.relnamespace),
           p.relname) AS parent_root,
         ${namesOf("k.conrelid", "k.conkey")} AS columns, ${namesOf("k.confrelid", "k.confkey")} AS parent_columns,
         (SELECT jsonb_agg(format('OPERATOR(%I.%s)', s.nspname, o.oprname) ORDER BY e.place)
            FROM unnest(k.conpfeqop) WITH ORDINALITY AS e (operator, place) JOIN pg_operator o ON o.oid = e.operator
              JOIN pg_namespace s ON s.oid = o.oprnamespace) AS equals,
         CASE k.confmatchtype WHEN 'f' THEN 'full' ELSE 'simple' END AS match,
         k.condeferrable AS deferrable, k.convalidated AS is_valid,
         coalesce((to_jsonb(k)->>'conenforced')::boolean, true) AS is_enforced,
         coalesce((to_jsonb(k)->>'conperiod')::boolean, false) AS is_period,
         pg_get_constraintdef(k.oid) AS definition, obj_description(k.oid, 'pg_constraint') AS comment,
         c.relkind = 'p' OR c.relispartition OR p.relkind = 'p' OR k.conparentid <> 0 AS is_partitioned,
         NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O') AS has_ordinary_triggers,
         pg_has_role(c.relowner, 'USAGE') AND has_schema_privilege(n.oid, 'USAGE')
           AND (pg_has_role(p.relowner, 'USAGE') OR has_table_privilege(p.oid, 'REFERENCES')) AS may_be_made_again,
         has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(p.oid, 'UPDATE, DELETE, TRUNCATE') AS may_lock_parent
    FROM pg_class root
      CROSS JOIN LATERAL (SELECT root.oid AS member UNION SELECT relid FROM pg_partition_tree(root.oid) WHERE root.relkind = 'p') AS tree
      JOIN pg_constraint k ON k.conrelid = tree.member AND (k.conrelid = root.oid OR k.conparentid = 0)
      JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
      JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace n ON n.oid = p.relnamespace
   WHERE k.contype = 'f' AND root.relnamespace = to_regnamespace(quote_ident($1)) AND root.relkind IN ('r', 'p')
     -- Where the parent is partitioned, a constraint has copies that name one partition each.
     AND NOT (k.conparentid <> 0 AND p.relispartition)
   ORDER BY k.oid`;

/** In the order in which they were made. @throws what the session throws. */
export async function readLinks(session: Session, schema: string): Promise<readonly LinkOfTable[]> {
  const rows = await session.query(linksSql, [schema]);
  return rows.map((row) => ({ table: row["table"] ?? "", link: linkOf(row) }));
}

const linkOf = (row: TextRow): TargetLink => {
  const texts = (key: string): readonly string[] => JSON.parse(row[key] ?? "[]") as string[];
  return {
    name: row["name"] ?? "",
    relation: { schema: row["schema"] ?? "", name: row["relation"] ?? "" },
    number: Number(row["number"]),
    columns: texts("columns"),
    parentSchema: row["parent_schema"] ?? "",
    parentTable: row["parent_table"] ?? "",
    parentRoot: row["parent_root"] ?? "",
    parentColumns: texts("parent_columns"),
    equals: texts("equals"),
    match: row["match"] === "full" ? "full" : "simple",
    deferrable: row["deferrable"] === "t",
    isValid: row["is_valid"] === "t",
    isEnforced: row["is_enforced"] === "t",
    isPeriod: row["is_period"] === "t",
    definition: row["definition"] ?? "",
    comment: row["comment"] ?? null,
    isPartitioned: row["is_partitioned"] === "t",
    hasOrdinaryTriggers: row["has_ordinary_triggers"] === "t",
    mayBeMadeAgain: row["may_be_made_again"] === "t",
    mayLockParent: row["may_lock_parent"] === "t",
  };
};
