/** The columns of a schema's tables, domains seen through (PostgreSQL documentation, 53.7 "pg_attribute", 53.64 "pg_type"). */
import type { SequenceName, TargetColumn } from "../../model/target-schema.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";

/**
 * A domain over a domain has the length of the innermost that says one, and the first default on the way (documentation, CREATE DOMAIN).
 * An array of domains stays what it is called.
 */
const columnsSql = `
  WITH RECURSIVE own AS (
    SELECT c.relname, a.*, pg_get_expr(d.adbin, d.adrelid) AS own_default
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped),
  types AS (
    SELECT DISTINCT atttypid AS start, atttypid AS type, NULL::int AS length, false AS not_null, NULL::text AS "default", 0 AS depth FROM own
     UNION ALL
    SELECT w.start, t.typbasetype, t.typtypmod, w.not_null OR t.typnotnull, coalesce(w."default", t.typdefault COLLATE "default"), w.depth + 1
      FROM types w JOIN pg_type t ON t.oid = w.type AND t.typtype = 'd'),
  bases AS (SELECT DISTINCT ON (start) * FROM types ORDER BY start, depth DESC),
  taken AS (
    SELECT own.attrelid, own.attnum, jsonb_agg(DISTINCT jsonb_build_object('schema', n.nspname, 'name', s.relname)) AS sequences
      FROM own
        LEFT JOIN pg_attrdef f ON f.adrelid = own.attrelid AND f.adnum = own.attnum
        JOIN pg_depend d ON
          -- What the column owns: serial (auto), identity (internal).
          (d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = own.attrelid
            AND d.refobjsubid = own.attnum AND d.deptype IN ('a', 'i'))
          -- What its default names.
          OR (d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n')
        JOIN pg_class s ON s.oid = CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid ELSE d.refobjid END AND s.relkind = 'S'
        JOIN pg_namespace n ON n.oid = s.relnamespace
     GROUP BY 1, 2)
  SELECT own.relname AS table, own.attname AS column,
         CASE WHEN b.depth = 0 THEN format_type(own.atttypid, own.atttypmod) ELSE format_type(b.type, b.length) END AS type,
         CASE WHEN b.depth > 0 THEN format_type(own.atttypid, NULL) END AS domain,
         own.attnotnull OR b.not_null AS not_null,
         CASE WHEN own.attgenerated = '' THEN coalesce(own.own_default COLLATE "default", b."default") END AS "default",
         nullif(own.attidentity, '') AS identity, nullif(own.attgenerated, '') AS generated,
         CASE t.typtype WHEN 'e' THEN (SELECT coalesce(jsonb_agg(l.enumlabel ORDER BY l.enumsortorder), '[]')
                                         FROM pg_enum l WHERE l.enumtypid = t.oid) END AS labels,
         EXISTS (SELECT FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
                  WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
                    AND d.refclassid = 'pg_extension'::regclass AND x.extname = 'citext') AS is_citext,
         coalesce(taken.sequences, '[]') AS sequences
    FROM own JOIN bases b ON b.start = own.atttypid
      LEFT JOIN pg_type e ON e.typarray = b.type JOIN pg_type t ON t.oid = coalesce(e.oid, b.type)
      LEFT JOIN taken ON taken.attrelid = own.attrelid AND taken.attnum = own.attnum
   ORDER BY own.relname COLLATE "C", own.attnum`;

/**
 * Of ordinary and partitioned tables, by these, each in its order.
 *
 * @throws ToolError targetError's codes.
 */
export async function readTargetColumns(session: Session, schema: string): Promise<readonly TargetColumn[]> {
  const rows = await session.query(columnsSql, [schema]).catch((error: unknown) => {
    throw targetError(error, "read the target's catalogs");
  });
  return rows.map((row) => ({
    table: row["table"] ?? "",
    column: row["column"] ?? "",
    type: row["type"] ?? "",
    labels: row["labels"] === null ? null : (JSON.parse(row["labels"] ?? "[]") as string[]),
    isCitext: row["is_citext"] === "t",
    domain: row["domain"] ?? null,
    notNull: row["not_null"] === "t",
    defaultSql: row["default"] ?? null,
    identity: row["identity"] === null ? null : row["identity"] === "a" ? "always" : "default",
    generated: row["generated"] === null ? null : row["generated"] === "s" ? "stored" : "virtual",
    sequences: JSON.parse(row["sequences"] ?? "[]") as SequenceName[],
  }));
}
