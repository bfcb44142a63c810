/**
 * Asks PostgreSQL itself whether values are the same. On both sides stands what PostgreSQL makes of a value: of one in
 * the table, and of the text in which we say what it must be. Floats are compared by their bits, texts byte by byte,
 * whatever their collation, arrays by their elements.
 */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import { typeSql, type PgType } from "../../model/postgres.js";
import { longValueBytes } from "../canonical/row-bytes.js";
import { canonicalSql } from "../target/canonical-sql.js";

/** A value that is asked about: as PostgreSQL reads it, or the SHA-256 of one too long to be held; both null: NULL. */
export interface AskedValue {
  readonly text: string | null;
  readonly marker: string | null;
}

export interface Question {
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

/**
 * A query with a row for each of `rows`: `n`, its number; `found`, how many rows of the table have its identity; `whole`, how
 * many of these are the same in all columns; `s0`, `s1`, ... whether each column is the same in any of these.
 *
 * @param identity which columns; none: all
 * @param rows of values by the table's columns
 */
export const questionSql = (
  schema: string,
  { target, columns }: TablePlan,
  identity: readonly number[],
  rows: readonly (readonly AskedValue[])[],
): Question => {
  const parameters: (string | null)[] = [];
  const parameter = (value: string | null): string => `$${parameters.push(value)}::text`;
  const values = rows.map(
    (row, n) =>
      `(${[n, ...row.flatMap(({ text, marker }) => [parameter(text), parameter(marker)])].join(", ")})`,
  );
  const names = columns.flatMap((_, at) => [`e${at}`, `m${at}`]);
  const asked = columns.map(
    ({ type }, at) =>
      `coalesce('sha256 ' || p.m${at}, ${comparedSql(type, `p.e${at}::${readAs(type)}`)}) AS x${at}`,
  );
  const held = columns.map(
    ({ target: name, type }, at) => `${comparedSql(type, `t.${quote(name)}`)} AS x${at}`,
  );
  // A column's own collation may call equal what is not.
  const same = columns.map((_, at) => `t.x${at} COLLATE "C" IS NOT DISTINCT FROM v.x${at} COLLATE "C"`);
  const of = (side: "t" | "v"): string => {
    const places = identity.length === 0 ? columns.map((_, at) => at) : identity;
    // An array is hashed, NULLs and all: the table is read once.
    return `ARRAY[${places.map((at) => `${side}.x${at} COLLATE "C"`).join(", ")}]::text[]`;
  };
  const key = integerOf(columns, identity, rows);
  return {
    sql: `SELECT v.n, count(t.is_there) AS found,
      count(t.is_there) FILTER (WHERE ${same.join(" AND ")}) AS whole,
      ${same.map((each, at) => `coalesce(bool_or(${each}) FILTER (WHERE t.is_there), false) AS s${at}`).join(", ")}
    FROM (SELECT p.n, ${key === null ? "1" : `p.e${key}::int8`} AS k, ${asked.join(", ")}
        FROM (VALUES ${values.join(", ")}) AS p(n, ${names.join(", ")}) OFFSET 0) AS v
      LEFT JOIN (SELECT true AS is_there, ${key === null ? "1" : `t.${quote(columns[key]?.target ?? "")}`} AS k, ${held.join(", ")}
        FROM ${quoteQualified(schema, target)} AS t) AS t
      ON ${key === null ? `${of("t")} = ${of("v")}` : "t.k = v.k"}
    GROUP BY v.n ORDER BY v.n`,
    parameters,
  };
};

const integers: ReadonlySet<PgType["name"]> = new Set(["smallint", "integer", "bigint"]);

/** The only column of an identity, where it is an integer: an index may find it, but no NULL. */
const integerOf = (
  columns: TablePlan["columns"],
  identity: readonly number[],
  rows: readonly (readonly AskedValue[])[],
): number | null => {
  const [only = -1, ...more] = identity;
  const type = columns[only]?.type.name;
  const isInteger = more.length === 0 && type !== undefined && integers.has(type);
  return isInteger && rows.every((row) => row[only]?.text !== null) ? only : null;
};

/** A text that is the same for the same values alone. */
const comparedSql = (type: PgType, value: string): string => {
  const canonical = canonicalSql(type, value);
  switch (type.name) {
    case "real":
      return `encode(float4send(${canonical}), 'hex')`;
    case "double precision":
      return `encode(float8send(${canonical}), 'hex')`;
    // An array's own text has numeric's scale and the blanks of char(n).
    case "bytea":
    case "array":
      return shortened(canonical, canonical, `encode(${canonical}, 'hex')`);
    case "numeric":
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
    case "json":
    case "jsonb":
      return shortened(canonical, `convert_to(${canonical}, 'UTF8')`, canonical);
    default:
      return `(${canonical})::text`;
  }
};

const shortened = (value: string, bytes: string, text: string): string =>
  `CASE WHEN octet_length(${value}) > ${longValueBytes} THEN 'sha256 ' || encode(sha256(${bytes}), 'hex') ELSE ${text} END`;

/** As what PostgreSQL reads our text: without lengths and precisions, to which it would cut or round. */
const readAs = (type: PgType): string => {
  switch (type.name) {
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
    case "other":
      return "text";
    case "array":
      return `${readAs(type.element)}[]`;
    default:
      return typeSql({ ...type, modifiers: [] });
  }
};
