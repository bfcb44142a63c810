/**
 * Lines of SQL for people to read. A line is never cut or joined again once it is made: a text in it may hold line breaks
 * of its own, and those are not ours to indent.
 */
import { quote } from "../../../model/identifier.js";
import { operand, type Typed } from "../typed.js";

export type Lines = readonly string[];

export const indented = (lines: Lines): Lines => lines.map((line) => `  ${line}`);

export const inParentheses = (lines: Lines): Lines =>
  lines.length === 1 && lines[0]!.length <= shortLine ? [`(${lines[0]!})`] : ["(", ...indented(lines), ")"];

export const prefixed = (prefix: string, [first = "", ...rest]: Lines): Lines => [prefix + first, ...rest];

export const suffixed = (lines: Lines, suffix: string): Lines => [
  ...lines.slice(0, -1),
  (lines.at(-1) ?? "") + suffix,
];

/** `KEYWORD a, b`: on one line where that is short, else an item a line. */
export function listed(keyword: string, items: readonly string[]): Lines {
  const short = `${keyword} ${items.join(", ")}`;
  if (short.length <= shortLine) return [short];
  return [keyword, ...indented(items.map((item, index) => (index < items.length - 1 ? `${item},` : item)))];
}

/** `KEYWORD a AND b`, likewise. */
export function conditionLines(keyword: string, conditions: readonly Typed[]): Lines {
  if (conditions.length === 0) return [];
  const terms = conditions.length === 1 ? [conditions[0]!.sql] : conditions.map(operand);
  const short = `${keyword} ${terms.join(" AND ")}`;
  if (short.length <= shortLine) return [short];
  return terms.map((term, index) => (index === 0 ? `${keyword} ${term}` : `  AND ${term}`));
}

const shortLine = 80;

/** `"name" AS "alias"`, the second only where it is another. */
export const columnSql = (sql: string, name: string): string =>
  sql === quote(name) || plainColumn.exec(sql)?.[1] === quote(name) ? sql : `${sql} AS ${quote(name)}`;

/** A qualified name: the column is called by the last part of it. */
const plainColumn = /^"(?:[^"]|"")+"\.("(?:[^"]|"")+")$/;
