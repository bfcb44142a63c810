/**
 * PostgreSQL's types as far as a plan may name them, and the words for them. All plain data; types are the same where
 * their SQL is the same. Those with a name of their own are built in; `enum`, `citext`, `array` and `other` are kinds of
 * types, with what else there is to know of them.
 */

export type PgTypeName =
  | "boolean"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double precision"
  | "numeric"
  | "text"
  | "character varying"
  | "character"
  | "bytea"
  | "uuid"
  | "json"
  | "jsonb"
  | "date"
  | "time without time zone"
  | "timestamp without time zone"
  | "timestamp with time zone"
  | "inet"
  | "cidr"
  | "macaddr";

export interface BuiltInType {
  readonly name: PgTypeName;
  /** varchar(n): [n], or none; character(n): always [n]; numeric(p,s): [p, s]; times and timestamps: [p]; else empty. */
  readonly modifiers: readonly number[];
}

export interface EnumType {
  readonly name: "enum";
  /** Schema and name, quoted where SQL asks for it; nothing is found by a search path. */
  readonly sql: string;
  /** In the order of the type. */
  readonly labels: readonly string[];
  readonly modifiers: readonly never[];
}

/** Of the extension, in whichever schema that was put. */
export interface CitextType {
  readonly name: "citext";
  /** As an enum's. */
  readonly sql: string;
  readonly modifiers: readonly never[];
}

/** One-dimensional: PostgreSQL does not tell by the type. */
export interface ArrayType {
  readonly name: "array";
  readonly element: ElementType;
  readonly modifiers: readonly never[];
}

/** A type of which nothing but its SQL is known: values go in as text, and what arrived cannot be compared. */
export interface OtherType {
  readonly name: "other";
  /** With its schema, quotes and modifiers: `public.geometry(Point,4326)`, `bit(8)`. */
  readonly sql: string;
  readonly modifiers: readonly never[];
}

export type ElementType = BuiltInType | EnumType | CitextType;
export type PgType = ElementType | ArrayType | OtherType;
/** What tells the members of `PgType` apart, with a name each for the built-in ones. */
export type PgTypeKind = PgType["name"];

export const pgType = (name: PgTypeName, ...modifiers: number[]): BuiltInType => ({ name, modifiers });
export const enumType = (sql: string, labels: readonly string[]): EnumType => ({
  name: "enum",
  sql,
  labels,
  modifiers: [],
});
export const citextType = (sql: string): CitextType => ({ name: "citext", sql, modifiers: [] });
export const arrayType = (element: ElementType): ArrayType => ({ name: "array", element, modifiers: [] });
export const otherType = (sql: string): OtherType => ({ name: "other", sql, modifiers: [] });

/** As DDL and `format_type` write it: `numeric(10,2)`, `time(3) without time zone`, `"My".mood[]`. */
export const typeSql = (type: PgType): string => worded(type, {});

const shortNames: Partial<Record<PgTypeName, string>> = {
  "character varying": "varchar",
  character: "char",
  "timestamp with time zone": "timestamptz",
  "timestamp without time zone": "timestamp",
  "time without time zone": "time",
};

/** As people say it: `varchar(30)`, `timestamptz(3)`. */
export const typeWords = (type: PgType): string => worded(type, shortNames);

const worded = (type: PgType, names: Partial<Record<PgTypeName, string>>): string => {
  switch (type.name) {
    case "enum":
    case "citext":
    case "other":
      return type.sql;
    case "array":
      return `${worded(type.element, names)}[]`;
    default:
      return withModifiers(names[type.name] ?? type.name, type.modifiers);
  }
};

/** The precision of a time stands before its zone. */
const withModifiers = (name: string, modifiers: readonly number[]): string => {
  if (modifiers.length === 0) return name;
  const zone = name.search(/ with(?:out)? /);
  const end = zone === -1 ? name.length : zone;
  return `${name.slice(0, end)}(${modifiers.join(",")})${name.slice(end)}`;
};

/** Whether numbers become values of it by a unit of time. */
export const isInstant = ({ name }: PgType): boolean =>
  name === "date" || name === "timestamp without time zone" || name === "timestamp with time zone";

/** Whether it holds instants, which a text tells only with an offset or in a zone. */
export const isZoned = (type: PgType): boolean =>
  type.name === "timestamp with time zone" || (type.name === "array" && isZoned(type.element));

/** Whether it holds dates or times of any kind. */
export const isTimeType = (type: PgType): boolean =>
  isInstant(type) || type.name === "time without time zone";

/**
 * What numbers in a time column count: units since 1970, days of the Julian calendar, seconds since 2001 (Apple's Core
 * Data), microseconds since 1601 (WebKit, Chromium). Texts need none: ISO 8601 tells itself.
 */
export type TimeUnit =
  "seconds" | "milliseconds" | "microseconds" | "nanoseconds" | "julian" | "core-data" | "webkit";
