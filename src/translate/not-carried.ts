/** What the file declares and the plan does not carry: listed with its SQL and the reason, never dropped silently. */
import type { NotCarried } from "../model/plan.js";
import type { SqliteObject, SqliteSchema, SqliteTable } from "../model/sqlite.js";
import type { TableDeclaration } from "./sql/table-declaration.js";

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

/** @param declaration null where the table's text could not be parsed. */
export function declarationNotCarried(
  table: SqliteTable,
  declaration: TableDeclaration | null,
): readonly NotCarried[] {
  if (declaration === null) {
    const reason =
      "the text of this table could not be parsed: if it holds CHECK constraints, they are not carried";
    return [{ type: "check", name: table.name, table: table.name, sql: table.sql, reason }];
  }
  const of = (type: NotCarried["type"], name: string, sql: string, reason: string): NotCarried => ({
    type,
    name,
    table: table.name,
    sql,
    reason,
  });
  return [
    ...declaration.checks.map((check) =>
      of(
        "check",
        check.name ?? `${table.name}${check.column === null ? "" : `.${check.column}`}`,
        `CHECK (${check.sql})`,
        "CHECK constraints are not translated yet; most can be added by hand with ALTER TABLE ... ADD CHECK",
      ),
    ),
    ...table.columns
      .filter((column) => column.generated !== "no")
      .map((column) =>
        of(
          "generated column",
          `${table.name}.${column.name}`,
          `AS (${declaration.generated.get(column.name.toLowerCase()) ?? ""})`,
          column.generated === "stored"
            ? "generated columns are not translated yet; its values are carried as a plain column"
            : "generated columns are not translated yet; a virtual one has no values of its own",
        ),
      ),
    ...[...declaration.collations].flatMap(([column, collation]) =>
      collation === "BINARY"
        ? []
        : [
            of(
              "collation",
              `${table.name}.${column}`,
              `COLLATE ${collation}`,
              "the column compares byte by byte in PostgreSQL; queries that relied on the collation need lower() or an ICU collation",
            ),
          ],
    ),
    ...declaration.conflictClauses.flatMap(({ on, clause }) =>
      clause === "Abort"
        ? []
        : [
            of(
              "conflict clause",
              table.name,
              on,
              "PostgreSQL writes this as INSERT ... ON CONFLICT in the statement",
            ),
          ],
    ),
  ];
}
