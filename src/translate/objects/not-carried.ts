/** What the file declares and the plan does not carry: listed with its SQL and the reason, never dropped silently. */
import type { NotCarried } from "../../model/plan.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { foldName } from "../../model/identifier.js";
import { collationNamed } from "../sql/collation.js";
import type { TableDeclaration } from "../sql/ddl/table-declaration.js";

type Line = Omit<NotCarried, "table">;

/** @param declaration null where the table's text could not be parsed. */
export function declarationNotCarried(
  table: SqliteTable,
  declaration: TableDeclaration | null,
): readonly NotCarried[] {
  const lines = [
    ...(declaration === null
      ? [textNotRead(table)]
      : [...collationLines(table, declaration), ...conflictLines(table, declaration)]),
  ];
  return lines.map((line) => ({ ...line, table: table.name }));
}

const textNotRead = (table: SqliteTable): Line => ({
  type: "check",
  name: table.name,
  sql: table.sql,
  reason:
    "the text of this table could not be parsed: CHECK constraints, collations and ON CONFLICT clauses in it are not carried",
});

/** Those that an application made; SQLite's own go into the indexes (collation-findings.ts). */
const collationLines = (table: SqliteTable, { collations }: TableDeclaration): readonly Line[] =>
  table.columns.flatMap((column): readonly Line[] => {
    const collation = collations.get(foldName(column.name)) ?? "BINARY";
    const reason = "the application made it; the column compares byte by byte in PostgreSQL";
    const name = `${table.name}.${column.name}`;
    return collationNamed(collation) !== "other"
      ? []
      : [{ type: "collation", name, sql: `COLLATE ${collation}`, reason }];
  });

/** ABORT is what PostgreSQL does as well. */
const conflictLines = (table: SqliteTable, { conflictClauses }: TableDeclaration): readonly Line[] =>
  conflictClauses
    .filter(({ clause }) => clause !== "Abort")
    .map(({ on }) => ({
      type: "conflict clause",
      name: table.name,
      sql: on,
      reason: "PostgreSQL writes this as INSERT ... ON CONFLICT in the statement",
    }));
