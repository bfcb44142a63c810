/** A database's tables as text, by queries of its own: what a person would look at after a migration. */
import type { TestDatabase } from "./database.js";

/** Columns, constraints, indexes, next identity values and rows of every table outside sqlift's own schema. */
export async function describeDatabase(database: TestDatabase): Promise<string> {
  const tables = await database.query(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sqlift')
      ORDER BY n.nspname, c.relname COLLATE "C"`,
  );
  const parts: string[] = [];
  for (const { name, oid } of tables) parts.push(await describeTable(database, name ?? "", oid ?? ""));
  return [...parts, ...(await describeObjects(database))].join("\n");
}

/** Views, and triggers with their functions. */
async function describeObjects(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.query(
    `SELECT format(E'view %s\n%s', c.oid::regclass, pg_get_viewdef(c.oid)) AS words
       FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
     UNION ALL
     SELECT format(E'%s\n%s', pg_get_triggerdef(t.oid), pg_get_functiondef(t.tgfoid)) FROM pg_trigger t WHERE NOT t.tgisinternal
     ORDER BY 1`,
  );
  return rows.map(({ words }) => words ?? "");
}

async function describeTable(database: TestDatabase, name: string, oid: string): Promise<string> {
  const columns = await database.query(
    `SELECT format('%s %s%s%s%s%s', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attnotnull THEN ' not null' END,
              CASE WHEN a.attidentity <> '' THEN ' identity' END,
              CASE a.attgenerated WHEN '' THEN ' default' WHEN 's' THEN ' stored as' ELSE ' virtual as' END || ' '
                || pg_get_expr(d.adbin, d.adrelid),
              ' -- ' || col_description(a.attrelid, a.attnum)) AS line
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [oid],
  );
  // PostgreSQL 18 lists NOT NULL as constraints too; older ones do not.
  const constraints = await database.query(
    `SELECT quote_ident(conname) || ': ' || pg_get_constraintdef(oid) AS line FROM pg_constraint
      WHERE conrelid = $1 AND contype <> 'n' ORDER BY contype, conname COLLATE "C"`,
    [oid],
  );
  const indexes = await database.query(
    `SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index i
      WHERE indrelid = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
      ORDER BY 1`,
    [oid],
  );
  const sequences = await database.query(
    `SELECT s.oid::regclass::text AS sequence
       FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
      WHERE d.refobjid = $1 AND d.deptype = 'i'`,
    [oid],
  );
  const nexts: string[] = [];
  for (const { sequence } of sequences) {
    const [row] = await database.query(
      `SELECT CASE WHEN is_called THEN 'after ' ELSE '' END || last_value AS next FROM ${sequence ?? ""}`,
    );
    nexts.push(`next ${sequence ?? ""}: ${row?.["next"] ?? ""}`);
  }
  const comments = await database.query(
    "SELECT obj_description($1, 'pg_class') AS words WHERE obj_description($1, 'pg_class') IS NOT NULL",
    [oid],
  );
  const rows = await database.query(`SELECT t::text AS line FROM ${name} AS t ORDER BY t::text COLLATE "C"`);
  const lines = [...columns, ...constraints, ...indexes].map(({ line }) => `  ${line ?? ""}`);
  return [
    `table ${name}${comments.map(({ words }) => ` -- ${words ?? ""}`).join("")}`,
    ...lines,
    ...nexts.map((each) => `  ${each}`),
    ...rows.map(({ line }) => `    ${line ?? ""}`),
    "",
  ].join("\n");
}
