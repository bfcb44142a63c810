/** Which row and which column it was, when SQLite could not compute the records of a table. */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import { storedColumn, type SqliteTable } from "../model/sqlite.js";
import { confinedRows, ExpressionError, type ConfinedOptions } from "../source/confined-rows.js";
import type { Source } from "../source/source.js";
import { fromSql, recordsSql } from "./sqlite-records.js";

/** Why SQLite does not know what computes one of the columns, or null where it does. Evaluates nothing. */
export async function refusalOf(
  source: Source,
  table: SqliteTable,
  columns: readonly string[],
  options: ConfinedOptions,
): Promise<string | null> {
  const trouble = await troubleOf(
    source,
    `SELECT ${columns.map((name) => stored(table, name)).join(", ")} ${fromSql(table)} LIMIT 0`,
    options,
  );
  return trouble === null ? null : trouble.said;
}

/** @param error what `computeRecords` threw for the table. */
export async function namedTrouble(
  source: Source,
  table: SqliteTable,
  error: ExpressionError,
  options: ConfinedOptions,
): Promise<ToolError> {
  const computed = table.columns.flatMap(({ name, generated }) => (generated === "computed" ? [name] : []));
  const row = await rowOf(source, table, error, options);
  let said = error.said;
  let blamed = computed;
  for (const name of computed.length > 1 ? computed : []) {
    const sql = `SELECT ${stored(table, name)} ${fromSql(table)} LIMIT 1 OFFSET ${row}`;
    const trouble = await troubleOf(source, sql, options);
    if (trouble === null) continue;
    said = trouble.said;
    blamed = [name];
    break;
  }
  const columns = blamed.map((name) => quote(name)).join(", ");
  const skips = blamed.map((name) => `${JSON.stringify(name)}: { skip: true }`).join(", ");
  return new ToolError(
    "source-expression",
    `Table ${quote(table.name)}, ${blamed.length === 1 ? "column" : "one of the columns"} ${columns}, ` +
      `${rowName(source, table, row)}: SQLite cannot compute the value: ${said}.`,
    "PostgreSQL cannot compute this virtual column, so its values are needed. Without it, by a mapping file: " +
      `tables: { ${JSON.stringify(table.name)}: { columns: { ${skips} } } }`,
    { cause: error },
  );
}

/** The column as SQL has to name it. */
const stored = (table: SqliteTable, column: string): string => quote(storedColumn(table, column));

/** How many rows come before the one that is in the way. When it was time, rows may have been under way. */
async function rowOf(
  source: Source,
  table: SqliteTable,
  { trouble, rows }: ExpressionError,
  options: ConfinedOptions,
): Promise<number> {
  if (trouble !== "late") return rows;
  const sql = `${recordsSql(table, null)} LIMIT -1 OFFSET ${rows}`;
  return rows + ((await troubleOf(source, sql, { ...options, eachRow: true }))?.rows ?? 0);
}

async function troubleOf(
  source: Source,
  sql: string,
  options: ConfinedOptions,
): Promise<ExpressionError | null> {
  const rows = confinedRows(source, sql, options);
  try {
    for (;;) if ((await rows.next()).done === true) return null;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

/** No expression of the file is evaluated: only rowids are read. */
function rowName({ database }: Source, table: SqliteTable, before: number): string {
  if (table.rowidName === null) return `row ${before + 1} in the order of the table`;
  const rowid = database
    .prepare<[], bigint>(
      `SELECT ${stored(table, table.rowidName)} ${fromSql(table)} LIMIT 1 OFFSET ${before}`,
    )
    .pluck()
    .get();
  return rowid === undefined ? `row ${before + 1}` : `rowid ${rowid}`;
}
