/** IN (sqlite.org/lang_expr.html, section 7). */
import { compare, sidesOf } from "./compare.js";
import type { Subquery } from "./context.js";
import { either, opposite } from "./logic.js";
import { atom, operation, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** A list may be empty, and the values in it have no affinity of their own. @throws Untranslatable */
export function inList(value: Typed, list: readonly Typed[], not: boolean): Typed {
  if (list.length === 0) return atom("boolean", String(not), [value]);
  const items = list.map((item): Typed => ({ ...item, affinity: null }));
  const compared = items.map((item) =>
    item.kind === "null" || value.kind === "null" ? null : sidesOf(value, "=", item),
  );
  const [first] = compared;
  const lefts = new Set(compared.map((sides) => (sides !== null && "left" in sides ? sides.left : null)));
  if (first !== undefined && lefts.size === 1 && !lefts.has(null)) {
    const rights = compared.map((sides) => (sides !== null && "right" in sides ? sides.right : ""));
    const [left] = lefts;
    return operation("boolean", `${left} ${not ? "NOT " : ""}IN (${rights.join(", ")})`, [value, ...items]);
  }
  const any = either(...items.map((item) => compare(value, "=", item)));
  return not ? opposite(any) : any;
}

/** @throws Untranslatable */
export function inQuery(value: Typed, { sql, columns, volatility }: Subquery, not: boolean): Typed {
  const [only] = columns;
  if (only === undefined || columns.length !== 1)
    throw new Untranslatable("IN with a subquery of several columns");
  const item = { ...only.typed, sql: "sqlift_item", isAtom: true, constant: null };
  const sides = sidesOf(value, "=", item);
  const parts = [value, { volatility }];
  // Where the comparison changes the other side, that is done within the subquery.
  if ("always" in sides) throw new Untranslatable("IN with values that are never equal");
  const list =
    sides.right === "sqlift_item" ? sql : `SELECT ${sides.right} FROM (${sql}) AS sqlift_list (sqlift_item)`;
  return operation("boolean", `${sides.left} ${not ? "NOT " : ""}IN (${list})`, parts);
}
