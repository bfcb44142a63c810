/** Some columns of a small table, as SQLite writes them as text. */
import { quote } from "../model/identifier.js";
import { storedColumn, storedTable, type SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";

/**
 * @param columns of the table, at least one; none is virtual.
 * @param most so many rows at most, at least 1.
 * @throws ToolError the source codes.
 */
export function readTextRows(
  source: Source,
  table: Pick<SqliteTable, "name" | "virtual">,
  columns: readonly string[],
  most: number,
): readonly (readonly (string | null)[])[] {
  const texts = columns.map((column) => `CAST(${quote(storedColumn(table, column))} AS TEXT)`).join(", ");
  try {
    return source.database
      .prepare<[], (string | null)[]>(`SELECT ${texts} FROM ${quote(storedTable(table))} LIMIT ${most}`)
      .raw()
      .all();
  } catch (error) {
    throw sourceError(error, source.path);
  }
}

/** @throws ToolError the source codes. */
export function countRows(source: Source, table: Pick<SqliteTable, "name" | "virtual">): number {
  try {
    return Number(
      source.database
        .prepare<[], bigint>(`SELECT count(*) FROM ${quote(storedTable(table))}`)
        .pluck()
        .get(),
    );
  } catch (error) {
    throw sourceError(error, source.path);
  }
}
