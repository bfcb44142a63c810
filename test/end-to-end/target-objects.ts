/** Every object of the schema `public`, by the catalogs of PostgreSQL, in the words of source-objects.ts. */
import type { TestDatabase } from "../database.js";
import type { SchemaObject } from "./source-objects.js";

/** The names of the source for those of the target. */
export interface SourceNames {
  table(target: string): string;
  /** @param table of the source */
  column(table: string, target: string): string;
  other(what: "index" | "constraint" | "trigger", table: string, target: string): string;
}

const inPublic = "n.nspname = 'public'";

/** Whether what an attribute holds is compared without case: by citext, or by a collation that is not deterministic. */
const caselessSql = (attribute: string): string =>
  `EXISTS (SELECT FROM pg_type y LEFT JOIN pg_collation l ON l.oid = ${attribute}.attcollation
            WHERE y.oid = ${attribute}.atttypid AND (y.typname = 'citext' OR NOT l.collisdeterministic))`;

/** An index's term as the source would have it: what stands for a collation is told by its form, or by what it is compared as. */
function termWords(
  text: string,
  isDescending: boolean,
  isCaseless: boolean,
  columnOf: (name: string) => string,
): string {
  const unquoted = (name: string): string => columnOf(name.replace(/^"(.*)"$/s, "$1").replaceAll('""', '"'));
  const nocase = /^lower\(\((.*) COLLATE "C"\)\)$/s.exec(text);
  const rtrim = /^rtrim\((.*), ' '::text\)$/s.exec(text);
  const name = /^(?:[a-z_][a-z0-9_$]*|"(?:[^"]|"")*")$/u;
  const plain = (inner: string): string => inner.replace(/^\((.*)\)::text$/s, "$1");
  const bytes = /^\(\((.*)\)::text\)$/s.exec(text)?.[1] ?? text;
  const words =
    nocase !== null && name.test(plain(nocase[1]!))
      ? `NOCASE(${unquoted(plain(nocase[1]!))})`
      : rtrim !== null && name.test(plain(rtrim[1]!))
        ? `RTRIM(${unquoted(plain(rtrim[1]!))})`
        : !name.test(bytes)
          ? "(expression)"
          : isCaseless
            ? `NOCASE(${unquoted(bytes)})`
            : unquoted(bytes);
  return isDescending ? `${words} DESC` : words;
}

const actions: Readonly<Record<string, string>> = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
};

export async function targetObjects(
  database: TestDatabase,
  names: SourceNames,
): Promise<readonly SchemaObject[]> {
  const objects: SchemaObject[] = [];
  const add = (type: SchemaObject["type"], table: string | null, name: string, details = ""): void =>
    void objects.push({ type, table, name, details });
  const text = (value: string | null | undefined): string => value ?? "";
  const columnsOf = (table: string, list: string | null | undefined): string =>
    (JSON.parse(text(list)) as string[]).map((name) => names.column(table, name)).join(", ");

  const compared = (table: string, list: string | null | undefined): string =>
    columnsOf(table, list)
      .split(", ")
      .map((name) => (caseless.has(JSON.stringify([table, name])) ? `NOCASE(${name})` : name))
      .join(", ");

  for (const { relname, relkind } of await database.query(
    `SELECT relname, relkind FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE ${inPublic} AND relkind IN ('r', 'v')`,
  )) {
    if (relkind === "v") add("view", null, names.table(text(relname)));
    else add("table", names.table(text(relname)), names.table(text(relname)));
  }

  const caseless = new Set<string>();
  for (const row of await database.query(
    `SELECT relname, attname, atttypid::regtype AS type, ${caselessSql("a")} AS is_caseless, attnotnull, atthasdef, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid) AS expression
       FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
       LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
      WHERE ${inPublic} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped`,
  )) {
    const table = names.table(text(row["relname"]));
    const column = names.column(table, text(row["attname"]));
    // No column of SQLite is of this type: it stands for a full-text index.
    if (row["type"] === "tsvector") {
      add("virtual table", null, column);
      continue;
    }
    add("column", table, column);
    if (row["is_caseless"] === "t") {
      caseless.add(JSON.stringify([table, column]));
      add("collation", table, column, "NOCASE");
    }
    if (row["attgenerated"] !== "") add("generated column", table, column);
    else if (row["atthasdef"] === "t") add("default", table, column);
    if (row["attnotnull"] === "t") add("not null", table, column);
    if (row["attidentity"] !== "") add("identity", table, column);
  }

  const keyColumns = (relation: string, key: string): string =>
    `(SELECT json_agg(attname ORDER BY place) FROM unnest(${key}) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute ON attrelid = ${relation} AND attnum = number)`;
  for (const row of await database.query(
    `SELECT c.relname, conname, contype, confupdtype, confdeltype, p.relname AS parent,
            ${keyColumns("conrelid", "conkey")} AS columns, ${keyColumns("confrelid", "confkey")} AS parent_columns
       FROM pg_constraint JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_class p ON p.oid = confrelid
      WHERE ${inPublic} AND contype IN ('p', 'u', 'c', 'f')`,
  )) {
    const table = names.table(text(row["relname"]));
    const columns = row["contype"] === "c" ? "" : columnsOf(table, row["columns"]);
    if (row["contype"] === "p") add("primary key", table, columns);
    if (row["contype"] === "u") add("unique", table, compared(table, row["columns"]));
    if (row["contype"] === "c") add("check", table, names.other("constraint", table, text(row["conname"])));
    if (row["contype"] !== "f") continue;
    const parent = names.table(text(row["parent"]));
    const [onUpdate, onDelete] = [actions[text(row["confupdtype"])], actions[text(row["confdeltype"])]];
    add(
      "foreign key",
      table,
      columns,
      `${parent} (${columnsOf(parent, row["parent_columns"])}) ${onUpdate} ${onDelete}`,
    );
  }

  // Of constraints they are no objects of their own.
  for (const row of await database.query(
    `SELECT t.relname AS relname, c.relname AS name, indisunique, indpred IS NOT NULL AS partial,
            (SELECT json_agg(json_build_array(pg_get_indexdef(indexrelid, k, false), indoption[k - 1] & 1, ${caselessSql("a")}) ORDER BY k)
               FROM generate_series(1, indnkeyatts) AS k JOIN pg_attribute a ON attrelid = indexrelid AND attnum = k) AS terms
       FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam
      WHERE ${inPublic} AND amname <> 'gin' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))`,
  )) {
    const table = names.table(text(row["relname"]));
    const terms = (JSON.parse(text(row["terms"])) as [string, number, boolean][]).map(
      ([term, descending, isCaseless]) =>
        termWords(term, descending === 1, isCaseless, (name) => names.column(table, name)),
    );
    const details = `${row["indisunique"] === "t" ? "unique " : ""}(${terms.join(", ")})${row["partial"] === "t" ? " where" : ""}`;
    add("index", table, names.other("index", table, text(row["name"])), details);
  }

  for (const row of await database.query(
    `SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
      WHERE ${inPublic} AND NOT tgisinternal`,
  )) {
    const table = names.table(text(row["relname"]));
    add("trigger", table, names.other("trigger", table, text(row["tgname"])));
  }
  return objects;
}

/** The columns whose values have a collation, as only texts have: `[table, column]` as JSON, by their names in the source. */
export async function textColumns(database: TestDatabase, names: SourceNames): Promise<ReadonlySet<string>> {
  const rows = await database.query(
    `SELECT relname, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
       JOIN pg_namespace n ON n.oid = relnamespace WHERE ${inPublic} AND attcollation <> 0 AND attnum > 0`,
  );
  return new Set(
    rows.map(({ relname, attname }) => {
      const table = names.table(relname ?? "");
      return JSON.stringify([table, names.column(table, attname ?? "")]);
    }),
  );
}
