/** What a run takes away from tables of others for a while, and how it comes back: kept before it is away, whatever happens then. */
import type { SetAsideItem, SetAsideRecord } from "../../model/existing.js";
import type { RelationName } from "../../model/target-schema.js";
import type { Session, TextRow } from "../session.js";
import { hasHistoryTable } from "./has-table.js";
import { historySchema } from "./schema.js";

/** In a transaction that has to be on the disk before anything goes away. @throws what the session throws. */
export async function recordSetAside(
  session: Session,
  run: number,
  items: readonly SetAsideItem[],
): Promise<void> {
  const rows = items.map(({ parent, backSql, validateSql, ...item }, number) => ({
    number,
    kind: item.kind,
    schema_name: item.schema,
    table_name: item.table,
    name: item.name,
    parent,
    definition: item.definition,
    back_sql: backSql,
    validate_sql: validateSql,
  }));
  await session.query(
    `INSERT INTO ${historySchema}.set_aside
       (run, number, kind, schema_name, table_name, name, parent, definition, back_sql, validate_sql)
     SELECT $1, number, kind, schema_name, table_name, name, nullif(parent, 'null'), definition, back_sql, validate_sql
       FROM jsonb_to_recordset($2) AS item (number int, kind text, schema_name text, table_name text, name text, parent jsonb,
         definition text, back_sql jsonb, validate_sql text)`,
    [String(run), JSON.stringify(rows)],
  );
}

/**
 * What was not seen in its place again, of one run or of all; the order is that in which it comes back.
 *
 * @throws what the session throws; where there is no history, there is nothing.
 */
export async function readSetAside(
  session: Session,
  run: number | null = null,
): Promise<readonly SetAsideRecord[]> {
  if (!(await hasHistoryTable(session, "set_aside"))) return [];
  const rows = await session.query(
    `SELECT * FROM ${historySchema}.set_aside WHERE back IS NULL AND run = coalesce($1, run) ORDER BY run, number`,
    [run === null ? null : String(run)],
  );
  return rows.map(recordOf);
}

const recordOf = (row: TextRow): SetAsideRecord => ({
  run: Number(row["run"]),
  number: Number(row["number"]),
  kind: row["kind"] as SetAsideRecord["kind"],
  schema: row["schema_name"] ?? "",
  table: row["table_name"] ?? "",
  name: row["name"] ?? "",
  parent: JSON.parse(row["parent"] ?? "null") as RelationName | null,
  definition: row["definition"] ?? "",
  backSql: JSON.parse(row["back_sql"] ?? "[]") as string[],
  validateSql: row["validate_sql"] ?? null,
});

/** @throws what the session throws. */
export async function recordBack(session: Session, records: readonly SetAsideRecord[]): Promise<void> {
  if (records.length === 0) return;
  const those = records.map(({ run, number }) => `(${run}, ${number})`).join(", ");
  await session.query(
    `UPDATE ${historySchema}.set_aside SET back = clock_timestamp() WHERE back IS NULL AND (run, number) IN (${those})`,
  );
}
