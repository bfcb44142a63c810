/** Whether the columns of a table in the target are of the types that the plan says. */
import { heldTypes } from "../../model/held-types.js";
import type { ColumnPlan } from "../../model/plan.js";
import { typeWords, type PgType } from "../../model/postgres.js";
import type { Session } from "../../target/session.js";

/** What has to be known of a table to read its rows in canonical form. */
export interface TargetTable {
  readonly target: string;
  readonly columns: readonly Pick<ColumnPlan, "target" | "type">[];
}

interface ColumnType {
  /**
   * As format_type writes it without modifiers, with its schema if that is not pg_catalog: the search path is pinned. Of a domain the type
   * below it, whose values it has.
   */
  readonly name: string;
  /** Its own, with modifiers. */
  readonly words: string;
}

/** The columns' types by the columns' names. */
export type ColumnTypes = ReadonlyMap<string, ColumnType>;

/** The columns of tables, in their order, by the tables' names; of those that are there. One question for all: the catalogs are read to their end. */
export const readColumnTypes = async (
  session: Session,
  schema: string,
  tables: readonly string[],
): Promise<ReadonlyMap<string, ColumnTypes>> => {
  const rows = await session.query(
    `WITH RECURSIVE bases AS (
       SELECT oid AS domain, typbasetype AS type FROM pg_type WHERE typtype = 'd'
       UNION ALL
       SELECT b.domain, t.typbasetype FROM bases AS b JOIN pg_type AS t ON t.oid = b.type AND t.typtype = 'd')
     SELECT c.relname::text AS table, a.attname::text AS column,
       format_type(coalesce((SELECT b.type FROM bases AS b JOIN pg_type AS t ON t.oid = b.type AND t.typtype <> 'd'
         WHERE b.domain = a.atttypid), a.atttypid), NULL) AS name,
       format_type(a.atttypid, a.atttypmod) AS words
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname::text = $1::text AND c.relname::text IN (SELECT json_array_elements_text($2::json))
       AND c.relkind IN ('r', 'p')
     ORDER BY c.oid, a.attnum`,
    [schema, JSON.stringify(tables)],
  );
  const found = new Map<string, Map<string, ColumnType>>();
  for (const { table, column, name, words } of rows) {
    const columns = found.get(table ?? "") ?? new Map<string, ColumnType>();
    found.set(table ?? "", columns);
    // A table may have no columns at all.
    if (column !== null && column !== undefined) {
      columns.set(column, { name: name ?? "", words: words ?? "" });
    }
  }
  return found;
};

/** As format_type writes them, by what plans call the types that somebody has made. */
export type NamedTypes = ReadonlyMap<string, string>;

/** The plan may quote what format_type does not. */
export const readNamedTypes = async (
  session: Session,
  tables: readonly TargetTable[],
): Promise<NamedTypes> => {
  const written = tables.flatMap(({ columns }) => columns.flatMap(({ type }) => ownTypes(type)));
  if (written.length === 0) {
    return new Map();
  }
  const rows = await session.query(
    `SELECT s.sql, format_type(to_regtype(s.sql), NULL) AS name FROM json_array_elements_text($1::json) AS s(sql)`,
    [JSON.stringify([...new Set(written)])],
  );
  return new Map(rows.map(({ sql, name }) => [sql ?? "", name ?? ""]));
};

const ownTypes = (type: PgType): readonly string[] => {
  switch (type.name) {
    case "array":
      return ownTypes(type.element);
    case "enum":
    case "citext":
      return [type.sql];
    default:
      return [];
  }
};

/**
 * The first column that is missing or of a type that the planned one does not hold: a cast to the planned type could
 * round or cut and so hide a difference. Lengths and precisions may differ, values alone are compared. Null if all is
 * as planned.
 */
export const departureOf = (table: TargetTable, found: ColumnTypes, named: NamedTypes): string | null => {
  for (const { target, type } of table.columns) {
    const column = found.get(target);
    if (column === undefined) {
      return `the target's table ${table.target} has no column ${target}`;
    }
    if (!holds(type, column, named)) {
      return `the target's column ${table.target}.${target} is ${column.words}, the plan says ${typeWords(type)}`;
    }
  }
  return null;
};

/** Of a type that cannot be compared the plan may have any spelling: nothing is claimed of its values. */
const holds = (type: PgType, { name }: ColumnType, named: NamedTypes): boolean =>
  type.name === "other" || heldNames(type, named).includes(name);

const heldNames = (type: Exclude<PgType, { name: "other" }>, named: NamedTypes): readonly string[] => {
  switch (type.name) {
    case "array":
      return heldNames(type.element, named).map((name) => `${name}[]`);
    case "enum":
    case "citext":
      return [named.get(type.sql) ?? ""];
    default:
      return heldTypes[type.name];
  }
};
