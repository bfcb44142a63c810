/** What the file declares and the plan does not carry: listed with its SQL and the reason, never dropped silently. */
import type { ColumnPlan, NotCarried } from "../../model/plan.js";
import type { SqliteTable } from "../../model/sqlite.js";
import { instead } from "../instead.js";
import { targetOf } from "../names.js";
import { collationNamed, declaredCollation } from "../sql/collation.js";
import type { TableDeclaration } from "../sql/ddl/table-declaration.js";

/** By its names in the target. */
export interface PlannedTable {
  readonly target: string;
  readonly columns: readonly ColumnPlan[];
}

type Line = Omit<NotCarried, "table">;

/** @param declaration null where the table's text could not be parsed. */
export function declarationNotCarried(
  table: SqliteTable,
  declaration: TableDeclaration | null,
  planned: PlannedTable,
): readonly NotCarried[] {
  // What a virtual table declares are the words of its module.
  if (table.virtual !== undefined) return [];
  const lines = [
    ...(declaration === null
      ? [textNotRead(table)]
      : [...collationLines(table, declaration, planned), ...conflictLines(table, declaration, planned)]),
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
const collationLines = (
  table: SqliteTable,
  { collations }: TableDeclaration,
  { target, columns }: PlannedTable,
): readonly Line[] =>
  table.columns.flatMap((column): readonly Line[] => {
    const collation = declaredCollation(collations, column.name);
    const reason = "the application made it; the column compares byte by byte in PostgreSQL";
    const name = `${table.name}.${column.name}`;
    return collationNamed(collation) !== "other"
      ? []
      : [
          {
            type: "collation",
            name,
            sql: `COLLATE ${collation}`,
            reason,
            instead: instead.collation(collation, target, targetOf(column.name, columns)),
          },
        ];
  });

/** ABORT is what PostgreSQL does as well. */
const conflictLines = (
  table: SqliteTable,
  { conflictClauses }: TableDeclaration,
  planned: PlannedTable,
): readonly Line[] =>
  conflictClauses
    .filter(({ clause }) => clause !== "Abort")
    .map((conflict) => ({
      type: "conflict clause",
      name: table.name,
      sql: conflict.on,
      reason: "PostgreSQL writes this as INSERT ... ON CONFLICT in the statement",
      instead: conflictWay(conflict, planned),
    }));

function conflictWay(
  { clause, key, notNull }: TableDeclaration["conflictClauses"][number],
  { target, columns }: PlannedTable,
): string | null {
  const name = (source: string): string => targetOf(source, columns);
  if (notNull !== null) return instead.onNull(target, name(notNull), clause);
  if (key === null) return null;
  const held = key.map(name);
  const others = columns.filter((column) => column.generated === null && !held.includes(column.target));
  return instead.onConflict(
    clause,
    target,
    held,
    others.map((column) => column.target),
  );
}
