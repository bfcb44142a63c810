/** The names of a table's constraints, which share a namespace: people's own come before those that we make. */
import type { NameStyle } from "../../model/mapping.js";
import { takeGiven, wish, type GivenName, type NameBook } from "../names.js";
import type { TableDeclaration } from "../sql/ddl/table-declaration.js";

/** Those that people gave; each list in the order of the declaration, null: without a name. */
export interface ConstraintNames {
  readonly checks: readonly (GivenName | null)[];
  readonly foreignKeys: readonly (GivenName | null)[];
}

/** @param book in which the table's keys have theirs already. */
export function constraintNames(
  declaration: TableDeclaration | null,
  style: NameStyle,
  book: NameBook,
): ConstraintNames {
  const { checks = [], foreignKeys = [] } = declaration ?? {};
  const wishes = [...checks, ...foreignKeys].map(({ name }) => (name === null ? null : wish(name, style)));
  const given = takeGiven(book, wishes);
  return { checks: given.slice(0, checks.length), foreignKeys: given.slice(checks.length) };
}
