/** PostgreSQL's types as far as a plan may choose them, and the words for them. */

export type PgTypeName =
  | "boolean"
  | "bigint"
  | "double precision"
  | "numeric"
  | "text"
  | "character varying"
  | "bytea"
  | "uuid"
  | "jsonb"
  | "date"
  | "time without time zone"
  | "timestamp with time zone";

export interface PgType {
  readonly name: PgTypeName;
  /** varchar(n): [n]; numeric(p,s): [p, s]; else empty. */
  readonly modifiers: readonly number[];
}

export const pgType = (name: PgTypeName, ...modifiers: number[]): PgType => ({ name, modifiers });

/** As DDL writes it: `numeric(10,2)`. */
export const typeSql = (type: PgType): string =>
  type.modifiers.length === 0 ? type.name : `${type.name}(${type.modifiers.join(",")})`;

const shortNames: Partial<Record<PgTypeName, string>> = {
  "character varying": "varchar",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
};

/** As people say it: `varchar(30)`, `timestamptz`. */
export const typeWords = (type: PgType): string => {
  const name = shortNames[type.name] ?? type.name;
  return type.modifiers.length === 0 ? name : `${name}(${type.modifiers.join(",")})`;
};

/** What numbers in a time column count. Texts need none: ISO 8601 tells itself. */
export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds" | "julian";
