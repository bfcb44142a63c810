/**
 * What json_extract and ->> give (sqlite.org/json1.html, section 4.6): an integer, a real, a text or NULL, by what stands in the
 * JSON. In PostgreSQL it is a jsonb until something asks for a class: true and false are 1 and 0 then, arrays and objects texts.
 *
 * Not the same as in SQLite: of a key that an object has twice jsonb keeps the last and SQLite takes the first; an array, an
 * object or a number like 1.50 is written as jsonb writes it.
 */
import { numberStart, wholeNumber } from "../number-start.js";
import { atom, operand, operation, type JsonForms, type Typed } from "../typed.js";

type Role = JsonForms["role"];

/**
 * @param bare a jsonb, as an operand
 * @param text the same as a text, as an operand
 */
export function jsonValue(
  bare: string,
  text: string,
  role: Role,
  parts: readonly Pick<Typed, "volatility">[],
): Typed {
  const sql = `nullif(${unwrapped(bare)}, 'null')`;
  return atom("jsonvalue", sql, parts, { json: { of: sql, bare, text, role } });
}

/** JSON that a function made, which is JSON where it is put into JSON. @param typed a jsonb */
export const asMadeJson = (typed: Typed): Typed => ({
  ...typed,
  stored: "text",
  affinity: null,
  constant: null,
  column: null,
  json: { of: typed.sql, bare: operand(typed), text: `(${operand(typed)} #>> '{}')`, role: "json" },
});

/** What the jsonb functions give: bytes in SQLite. @param typed JSON that a function made */
export const asBinaryJson = (typed: Typed): Typed =>
  typed.kind === "jsonb" ? { ...typed, stored: "blob" } : typed;

/** null where nothing is known, or no longer. */
export const roleOf = ({ json, sql }: Typed): Role | null => (json?.of === sql ? json.role : null);

/** @param typed a jsonvalue */
export function formsOf(typed: Typed): Pick<JsonForms, "bare" | "text"> {
  if (typed.json?.of === typed.sql) return typed.json;
  const bare = operand(typed);
  return { bare, text: `(${bare} #>> '{}')` };
}

const unwrapped = (sql: string): string => /^\(([^()]*)\)$/.exec(sql)?.[1] ?? sql;

interface ByType {
  readonly number: string;
  readonly boolean: string;
  readonly string: string;
  readonly array: string;
  readonly object: string;
}

/** A CASE over the type; NULL where there is nothing. @param typed a jsonvalue */
export function byType(typed: Typed, arms: ByType): string {
  const type = `jsonb_typeof(${unwrapped(formsOf(typed).bare)})`;
  const written = Object.entries(arms).map(([name, then]) => `WHEN '${name}' THEN ${then}`);
  return `CASE ${type} ${written.join(" ")} END`;
}

/** As a text. @param typed a jsonvalue */
export function jsonText(typed: Typed): Typed {
  const { bare, text } = formsOf(typed);
  const sql = `CASE ${unwrapped(bare)} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE ${unwrapped(text)} END`;
  return atom("text", sql, [typed], { stored: "text", collation: typed.collation });
}

/**
 * As an operand of arithmetic: a text counts as the number that it begins with.
 *
 * @param typed a jsonvalue
 * @param kind `numeric` keeps every digit
 */
export function jsonNumber(typed: Typed, kind: "real" | "numeric" = "real"): Typed {
  const { text } = formsOf(typed);
  const pgType = kind === "real" ? "double precision" : kind;
  const sql = byType(typed, {
    number: `${text}::${pgType}`,
    boolean: `${text}::boolean::int`,
    string: `coalesce(substring(${unwrapped(text)}, '${numberStart}')::${pgType}, 0)`,
    array: "0",
    object: "0",
  });
  return atom(kind, sql, [typed], { stored: null });
}

/** As a condition. @param typed a jsonvalue */
export function jsonTruth(typed: Typed): Typed {
  const { text } = formsOf(typed);
  const sql = byType(typed, {
    number: `${text}::numeric <> 0`,
    boolean: `${text}::boolean`,
    string: `coalesce(substring(${unwrapped(text)}, '${numberStart}')::double precision, 0) <> 0`,
    array: "false",
    object: "false",
  });
  return atom("boolean", sql, [typed]);
}

/**
 * A numeric that is to other numbers as the value is: texts, arrays and objects are greater than every number.
 *
 * @param typed a jsonvalue
 * @param readsTexts whether a text that is a number counts as one, as beside a column of numbers
 */
export function jsonRank(typed: Typed, readsTexts: boolean): Typed {
  const { text } = formsOf(typed);
  const sql = byType(typed, {
    number: `${text}::numeric`,
    boolean: `${text}::boolean::int`,
    string: readsTexts
      ? `CASE WHEN ${text} ~ '${wholeNumber}' THEN ${text}::numeric ELSE 'Infinity' END`
      : "'Infinity'",
    array: "'Infinity'",
    object: "'Infinity'",
  });
  return atom("numeric", sql, [typed], { stored: null });
}

/** Whether it is NULL, in few words. @param typed a jsonvalue */
export const jsonIsNull = (typed: Typed, not: boolean): Typed =>
  operation("boolean", `${formsOf(typed).text} IS ${not ? "NOT " : ""}NULL`, [typed]);
