/** The columns that views, triggers, checks and indexes ask for by LIKE or GLOB; by name alone, of whatever table. */
import { foldName } from "../../model/identifier.js";
import type { SqliteSchema } from "../../model/sqlite.js";
import { tokensOf } from "../sql/ddl/parse.js";

/** Folded. Every name in a part of a text that has such an operator or function counts: no column is overlooked. */
export function patternNames({ tables, objects }: SqliteSchema): ReadonlySet<string> {
  const texts = [
    ...tables.flatMap(({ sql, indexes }) => [sql, ...indexes.map((index) => index.sql)]),
    ...objects.map(({ sql }) => sql),
  ];
  return new Set(texts.flatMap((sql) => (sql === null ? [] : namesBesidePatterns(sql))));
}

function namesBesidePatterns(sql: string): readonly string[] {
  const parts: string[][] = [[]];
  for (const { name, text } of tokensOf(sql)) {
    if (name === "SPACE" || name === "COMMENT") continue;
    if (parting.has(name)) parts.push([]);
    else parts.at(-1)!.push(foldName(unquoted(text)));
  }
  return parts.filter((part) => part.includes("like") || part.includes("glob")).flat();
}

/** What no operand of such an operator reaches across. A comma may stand in the arguments of a function. */
const parting: ReadonlySet<string> = new Set([
  "AND",
  "OR",
  "WHERE",
  "WHEN",
  "THEN",
  "ELSE",
  "CHECK",
  "ON",
  "SELECT",
  "SEMI",
]);

const unquoted = (text: string): string =>
  /^["'`[]/.test(text) ? text.slice(1, -1).replaceAll('""', '"').replaceAll("``", "`") : text;
