/**
 * PostgreSQL's built-in types in SQL's words, aliases included (PostgreSQL documentation, chapter 8, table 8.1):
 * `int8`, `varchar(30)`, `timestamp(3) with time zone`, `text[]`.
 */
import { nearest } from "../model/nearest.js";
import { arrayType, pgType, type ArrayType, type BuiltInType, type PgTypeName } from "../model/postgres.js";

export type TypeReading =
  | { readonly kind: "type"; readonly type: BuiltInType | ArrayType }
  /** A clause for people. */
  | { readonly kind: "refused"; readonly because: string };

/** Total. In any case, with any white space. */
export function readType(words: string): TypeReading {
  if (words.length > mostCharacters) return refused("this is too long for a type");
  const text = words.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const [, scalar = "", brackets = ""] = /^(.*?)((?: ?\[\d*\])*| array)$/.exec(text) ?? [];
  const read = readScalar(words, scalar);
  if (brackets === "" || read.kind === "refused") return read;
  if (brackets !== " array" && !/^ ?\[\]$/.test(brackets))
    return refused("arrays are one-dimensional and without a length here, as in text[]");
  return { kind: "type", type: arrayType(read.type) };
}

/** Far more than the longest has; the forms below are no match for a book. */
const mostCharacters = 200;

type ScalarReading =
  { readonly kind: "type"; readonly type: BuiltInType } | Extract<TypeReading, { kind: "refused" }>;

function readScalar(words: string, text: string): ScalarReading {
  const form = /^([a-z][a-z0-9_ ]*?) ?(?:\(([^()]*)\))?( with(?:out)? time zone)?$/.exec(text);
  if (form === null) return unknownType(words, text);
  const [, name = "", inside, zone = ""] = form;
  const type = Object.hasOwn(names, name + zone) ? names[name + zone] : undefined;
  if (type === undefined) return unknownType(words, name);
  const modifiers = inside === undefined ? [] : inside.split(",").map((each) => each.trim());
  if (!modifiers.every((each) => /^\d{1,9}$/.test(each)))
    return refused(`${name}(${inside ?? ""}) has no whole numbers between its parentheses`);
  return withModifiers(type, name, modifiers.map(Number));
}

const refused = (because: string): Extract<TypeReading, { kind: "refused" }> => ({
  kind: "refused",
  because,
});

const unknownType = (words: string, name: string): ScalarReading => {
  const near = nearest(name, Object.keys(names));
  return refused(
    `${JSON.stringify(words)} is none of PostgreSQL's types that can be asked for${near === null ? "" : `; did you mean ${near}?`}`,
  );
};

function withModifiers(type: PgTypeName, name: string, modifiers: readonly number[]): ScalarReading {
  const limit = limits[type];
  if (modifiers.length > 0 && limit === undefined) return refused(`${name} takes no number in parentheses`);
  const [first, second, ...more] = modifiers;
  if (limit !== undefined && first !== undefined) {
    if (more.length > 0 || (second !== undefined && type !== "numeric"))
      return refused(`${name} takes no ${modifiers.length} numbers in parentheses`);
    if (first < limit.least || first > limit.most)
      return refused(`the ${limit.what} of ${name} is from ${limit.least} to ${limit.most}, not ${first}`);
    // PostgreSQL 14 knows no scale beyond the precision.
    if (second !== undefined && second > first)
      return refused(`the scale of ${name} is from 0 to its precision ${first}, not ${second}`);
  }
  if (type === "character" && first === undefined) return { kind: "type", type: pgType(type, 1) };
  if (type === "numeric" && first !== undefined)
    return { kind: "type", type: pgType(type, first, second ?? 0) };
  return { kind: "type", type: pgType(type, ...modifiers) };
}

interface Limit {
  readonly what: "length" | "precision";
  readonly least: number;
  readonly most: number;
}

/** PostgreSQL documentation, sections 8.1.2, 8.3 and 8.5. */
const limits: Partial<Record<PgTypeName, Limit>> = {
  "character varying": { what: "length", least: 1, most: 10_485_760 },
  character: { what: "length", least: 1, most: 10_485_760 },
  numeric: { what: "precision", least: 1, most: 1000 },
  "time without time zone": { what: "precision", least: 0, most: 6 },
  "timestamp without time zone": { what: "precision", least: 0, most: 6 },
  "timestamp with time zone": { what: "precision", least: 0, most: 6 },
};

const names: Readonly<Record<string, PgTypeName>> = {
  boolean: "boolean",
  bool: "boolean",
  smallint: "smallint",
  int2: "smallint",
  integer: "integer",
  int: "integer",
  int4: "integer",
  bigint: "bigint",
  int8: "bigint",
  real: "real",
  float4: "real",
  "double precision": "double precision",
  double: "double precision",
  float: "double precision",
  float8: "double precision",
  numeric: "numeric",
  decimal: "numeric",
  dec: "numeric",
  text: "text",
  "character varying": "character varying",
  "char varying": "character varying",
  varchar: "character varying",
  character: "character",
  char: "character",
  bytea: "bytea",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
  date: "date",
  time: "time without time zone",
  "time without time zone": "time without time zone",
  timestamp: "timestamp without time zone",
  "timestamp without time zone": "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  "timestamp with time zone": "timestamp with time zone",
  inet: "inet",
  cidr: "cidr",
  macaddr: "macaddr",
};
