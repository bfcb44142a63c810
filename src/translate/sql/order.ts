/** ORDER BY: SQLite puts NULL before everything, and compares texts by bytes unless a collation is named (lang_select.html, section 5). */
import type { SortedColumn } from "sqlite3-parser";
import { orderKeyUnder } from "./collation.js";
import { textOf } from "./convert.js";
import { formsOf, jsonRank } from "./json/json-value.js";
import type { Typed } from "./typed.js";
import { kindWords, operand } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

export type Sorting = Pick<SortedColumn, "order" | "nulls">;

/** One term of ORDER BY, with its direction. @throws Untranslatable */
export const orderTerm = (typed: Typed, sorting: Sorting): string =>
  typed.kind === "jsonvalue"
    ? jsonOrderKeys(typed)
        .map((key) => `${key} ${direction(sorting)}`)
        .join(", ")
    : `${orderKey(typed)} ${direction(sorting)}`;

/** Numbers first, then texts among themselves. */
function jsonOrderKeys(typed: Typed): readonly string[] {
  if (typed.collation.name !== "BINARY")
    throw new Untranslatable(`the order of ${kindWords[typed.kind]} under ${typed.collation.name}`);
  return [jsonRank(typed, false).sql, `${formsOf(typed).text} COLLATE "C"`];
}

/** With the place of NULLs, which is the other one in PostgreSQL. */
export function direction({ order, nulls }: Sorting): string {
  const isDescending = order === "Desc";
  const where = nulls ?? (isDescending ? "Last" : "First");
  return `${isDescending ? "DESC" : "ASC"} NULLS ${where === "First" ? "FIRST" : "LAST"}`;
}

/** @throws Untranslatable where the order in SQLite depends on spellings that are lost. */
export function orderKey(typed: Typed): string {
  switch (typed.kind) {
    case "text":
      return orderKeyUnder(typed.collation.name, textOf(typed));
    case "boolean":
      // Words are ordered as false before true as well.
      return operand(typed);
    case "json":
    case "jsonb":
    case "jsonvalue":
    case "jsontext":
    case "other":
      throw new Untranslatable(`the order of ${kindWords[typed.kind]}: ${typed.sql}`);
    default:
      return operand(typed);
  }
}
