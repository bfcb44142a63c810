/**
 * The SQL that brings PostgreSQL's values into canonical rows and adds their hashes up: the twin of row-bytes.ts and
 * multiset-sum.ts. Only built-in types with fixed OIDs stand in a row, and no text form that a setting could change.
 */
import { quote } from "../../model/identifier.js";
import type { ArrayType, PgType } from "../../model/postgres.js";
import { longValueBytes } from "../canonical/row-bytes.js";

/** A column of the relation that is digested. */
export interface DigestColumn {
  readonly name: string;
  readonly type: PgType;
}

/** The value as one of the types of row-bytes.ts, a long one too. */
export const canonicalSql = (type: PgType, column: string): string => {
  switch (type.name) {
    // A domain's values would stand in a row as of that domain.
    case "boolean":
    case "real":
    case "bytea":
    case "uuid":
    case "date":
    case "time without time zone":
    case "timestamp without time zone":
    case "inet":
    case "cidr":
    case "macaddr":
      return `${column}::${type.name}`;
    case "smallint":
    case "integer":
    case "bigint":
      return `${column}::int8`;
    case "double precision":
      return `${column}::float8`;
    case "timestamp with time zone":
      return `${column}::timestamptz`;
    // numeric's own bytes carry the scale, in which 1.5 and 1.50 differ.
    case "numeric":
      return `trim_scale(${column})::text`;
    case "text":
    case "character varying":
    case "character": // The cast leaves off the blanks at its end.
    case "citext":
    case "enum":
    case "json":
    case "jsonb":
      return `${column}::text`;
    case "array":
      return arraySql(type, column);
    // IS NOT NULL would look into a composite value.
    case "other":
      return `CASE WHEN ${column} IS DISTINCT FROM NULL THEN true END`;
  }
};

/** Rows in a row, as array.ts says; elements go through a level of their own, as columns do. */
const arraySql = ({ element }: ArrayType, column: string): string =>
  `CASE WHEN ${column} IS NOT NULL THEN record_send(ROW(array_dims(${column}))) || coalesce((
    SELECT string_agg(record_send(ROW(${fieldSql(element, "e.value")})), ''::bytea ORDER BY e.number)
    FROM (SELECT ${canonicalSql(element, "u.value")} AS value, u.number
      FROM unnest(${column}) WITH ORDINALITY AS u(value, number) OFFSET 0) AS e), ''::bytea) END`;

/** What of a canonical value stands in the row: the value, or the marker of a long one (row-bytes.ts). */
const fieldSql = (type: PgType, value: string): string => {
  switch (type.name) {
    case "bytea":
    case "array":
      return shortened(value, value, (marker) => `convert_to(${marker}, 'UTF8')`);
    // A numeric's text can have 147,455 digits.
    case "numeric":
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
    case "json":
    case "jsonb":
      return shortened(value, `convert_to(${value}, 'UTF8')`, (marker) => marker);
    default:
      return value;
  }
};

const shortened = (value: string, bytes: string, asType: (marker: string) => string): string => {
  const marker = `rpad(encode(sha256(${bytes}), 'hex'), ${longValueBytes + 1})`;
  return `CASE WHEN octet_length(${value}) > ${longValueBytes} THEN ${asType(marker)} ELSE ${value} END`;
};

/**
 * A query with one column `bytes`, the canonical row of each row of `relation`, SQL that may follow FROM.
 */
export const canonicalRowsSql = (relation: string, columns: readonly DigestColumn[]): string =>
  `SELECT record_send(ROW(${fieldsSql(columns)})) AS bytes ${valuesSql(relation, columns)}`;

/** A query of the fields of canonical rows, each a column; ordered by the column of this name where there is one. */
export const canonicalFieldsSql = (
  relation: string,
  columns: readonly DigestColumn[],
  orderBy: string | null,
): string => {
  // Inside, where an index has the order; above it the planner would sort whole rows.
  const order = orderBy === null ? "" : ` ORDER BY t.${quote(orderBy)}`;
  return `SELECT ${fieldsSql(columns)} ${valuesSql(relation, columns, order)}`;
};

const fieldsSql = (columns: readonly DigestColumn[]): string =>
  columns.map(({ type }, index) => fieldSql(type, `v.f${index}`)).join(", ");

/** `OFFSET 0` keeps the planner from merging the levels: a jsonb's text would be made twice. */
const valuesSql = (relation: string, columns: readonly DigestColumn[], order = ""): string => {
  const values = columns.map(
    ({ name, type }, index) => `${canonicalSql(type, `t.${quote(name)}`)} AS f${index}`,
  );
  return `FROM (SELECT ${values.join(", ")} FROM ${relation} AS t${order} OFFSET 0) AS v`;
};

/** Eight bytes of the hash `h` as a signed integer, by shifts: bytea has no cast to int8 before PostgreSQL 18. */
const lane = (from: number): string =>
  [56, 48, 40, 32, 24, 16, 8, 0]
    .map((shift, index) => `(get_byte(h, ${from + index})::int8 << ${shift})`)
    .join(" | ");

/** A query with one row: `rows`, `lane0`, `lane1` of multiset-sum.ts; the sums are null over no rows. */
export const digestSql = (relation: string, columns: readonly DigestColumn[]): string =>
  // OFFSET 0 here keeps the hash from being computed once a lane.
  `SELECT count(*) AS rows, sum(lane0) AS lane0, sum(lane1) AS lane1
  FROM (SELECT ${lane(0)} AS lane0, ${lane(8)} AS lane1
    FROM (SELECT sha256(r.bytes) AS h
      FROM (${canonicalRowsSql(relation, columns)}) AS r OFFSET 0) AS d) AS s`;
