/**
 * The SQL that brings PostgreSQL's values into canonical rows and adds their hashes up: the twin of row-bytes.ts and
 * multiset-sum.ts. Only built-in types with fixed OIDs stand in a row, and no text form that a setting could change.
 */
import { quote } from "../model/identifier.js";
import type { PgType } from "../model/postgres.js";
import { comparedName, type ComparedName } from "./compared-type.js";
import { longValueBytes } from "./row-bytes.js";

/** A column of the relation that is digested. */
export interface DigestColumn {
  readonly name: string;
  readonly type: PgType;
}

/** The value as one of the types of row-bytes.ts. */
const canonicalSql: Readonly<Record<ComparedName, (column: string) => string>> = {
  boolean: (column) => column,
  bigint: (column) => `${column}::int8`,
  "double precision": (column) => `${column}::float8`,
  // numeric's own bytes carry the scale, in which 1.5 and 1.50 differ.
  numeric: (column) => `trim_scale(${column})::text`,
  text: (column) => `${column}::text`,
  "character varying": (column) => `${column}::text`,
  bytea: (column) => column,
  uuid: (column) => column,
  jsonb: (column) => `${column}::text`,
  date: (column) => column,
  "time without time zone": (column) => column,
  "timestamp with time zone": (column) => `${column}::timestamptz`,
};

/** What of a canonical value stands in the row: the value, or the marker of a long one (row-bytes.ts). */
const fieldSql = (type: ComparedName, value: string): string => {
  if (type === "bytea") {
    return shortened(value, value, (marker) => `convert_to(${marker}, 'UTF8')`);
  }
  return isText(type) ? shortened(value, `convert_to(${value}, 'UTF8')`, (marker) => marker) : value;
};

/** Whether a type's canonical value is a text; a numeric's can have 147,455 digits. */
const isText = (type: ComparedName): boolean =>
  type === "text" || type === "character varying" || type === "jsonb" || type === "numeric";

const shortened = (value: string, bytes: string, asType: (marker: string) => string): string => {
  const marker = `rpad(encode(sha256(${bytes}), 'hex'), ${longValueBytes + 1})`;
  return `CASE WHEN octet_length(${value}) > ${longValueBytes} THEN ${asType(marker)} ELSE ${value} END`;
};

/**
 * A query with one column `bytes`, the canonical row of each row of `relation`, SQL that may follow FROM.
 * `OFFSET 0` keeps the planner from merging the levels: a jsonb's text would be made twice.
 */
export const canonicalRowsSql = (relation: string, columns: readonly DigestColumn[]): string => {
  const values = columns.map(
    ({ name, type }, index) => `${canonicalSql[comparedName(type)](`t.${quote(name)}`)} AS f${index}`,
  );
  const fields = columns.map(({ type }, index) => fieldSql(comparedName(type), `v.f${index}`));
  return `SELECT record_send(ROW(${fields.join(", ")})) AS bytes
    FROM (SELECT ${values.join(", ")} FROM ${relation} AS t OFFSET 0) AS v`;
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
