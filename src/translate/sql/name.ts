/** Names in expressions (sqlite.org/lang_keywords.html, quirks.html, section 8). */
import type { Context } from "./context.js";
import { literalTyped } from "./convert.js";
import { findColumn, findName, hasLostRowid } from "./scope.js";
import type { Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** A name in double quotes that is none is a text, and the two truth words are 1 and 0 where they stand bare (lang_keywords.html). */
/** @param firstCharacter of the name as written @throws Untranslatable */
export function named(name: string, firstCharacter: string, context: Context): Typed {
  const found = findName(context.scope, name);
  if (found !== null) return found;
  if (firstCharacter === '"') return literalTyped({ kind: "text", text: name });
  const lower = name.toLowerCase();
  if (lower === "true" || lower === "false")
    return literalTyped({ kind: "integer", digits: lower === "true" ? "1" : "0" });
  throw unknownName(name, context);
}

/** @throws Untranslatable */
export function qualified(table: string, column: string, context: Context): Typed {
  const found = findColumn(context.scope, table, column);
  if (found !== null) return found;
  throw unknownName(`${table}.${column}`, context, column);
}

const unknownName = (words: string, { scope }: Context, column = words): Untranslatable =>
  new Untranslatable(
    hasLostRowid(scope, column)
      ? `${words}: no column of the table holds its rowid`
      : `${words}: there is no such column, or it is not carried over`,
  );
