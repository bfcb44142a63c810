/**
 * The border of a view: a value out of JSON is a jsonb within its query, and the text that SQLite shows where people read it
 * (docs/decisions/json-values.md).
 */
import { quote } from "../../../model/identifier.js";
import { asShown } from "../json/json-shown.js";
import type { Typed } from "../typed.js";
import { columnSql, indented, listed, type Lines } from "./layout.js";

const shownColumn = <T extends { readonly typed: Typed }>(column: T): T =>
  column.typed.kind === "jsonvalue" ? { ...column, typed: asShown(column.typed) } : column;

/** Those that are a place in a document. Any other expression would be written twice. */
export const shownPlace = <T extends { readonly typed: Typed }>(column: T): T =>
  column.typed.json?.of === column.typed.sql ? shownColumn(column) : column;

/** The rows of a query that has groups, arms or one row for several, which go by the values themselves. */
export function shownRows<T extends { readonly typed: Typed; readonly target: string }>(
  lines: Lines,
  columns: readonly T[],
): { readonly lines: Lines; readonly columns: readonly T[] } {
  if (columns.every(({ typed }) => typed.kind !== "jsonvalue")) return { lines, columns };
  const outside = columns.map((column) =>
    shownColumn({
      ...column,
      typed: { ...column.typed, sql: quote(column.target), isAtom: true, json: null },
    }),
  );
  return {
    lines: [
      ...listed(
        "SELECT",
        outside.map(({ typed, target }) => columnSql(typed.sql, target)),
      ),
      "FROM (",
      ...indented(lines),
      ') AS "shown"',
    ],
    columns: outside,
  };
}
