/** PRIMARY KEY and UNIQUE constraints that have a name: no pragma tells it. */
import type { Name, NamedColumnConstraint, NamedTableConstraint, SortedColumn } from "sqlite3-parser";
import { sameName } from "../../../model/identifier.js";
import type { SqliteIndex } from "../../../model/sqlite.js";

export interface KeyDeclaration {
  readonly name: string;
  readonly isPrimary: boolean;
  readonly terms: readonly KeyTerm[];
}

interface KeyTerm {
  readonly column: string;
  /** null where none stands in the constraint: the column's own. */
  readonly collation: string | null;
}

type Constraint = NamedColumnConstraint["constraint"] | NamedTableConstraint["constraint"];

/**
 * None, or the one.
 *
 * @param column that the constraint stands behind; null: it is the table's.
 */
export function namedKey(
  name: Name | undefined,
  constraint: Constraint,
  column: string | null,
): readonly KeyDeclaration[] {
  const terms = name === undefined ? null : keyTerms(constraint, column);
  const isPrimary =
    constraint.type === "PrimaryKeyColumnConstraint" || constraint.type === "PrimaryKeyTableConstraint";
  return name === undefined || terms === null ? [] : [{ name: name.text, isPrimary, terms }];
}

/** null where the constraint is no key. */
export const keyColumns = (constraint: Constraint, column: string | null): readonly string[] | null =>
  keyTerms(constraint, column)?.map((term) => term.column) ?? null;

function keyTerms(constraint: Constraint, column: string | null): readonly KeyTerm[] | null {
  switch (constraint.type) {
    case "PrimaryKeyColumnConstraint":
    case "UniqueColumnConstraint":
      return [{ column: column ?? "", collation: null }];
    case "PrimaryKeyTableConstraint":
    case "UniqueTableConstraint":
      return constraint.columns.map(termOf);
    default:
      return null;
  }
}

function termOf({ expr }: SortedColumn): KeyTerm {
  if (expr.type === "CollateExpr") {
    const { column } = termOf({ expr: expr.expr } as SortedColumn);
    return { column, collation: expr.collation };
  }
  if (expr.type === "Id") return { column: expr.name, collation: null };
  // SQLite takes a text for a name here.
  return { column: expr.type === "StringLiteral" ? expr.value : "", collation: null };
}

/** Whether the index is that constraint's: SQLite makes one for several that are alike (src/build.c, sqlite3CreateIndex). */
export const isIndexOf = (index: SqliteIndex, { isPrimary, terms }: KeyDeclaration): boolean =>
  index.origin === (isPrimary ? "primary-key" : "constraint") &&
  index.terms.length === terms.length &&
  index.terms.every(
    ({ column, collation }, at) =>
      sameName(column ?? "", terms[at]!.column) && sameName(terms[at]!.collation ?? collation, collation),
  );
