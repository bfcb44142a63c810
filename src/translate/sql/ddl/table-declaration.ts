/**
 * What only the text of a CREATE TABLE tells: CHECK constraints, collations of columns, expressions of
 * generated columns, conflict clauses, names of keys, deferrable foreign keys. The rest comes from pragmas.
 */
import type { ColumnDefinition, CreateTableStmt, DeferSubclause, Span } from "sqlite3-parser";
import { foldName } from "../../../model/identifier.js";
import { keyColumns, namedKey, type KeyDeclaration } from "./key-declaration.js";
import { parseStatement } from "./parse.js";
import { tableComments, type TableComments } from "./table-comments.js";

export interface TableDeclaration {
  readonly checks: readonly CheckDeclaration[];
  /** Column name as `foldName` makes it -> collation in upper case; only those that are named. */
  readonly collations: ReadonlyMap<string, string>;
  /** Column name as `foldName` makes it -> the expression's SQL. */
  readonly generated: ReadonlyMap<string, string>;
  /** ON CONFLICT clauses as written, with the constraint they stand behind. */
  readonly conflictClauses: readonly ConflictClause[];
  /** Primary keys and unique constraints that have a name. */
  readonly namedKeys: readonly KeyDeclaration[];
  /** In the order of their declaration. */
  readonly foreignKeys: readonly ForeignKeyDeclaration[];
  readonly comments: TableComments;
}

export type Deferrable = "no" | "immediate" | "deferred";

export interface ConflictClause {
  readonly on: string;
  readonly clause: string;
  /** The columns of the key that it stands behind, or the one that is NOT NULL. */
  readonly key: readonly string[] | null;
  readonly notNull: string | null;
}

export interface ForeignKeyDeclaration {
  readonly name: string | null;
  readonly deferrable: Deferrable;
}

export interface CheckDeclaration {
  readonly name: string | null;
  /** The column it stands behind, null for a table constraint. */
  readonly column: string | null;
  /** The expression between the parentheses. */
  readonly sql: string;
}

/** Null where the text is not a CREATE TABLE with columns. */
export function parseTableDeclaration(sql: string): TableDeclaration | null {
  const statement = parseStatement(sql);
  if (
    statement?.type !== "CreateTableStmt" ||
    statement.body.type !== "ColumnsAndConstraintsCreateTableBody"
  ) {
    return null;
  }
  return declarationOf(sql, statement.body);
}

type Body = Extract<CreateTableStmt["body"], { type: "ColumnsAndConstraintsCreateTableBody" }>;

function declarationOf(sql: string, body: Body): TableDeclaration {
  const found: Found = {
    checks: [],
    collations: new Map(),
    generated: new Map(),
    conflictClauses: [],
    namedKeys: [],
    foreignKeys: [],
  };
  const text = (span: Span): string => sql.slice(span.offset, span.offset + span.length);
  for (const column of body.columns) readColumn(column, text, found);
  for (const { name, constraint } of body.constraints ?? []) {
    if (constraint.type === "CheckTableConstraint") {
      found.checks.push({ name: name?.text ?? null, column: null, sql: text(constraint.expr.span) });
    } else if (constraint.type === "ForeignKeyTableConstraint") {
      found.foreignKeys.push({ name: name?.text ?? null, deferrable: deferral(constraint.deferClause) });
    }
    found.namedKeys.push(...namedKey(name, constraint, null));
    if ("conflictClause" in constraint && constraint.conflictClause !== undefined) {
      found.conflictClauses.push({
        on: text(constraint.span),
        clause: constraint.conflictClause,
        key: keyColumns(constraint, null),
        notNull: null,
      });
    }
  }
  return { ...found, comments: tableComments(sql, body.columns) };
}

interface Found {
  readonly checks: CheckDeclaration[];
  readonly collations: Map<string, string>;
  readonly generated: Map<string, string>;
  readonly conflictClauses: ConflictClause[];
  readonly namedKeys: KeyDeclaration[];
  readonly foreignKeys: ForeignKeyDeclaration[];
}

function readColumn(column: ColumnDefinition, text: (span: Span) => string, found: Found): void {
  const name = column.colName.text;
  for (const { name: constraintName, constraint } of column.constraints) {
    switch (constraint.type) {
      case "CheckColumnConstraint":
        found.checks.push({
          name: constraintName?.text ?? null,
          column: name,
          sql: text(constraint.expr.span),
        });
        break;
      case "CollateColumnConstraint":
        found.collations.set(foldName(name), constraint.collationName.text.toUpperCase());
        break;
      case "GeneratedColumnConstraint":
        found.generated.set(foldName(name), text(constraint.expr.span));
        break;
      case "ForeignKeyColumnConstraint":
        found.foreignKeys.push({ name: constraintName?.text ?? null, deferrable: "no" });
        break;
      case "DeferColumnConstraint":
        // SQLite gives it to the last REFERENCES before it, also of another column; without one it is nothing's.
        deferLast(found.foreignKeys, deferral(constraint.clause));
        break;
      default:
    }
    found.namedKeys.push(...namedKey(constraintName, constraint, name));
    if ("conflictClause" in constraint && constraint.conflictClause !== undefined) {
      found.conflictClauses.push({
        on: `${name} ${text(constraint.span)}`,
        clause: constraint.conflictClause,
        key: keyColumns(constraint, name),
        notNull: constraint.type === "NotNullColumnConstraint" && !constraint.nullable ? name : null,
      });
    }
  }
}

function deferLast(foreignKeys: ForeignKeyDeclaration[], deferrable: Deferrable): void {
  const last = foreignKeys.pop();
  if (last !== undefined) foreignKeys.push({ ...last, deferrable });
}

function deferral(clause: DeferSubclause | undefined): Deferrable {
  if (clause?.deferrable !== true) return "no";
  return clause.initDeferred === "InitiallyDeferred" ? "deferred" : "immediate";
}
