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
  /** As format_type writes it without modifiers, with its schema if that is not pg_catalog: the search path is pinned. */
  readonly name: string;
  /** With modifiers. */
  readonly words: string;
}

/** The columns' types by the columns' names. */
export type ColumnTypes = ReadonlyMap<string, ColumnType>;

/** The columns of a table, in their order; null where there is no table of that name. */
export const readColumnTypes = async (
  session: Session,
  schema: string,
  table: string,
): Promise<ColumnTypes | null> => {
  const rows = await session.query(
    `SELECT a.attname::text AS column, format_type(a.atttypid, NULL) AS name,
       format_type(a.atttypid, a.atttypmod) AS words
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname::text = $1::text AND c.relname::text = $2::text AND c.relkind IN ('r', 'p')
     ORDER BY a.attnum`,
    [schema, table],
  );
  // A table may have no columns at all.
  const columns = rows.flatMap(({ column, name, words }) =>
    column === null || column === undefined
      ? []
      : [[column, { name: name ?? "", words: words ?? "" }] as const],
  );
  return rows.length === 0 ? null : new Map(columns);
};

/**
 * The first column that is missing or of a type that the planned one does not hold: a cast to the planned type could
 * round or cut and so hide a difference. Lengths and precisions may differ, values alone are compared. Null if all is
 * as planned.
 *
 * @throws what the session throws.
 */
export const departureOf = async (
  session: Session,
  table: TargetTable,
  found: ColumnTypes,
): Promise<string | null> => {
  for (const { target, type } of table.columns) {
    const column = found.get(target);
    if (column === undefined) {
      return `the target's table ${table.target} has no column ${target}`;
    }
    if (!(await holds(session, type, column))) {
      return `the target's column ${table.target}.${target} is ${column.words}, the plan says ${typeWords(type)}`;
    }
  }
  return null;
};

/** Of a type that cannot be compared the plan may have any spelling: nothing is claimed of its values. */
const holds = async (session: Session, type: PgType, { name }: ColumnType): Promise<boolean> =>
  type.name === "other" || (await heldNames(session, type)).includes(name);

const heldNames = async (
  session: Session,
  type: Exclude<PgType, { name: "other" }>,
): Promise<readonly string[]> => {
  switch (type.name) {
    case "array":
      return (await heldNames(session, type.element)).map((name) => `${name}[]`);
    case "enum":
    case "citext": {
      // The plan may quote what format_type does not.
      const [row] = await session.query("SELECT format_type(to_regtype($1::text), NULL) AS name", [type.sql]);
      return [row?.["name"] ?? ""];
    }
    default:
      return heldTypes[type.name];
  }
};
