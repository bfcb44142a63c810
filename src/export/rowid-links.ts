/**
 * Foreign keys of one column that point at a rowid, as most do: whether each has its parent is a question of sets of
 * integers, which the profile's pass over the rows can answer.
 */
import { sameName } from "../model/identifier.js";
import type { SqliteForeignKey, SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { recordColumns } from "./sqlite-records.js";

export interface RowidLink {
  readonly child: SqliteTable;
  readonly foreignKey: SqliteForeignKey;
  /** Where the child's column stands in its records. */
  readonly column: number;
  readonly parent: SqliteTable;
}

/** Total. */
export const rowidLinks = (schema: SqliteSchema): readonly RowidLink[] =>
  schema.tables.flatMap((child) =>
    child.foreignKeys.flatMap((foreignKey) => {
      const link = rowidLink(schema, child, foreignKey);
      return link === null ? [] : [link];
    }),
  );

function rowidLink(schema: SqliteSchema, child: SqliteTable, foreignKey: SqliteForeignKey): RowidLink | null {
  const parent = schema.tables.find((table) => sameName(table.name, foreignKey.parentTable));
  const parentColumns = foreignKey.parentColumns ?? parent?.primaryKey ?? [];
  const [childColumn = ""] = foreignKey.childColumns;
  const column = recordColumns(child).findIndex((name) => sameName(name, childColumn));
  if (
    parent === undefined ||
    parent.rowidAlias === null ||
    foreignKey.childColumns.length !== 1 ||
    column === -1
  )
    return null;
  const isRowid = parentColumns.length === 1 && sameName(parentColumns[0] ?? "", parent.rowidAlias);
  return isRowid ? { child, foreignKey, column, parent } : null;
}
