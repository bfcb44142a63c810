/** One column of a plan as cells: what it is called, what it was and becomes, its marks, and why. */
import type { ColumnPlan, TablePlan } from "../model/plan.js";
import type { PgType, PgTypeKind, TimeUnit } from "../model/postgres.js";
import { typeWords } from "../model/postgres.js";
import { shortened, visible } from "./display-width.js";
import { grouped } from "./number-words.js";
import { nameCells, nameWords } from "./place-words.js";
import type { Style } from "./style.js";
import type { Cell } from "./table-layout.js";

/** Declared types, without what stands in brackets, that need no word about the type they become. */
const obviousTypes: Readonly<Record<PgTypeKind, readonly string[]>> = {
  smallint: ["SMALLINT", "INT2"],
  integer: ["INTEGER", "INT", "MEDIUMINT", "INT4"],
  bigint: ["INTEGER", "INT", "BIGINT", "SMALLINT", "MEDIUMINT", "TINYINT", "INT2", "INT4", "INT8"],
  real: ["REAL", "FLOAT", "FLOAT4"],
  "double precision": ["REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT"],
  numeric: ["NUMERIC", "DECIMAL"],
  text: ["TEXT", "CLOB", "STRING", "VARCHAR", "NVARCHAR", "CHARACTER VARYING"],
  "character varying": ["VARCHAR", "NVARCHAR", "CHARACTER VARYING"],
  character: ["CHARACTER", "CHAR", "NCHAR"],
  bytea: ["BLOB"],
  boolean: ["BOOLEAN", "BOOL"],
  uuid: ["UUID"],
  json: ["JSON"],
  jsonb: ["JSON", "JSONB"],
  date: ["DATE"],
  "time without time zone": ["TIME"],
  "timestamp without time zone": ["DATETIME", "TIMESTAMP"],
  "timestamp with time zone": ["DATETIME", "TIMESTAMP"],
  inet: ["INET"],
  cidr: ["CIDR"],
  macaddr: ["MACADDR"],
  enum: ["ENUM"],
  citext: ["CITEXT"],
  array: [],
  other: [],
};

/** `INTEGER` and bigint, `NVARCHAR(30)` and varchar(30); never where more than the type was decided, or a rule decided it. */
const isObvious = ({ declaredType, type, collation, unit, zone, rule }: ColumnPlan): boolean => {
  const parts = /^([^()]*)(?:\(([^()]*)\))?$/u.exec(declaredType.trim().toUpperCase());
  if (parts === null || collation !== undefined || unit !== null || zone !== null || rule !== null)
    return false;
  const name = (parts[1] ?? "").trim().replace(/\s+/gu, " ");
  return obviousTypes[type.name].includes(name) && sameModifiers(type, parts[2]);
};

const sameModifiers = (type: PgType, inBrackets: string | undefined): boolean =>
  type.modifiers.join(",") === (inBrackets ?? "").replace(/\s/gu, "");

const longestDefault = 40;

/** `table` is the plan of the column's table. */
export const columnCells = (
  column: ColumnPlan,
  table: TablePlan,
  style: Style,
): readonly (string | Cell)[] => [
  ...nameCells(column),
  { text: column.declaredType === "" ? "no type" : column.declaredType, paint: style.dim },
  "->",
  { text: typeAndUnit(column), paint: style.cyan },
  marks(column, table).join(", "),
  { text: isObvious(column) ? "" : column.because, paint: style.dim },
];

const typeAndUnit = ({ type, collation, unit }: ColumnPlan): string =>
  typeWords(type) +
  (collation === undefined ? "" : ` COLLATE ${nameWords(collation.name)}`) +
  (unit === null ? "" : ` from ${unitWords[unit] ?? unit}`);

const unitWords: Readonly<Partial<Record<TimeUnit, string>>> = {
  julian: "Julian days",
  "core-data": "seconds since 2001",
  webkit: "microseconds since 1601",
};

const marks = (column: ColumnPlan, { primaryKey }: TablePlan): readonly string[] => [
  ...(primaryKey?.columns.includes(column.target) === true ? ["primary key"] : []),
  ...(column.notNull ? ["not null"] : []),
  ...identityMark(column),
  ...generatedMark(column),
  ...(column.defaultSql === null ? [] : [`default ${shortened(visible(column.defaultSql), longestDefault)}`]),
];

/** What SQLite stored nowhere cannot be compared. */
const generatedMark = ({ generated }: ColumnPlan): readonly string[] => {
  if (generated === null) return [];
  const as = `${generated.kind} as ${shortened(visible(generated.sql), longestDefault)}`;
  return [generated.sourceKind === "stored" ? as : `${as}, not compared`];
};

const identityMark = ({ identity }: ColumnPlan): readonly string[] => {
  if (identity === null) return [];
  return [identity.next === null ? "identity used up" : `identity next ${grouped(identity.next)}`];
};
