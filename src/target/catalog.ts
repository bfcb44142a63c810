/** Asks the target's catalogs what is there and what may be done (PostgreSQL documentation, chapter 52). */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import type { Session, TextRow } from "./session.js";
import { targetError } from "./target-error.js";

export interface TakenName {
  readonly name: string;
  /** `table`, `index`, `view`, `type`, `array type` ... */
  readonly what: string;
}

const kindWords = `CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index'
  WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
  ELSE 'type' END`;

/** What is to stand in a schema. */
export interface WantedNames {
  /** Tables, views, indexes, sequences: they share one namespace. */
  readonly relations: readonly string[];
  /** Those of them that bring types: tables and views. */
  readonly tables: readonly string[];
  /** Without arguments. */
  readonly functions: readonly string[];
}

/**
 * Which of the names something in `schema` has already. Each table brings two types, of its
 * own name and that of its array; moved into a schema, they do not make way for what is there (ALTER TABLE, SET SCHEMA).
 *
 * @throws ToolError targetError's codes.
 */
export async function takenNames(
  session: Session,
  schema: string,
  { relations, tables, functions }: WantedNames,
): Promise<readonly TakenName[]> {
  const rows = await ask(
    session,
    `WITH names AS (SELECT jsonb_array_elements_text($2::jsonb) AS name),
          tables AS (SELECT jsonb_array_elements_text($3::jsonb) AS name),
          types AS (SELECT name FROM tables UNION ALL SELECT ('_' || name)::name::text FROM tables)
     SELECT c.relname AS name, ${kindWords} AS what
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname IN (SELECT name FROM names)
     UNION
     SELECT t.typname, CASE WHEN c.oid IS NOT NULL THEN ${kindWords} WHEN e.oid IS NOT NULL THEN 'array type' ELSE 'type' END
       FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         LEFT JOIN pg_class c ON c.reltype = t.oid LEFT JOIN pg_type e ON e.typarray = t.oid
      WHERE n.nspname = $1 AND t.typname IN (SELECT name FROM types)
        -- What comes with a relation or a type that is named already is not named again.
        AND NOT coalesce(c.relname IN (SELECT name FROM names), false)
        AND NOT coalesce(e.typname IN (SELECT name FROM types), false)
     UNION
     SELECT p.proname, 'function' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = $1 AND p.pronargs = 0 AND p.proname IN (SELECT jsonb_array_elements_text($4::jsonb))
     ORDER BY 1`,
    [schema, JSON.stringify(relations), JSON.stringify(tables), JSON.stringify(functions)],
  );
  return rows.map((row) => ({ name: row["name"] ?? "", what: row["what"] ?? "" }));
}

/**
 * @param inPlace whether tables are made where they stay, so that no other schema is needed; default: false.
 * @returns whether the schema is there.
 * @throws ToolError `target-rights`, with the GRANT that is missing, when tables cannot be put there.
 */
export async function checkRights(session: Session, schema: string, inPlace = false): Promise<boolean> {
  const rows = await ask(
    session,
    `SELECT current_user AS role, current_database() AS database,
            has_database_privilege(current_database(), 'CREATE') AS may_make_schemas,
            to_regnamespace(quote_ident($1)) IS NOT NULL AS there,
            coalesce(has_schema_privilege(to_regnamespace(quote_ident($1)), 'CREATE'), true) AS may_make_tables`,
    [schema],
  );
  const answer = rows[0] ?? {};
  const role = quote(answer["role"] ?? "");
  if (answer["may_make_tables"] !== "t") {
    throw new ToolError(
      "target-rights",
      `Role ${role} may not make tables in schema ${quote(schema)}.`,
      `GRANT USAGE, CREATE ON SCHEMA ${quote(schema)} TO ${role};`,
    );
  }
  const isThere = answer["there"] === "t";
  if (answer["may_make_schemas"] !== "t" && !(inPlace && isThere)) {
    const database = quote(answer["database"] ?? "");
    const why = inPlace
      ? `and there is no schema ${quote(schema)}`
      : "and a run builds its tables in a schema of its own until they are proven";
    throw new ToolError(
      "target-rights",
      `Role ${role} may not make schemas in database ${database}, ${why}.`,
      `GRANT CREATE ON DATABASE ${database} TO ${role};` +
        (inPlace
          ? ""
          : "\nWithout that right: sqlift migrate --no-history makes the tables where they stay, in one transaction."),
    );
  }
  return isThere;
}

async function ask(
  session: Session,
  sql: string,
  parameters: readonly string[],
): Promise<readonly TextRow[]> {
  try {
    return await session.query(sql, parameters);
  } catch (error) {
    throw targetError(error, "read the target's catalogs");
  }
}
