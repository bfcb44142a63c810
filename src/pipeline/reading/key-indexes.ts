import { recordColumns } from "../../export/sqlite-records.js";
import type { SqliteTable } from "../../model/sqlite.js";

/** Where the primary key's columns stand in the records of a table without a rowid; empty for the others. */
export const keyIndexes = (table: SqliteTable): readonly number[] => {
  if (table.rowidName !== null) return [];
  const columns = recordColumns(table);
  return table.primaryKey.map((name) => columns.indexOf(name));
};
