/**
 * All that a database's catalogs say of what is not PostgreSQL's own nor sqlift's, by names instead of object identifiers: what must be
 * the same before and after. No statistics, and no state of sequences.
 */
import type { TestDatabase } from "./database.js";

/** A line each, sorted. */
export async function catalogLines(database: Pick<TestDatabase, "query">): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [catalog, sql] of Object.entries(queries)) {
    const rows = await database.query(
      `WITH own AS (SELECT oid, nspname FROM pg_namespace
                     WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'sqlift') AND nspname !~ '^pg_(toast|temp)'),
            relations AS (SELECT c.*, format('%I.%I', own.nspname, c.relname) AS name FROM pg_class c JOIN own ON own.oid = c.relnamespace)
       SELECT to_jsonb(found)::text AS line FROM (${sql}) AS found`,
    );
    lines.push(...rows.map(({ line }) => `${catalog} ${line ?? ""}`));
  }
  return lines.sort();
}

const queries: Readonly<Record<string, string>> = {
  schema: `SELECT n.nspname, n.nspowner::regrole, n.nspacl FROM pg_namespace n JOIN own ON own.oid = n.oid`,
  relation: `SELECT name, relkind, relpersistence, reloptions, relowner::regrole, relacl, relreplident, relrowsecurity, relforcerowsecurity,
      relispartition, pg_get_expr(relpartbound, oid) AS bound, reltablespace, relhastriggers, relhasrules FROM relations`,
  column: `SELECT name, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attcollation::regcollation::text, a.attnotnull,
      a.attidentity, a.attgenerated, a.attstorage, a.attcompression, a.attstattarget, a.attacl, a.attoptions, a.attinhcount, a.attislocal,
      pg_get_expr(d.adbin, d.adrelid) AS "default"
      FROM relations JOIN pg_attribute a ON a.attrelid = relations.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped`,
  constraint: `SELECT r.name, c.conname, pg_get_constraintdef(c.oid) AS definition, c.condeferrable, c.condeferred, c.convalidated,
      c.conislocal, c.coninhcount, c.connoinherit, to_jsonb(c)->>'conenforced' AS enforced, c.conindid::regclass::text AS index
      FROM pg_constraint c JOIN relations r ON r.oid = c.conrelid`,
  index: `SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid, i.indisready, i.indisclustered, i.indisreplident, i.indisprimary,
      i.indimmediate, i.indisunique FROM pg_index i JOIN relations r ON r.oid = i.indexrelid`,
  trigger: `SELECT r.name, t.tgname, pg_get_triggerdef(t.oid) AS definition, t.tgenabled, t.tgparentid <> 0 AS cloned
      FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal`,
  internal: `SELECT r.name, c.conname, t.tgenabled, t.tgfoid::regproc, count(*)
      FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid LEFT JOIN pg_constraint c ON c.oid = t.tgconstraint
     WHERE t.tgisinternal GROUP BY 1, 2, 3, 4`,
  rule: `SELECT pg_get_ruledef(w.oid) AS definition, w.ev_enabled FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class`,
  policy: `SELECT r.name, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid) AS "using"
      FROM pg_policy p JOIN relations r ON r.oid = p.polrelid`,
  function: `SELECT p.oid::regprocedure::text AS name, p.prokind, p.proowner::regrole, p.proacl, p.proconfig, md5(p.prosrc) AS source
      FROM pg_proc p JOIN own ON own.oid = p.pronamespace`,
  type: `SELECT t.oid::regtype::text AS name, t.typtype, t.typnotnull, t.typdefault, t.typowner::regrole,
      (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS labels,
      (SELECT jsonb_agg(pg_get_constraintdef(c.oid) ORDER BY c.conname) FROM pg_constraint c WHERE c.contypid = t.oid) AS checks
      FROM pg_type t JOIN own ON own.oid = t.typnamespace`,
  sequence: `SELECT name, to_jsonb(s) - 'seqrelid' AS settings FROM pg_sequence s JOIN relations r ON r.oid = s.seqrelid`,
  inheritance: `SELECT r.name, i.inhparent::regclass::text AS parent, i.inhseqno FROM pg_inherits i JOIN relations r ON r.oid = i.inhrelid`,
  publication: `SELECT p.pubname, p.puballtables, t.schemaname, t.tablename FROM pg_publication p LEFT JOIN pg_publication_tables t USING (pubname)`,
  eventTrigger: `SELECT evtname, evtevent, evtenabled, evtfoid::regproc FROM pg_event_trigger`,
  extension: `SELECT extname, extversion, extnamespace::regnamespace FROM pg_extension`,
  comment: `SELECT pg_describe_object(d.classoid, d.objoid, d.objsubid) AS object, d.description FROM pg_description d
     WHERE d.objoid >= 16384 AND pg_describe_object(d.classoid, d.objoid, d.objsubid) !~ '\\msqlift\\M'`,
  defaultRights: `SELECT a.defaclrole::regrole, a.defaclnamespace::regnamespace, a.defaclobjtype, a.defaclacl FROM pg_default_acl a`,
  dependence: `SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS object, c.conname FROM pg_depend d
      JOIN pg_constraint c ON d.refclassid = 'pg_constraint'::regclass AND c.oid = d.refobjid AND d.classid = 'pg_rewrite'::regclass`,
};
