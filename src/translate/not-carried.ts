/** What the file declares and the plan does not carry: listed with its SQL and the reason, never dropped silently. */
import type { NotCarried } from "../model/plan.js";
import type { SqliteColumn, SqliteObject, SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { foldName } from "../model/identifier.js";
import type { CheckDeclaration, TableDeclaration } from "./sql/table-declaration.js";

const objectWords: Readonly<Record<SqliteObject["type"], Pick<NotCarried, "type" | "reason">>> = {
  view: { type: "view", reason: "views are not translated yet; the CREATE VIEW can be rewritten by hand" },
  trigger: {
    type: "trigger",
    reason: "triggers are not translated yet; PostgreSQL writes them as functions",
  },
  virtual: {
    type: "virtual table",
    reason: "its rows are made by a module of SQLite (full text, R*Tree or another), not stored as a table",
  },
  shadow: { type: "shadow table", reason: "it is storage of a virtual table and means nothing without it" },
};

export const objectsNotCarried = (schema: SqliteSchema): readonly NotCarried[] =>
  schema.objects.map((object) => ({
    ...objectWords[object.type],
    name: object.name,
    table: object.table,
    sql: object.sql,
  }));

type Line = Omit<NotCarried, "table">;

/** @param declaration null where the table's text could not be parsed. */
export function declarationNotCarried(
  table: SqliteTable,
  declaration: TableDeclaration | null,
): readonly NotCarried[] {
  const lines = [
    ...(declaration === null
      ? [textNotRead(table)]
      : declaration.checks.map((check) => checkLine(table, check))),
    ...table.columns
      .filter((column) => column.generated !== "no")
      .map((column) => generatedLine(table, column, declaration)),
    ...(declaration === null
      ? []
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

const checkLine = (table: SqliteTable, check: CheckDeclaration): Line => ({
  type: "check",
  name: check.name ?? `${table.name}${check.column === null ? "" : `.${check.column}`}`,
  sql: `CHECK (${check.sql})`,
  reason:
    "CHECK constraints are not translated yet; most can be added by hand with ALTER TABLE ... ADD CHECK",
});

const collationLines = (table: SqliteTable, { collations }: TableDeclaration): readonly Line[] =>
  table.columns.flatMap((column): readonly Line[] => {
    const collation = collations.get(foldName(column.name)) ?? "BINARY";
    const reason =
      "the column compares byte by byte in PostgreSQL; queries that relied on the collation need lower() or an ICU collation";
    const name = `${table.name}.${column.name}`;
    return collation === "BINARY" ? [] : [{ type: "collation", name, sql: `COLLATE ${collation}`, reason }];
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

const generatedLine = (
  table: SqliteTable,
  column: SqliteColumn,
  declaration: TableDeclaration | null,
): Line => {
  const expression = declaration?.generated.get(foldName(column.name));
  return {
    type: "generated column",
    name: `${table.name}.${column.name}`,
    sql: expression === undefined ? null : `AS (${expression})`,
    reason:
      column.generated === "stored"
        ? "generated columns are not translated yet; its values are carried as a plain column"
        : "generated columns are not translated yet; a virtual one has no values of its own",
  };
};
