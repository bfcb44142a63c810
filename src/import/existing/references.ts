/** Rows of others that point at rows of a run: to take these away would be to change those, or to break them. */
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import type { Session } from "../../target/session.js";

export interface LoadedRows {
  /** SQL. */
  readonly name: string;
  /** Of the transactions that loaded it, as rows carry them. */
  readonly xmins: readonly string[];
}

export interface Reference {
  /** SQL of the table that points. */
  readonly child: string;
  readonly constraint: string;
  /** SQL of the run's table. */
  readonly parent: string;
  readonly rows: number;
}

export interface References {
  /** Only those with rows. */
  readonly found: readonly Reference[];
  /** Foreign keys with PERIOD: no query tells what they hold, the server does. */
  readonly isUntold: boolean;
  /** Tables that this role may not read, or not all rows of: nobody knows what they point at. SQL of their names. */
  readonly unread: readonly string[];
}

/** Every foreign key of the database that points at one of them, or at a partition of one. */
const linksSql = `
  SELECT k.conname, k.conrelid::regclass::text AS child, root.place - 1 AS parent,
         (SELECT w.place - 1 FROM jsonb_array_elements_text($1) WITH ORDINALITY AS w (name, place)
           WHERE k.conrelid = w.name::regclass OR k.conrelid IN (SELECT relid FROM pg_partition_tree(w.name::regclass))) AS own,
         coalesce((to_jsonb(k)->>'conperiod')::boolean, false) AS is_period, k.convalidated AS is_valid,
         concat_ws(E'\\n',
           CASE WHEN NOT has_schema_privilege(t.relnamespace, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %s TO %I;', t.relnamespace::regnamespace, current_user) END,
           CASE WHEN NOT has_table_privilege(t.oid, 'SELECT') THEN format('GRANT SELECT ON %s TO %I;', t.oid::regclass, current_user) END,
           CASE WHEN row_security_active(t.oid) THEN format('ALTER ROLE %I BYPASSRLS;', current_user) END) AS missing,
         (SELECT jsonb_agg(jsonb_build_array(c.attname, p.attname, format('OPERATOR(%I.%s)', s.nspname, o.oprname),
                   CASE WHEN l.oid IS NULL THEN '' ELSE format(' COLLATE %I.%I', n.nspname, l.collname) END) ORDER BY e.place)
            FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS e (child, parent, operator, place)
              JOIN pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = e.child
              JOIN pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = e.parent
              JOIN pg_operator o ON o.oid = e.operator JOIN pg_namespace s ON s.oid = o.oprnamespace
              LEFT JOIN pg_collation l ON l.oid = p.attcollation LEFT JOIN pg_namespace n ON n.oid = l.collnamespace) AS columns
    FROM jsonb_array_elements_text($1) WITH ORDINALITY AS root (name, place)
      JOIN pg_constraint k ON k.contype = 'f' AND k.conparentid = 0
        AND (k.confrelid = root.name::regclass OR k.confrelid IN (SELECT relid FROM pg_partition_tree(root.name::regclass)))
      JOIN pg_class t ON t.oid = k.conrelid
   WHERE coalesce((to_jsonb(k)->>'conenforced')::boolean, true)
   ORDER BY k.oid`;

/** A foreign key that points at one of some tables. */
export interface LinkInto {
  readonly name: string;
  /** SQL of the table that points. */
  readonly child: string;
  /** Which of the tables that is, or it is a partition of; null: none of them. */
  readonly own: number | null;
  /** Which of the tables it points at. */
  readonly parent: number;
  readonly isPeriod: boolean;
  readonly isValid: boolean;
  /** SQL that lets this role see all rows of the child, a line each; empty: it does. */
  readonly missing: string;
  /** SQL of a condition: row `c` of the child points at row `p` of the parent. */
  readonly pointsSql: string;
  /** Of the child. */
  readonly columns: readonly string[];
}

/** @param tables SQL of their names. @throws what the session throws. */
export async function readLinksInto(
  session: Session,
  tables: readonly string[],
): Promise<readonly LinkInto[]> {
  const links = await session.query(linksSql, [JSON.stringify(tables)]);
  return links.map((link) => {
    const columns = JSON.parse(link["columns"] ?? "[]") as [string, string, string, string][];
    const own = link["own"] ?? null;
    return {
      name: link["conname"] ?? "",
      child: link["child"] ?? "",
      own: own === null ? null : Number(own),
      parent: Number(link["parent"]),
      isPeriod: link["is_period"] === "t",
      isValid: link["is_valid"] === "t",
      missing: link["missing"] ?? "",
      pointsSql: columns
        .map(([of, to, operator, collation]) => `p.${quote(to)}${collation} ${operator} c.${quote(of)}`)
        .join(" AND "),
      columns: columns.map(([of]) => of),
    };
  });
}

/**
 * Before a run begins: where it has to be taken out again, who points at its rows has to be seen.
 *
 * @param tables SQL of the names of those that it loads.
 * @throws ToolError `target-rights`; what the session throws.
 */
export async function checkReferencesReadable(session: Session, tables: readonly string[]): Promise<void> {
  const unread = (await readLinksInto(session, tables)).filter(({ missing }) => missing !== "");
  if (unread.length === 0) return;
  const children = [...new Set(unread.map(({ child }) => child))];
  throw new ToolError(
    "target-rights",
    `Foreign keys of tables that this role cannot read whole point at those that would be loaded: ${children.join(", ")}. ` +
      "Where rows have to be taken out again, nobody could tell who points at them.",
    [...new Set(unread.flatMap(({ missing }) => missing.split("\n")))].join("\n"),
  );
}

/** Under locks that keep others from pointing at more. @throws what the session throws. */
export async function findReferences(session: Session, tables: readonly LoadedRows[]): Promise<References> {
  const links = await readLinksInto(
    session,
    tables.map(({ name }) => name),
  );
  const found: Reference[] = [];
  const isTold = ({ isPeriod, missing }: LinkInto): boolean => !isPeriod && missing === "";
  for (const { name, child, own, pointsSql, ...link } of links.filter(isTold)) {
    const parent = tables[link.parent]!;
    const [row] = await session.query(
      `SELECT count(*) AS rows FROM ${child} AS c
        WHERE NOT c.xmin = ANY ($2::xid[]) AND EXISTS (SELECT FROM ${parent.name} AS p WHERE p.xmin = ANY ($1::xid[]) AND ${pointsSql})`,
      [`{${parent.xmins.join(",")}}`, `{${(own === null ? [] : tables[own]!.xmins).join(",")}}`],
    );
    const rows = Number(row?.["rows"]);
    if (rows > 0) found.push({ child, constraint: name, parent: parent.name, rows });
  }
  const unread = links.flatMap(({ missing, child }) => (missing === "" ? [] : [child]));
  return { found, isUntold: links.some(({ isPeriod }) => isPeriod), unread: [...new Set(unread)] };
}
