/** Every type that an encoder writes, with every unit that its numbers may have. */
import { pgType, typeSql, type PgType, type TimeUnit } from "../../src/model/postgres.js";

export const units: readonly TimeUnit[] = [
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
  "julian",
];

export interface Cell {
  readonly name: string;
  readonly type: PgType;
  readonly unit: TimeUnit | null;
}

const cell = (type: PgType, unit: TimeUnit | null = null): Cell => ({
  name: unit === null ? typeSql(type) : `${typeSql(type)} of ${unit}`,
  type,
  unit,
});

export const cells: readonly Cell[] = [
  cell(pgType("boolean")),
  cell(pgType("bigint")),
  cell(pgType("double precision")),
  cell(pgType("numeric")),
  cell(pgType("numeric", 10, 2)),
  cell(pgType("numeric", 3, 0)),
  cell(pgType("numeric", 5, 5)),
  cell(pgType("numeric", 1000, 500)),
  cell(pgType("text")),
  cell(pgType("character varying", 3)),
  cell(pgType("character varying", 1)),
  cell(pgType("bytea")),
  cell(pgType("uuid")),
  cell(pgType("jsonb")),
  cell(pgType("time without time zone")),
  ...[null, ...units].flatMap((unit) => [
    cell(pgType("date"), unit),
    cell(pgType("timestamp with time zone"), unit),
  ]),
];
