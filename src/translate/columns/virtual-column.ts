/** Virtual generated columns: without values in the file their types come from what they declare, else from what computes them. */
import type { ColumnPlan } from "../../model/plan.js";
import { pgType, type PgType } from "../../model/postgres.js";
import type { Meaning } from "../../model/profile.js";
import type { SqliteColumn } from "../../model/sqlite.js";
import { readDeclaredType } from "./declared-type.js";
import type { Kind } from "../sql/typed.js";

const byMeaning: Readonly<Partial<Record<Meaning, PgType>>> = {
  integer: pgType("bigint"),
  real: pgType("double precision"),
  numeric: pgType("numeric"),
  boolean: pgType("boolean"),
  text: pgType("text"),
  bytes: pgType("bytea"),
  json: pgType("jsonb"),
  uuid: pgType("uuid"),
  date: pgType("date"),
  timestamp: pgType("timestamp with time zone"),
};

const byKind: Readonly<Partial<Record<Kind, PgType>>> = {
  boolean: pgType("bigint"),
  integer: pgType("bigint"),
  real: pgType("double precision"),
  numeric: pgType("numeric"),
  text: pgType("text"),
  bytes: pgType("bytea"),
  uuid: pgType("uuid"),
  jsonb: pgType("jsonb"),
};

/** All of the column but its type, which stands for now until it is known what computes it. */
export const virtualColumn = (column: SqliteColumn, target: string): ColumnPlan => ({
  source: column.name,
  declaredType: column.declaredType,
  target,
  type: declaredTypeOf(column) ?? pgType("text"),
  unit: null,
  zone: null,
  decode: null,
  policy: {},
  rule: null,
  notNull: column.notNull,
  defaultSql: null,
  identity: null,
  generated: null,
  comment: null,
  because: declaredTypeOf(column) === null ? "what computes it gives it" : `declared ${column.declaredType}`,
});

/** The types that it may have, the wanted one first. A declared word that turns numbers into texts or back decides alone. */
export function virtualTypes(column: SqliteColumn, kind: Kind): readonly PgType[] {
  const declared = declaredTypeOf(column);
  const computed = byKind[kind];
  return [
    ...(declared === null ? [] : [declared]),
    ...(keepsValues(column, kind) && computed !== undefined ? [computed] : []),
  ];
}

/** Whether the column's affinity leaves such values as they are (sqlite.org/datatype3.html, section 3); 2.0 and 2 are one number. */
function keepsValues({ affinity }: SqliteColumn, kind: Kind): boolean {
  if (affinity === "BLOB") return true;
  const isNumber = kind === "integer" || kind === "real" || kind === "numeric" || kind === "boolean";
  return affinity === "TEXT" ? kind === "text" || kind === "uuid" : isNumber;
}

const declaredTypeOf = ({ declaredType, affinity }: SqliteColumn): PgType | null =>
  byMeaning[readDeclaredType(declaredType, affinity).meaning] ?? null;
