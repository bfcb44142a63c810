/** Every type that an encoder writes, with every unit that its numbers may have. */
import {
  arrayType,
  citextType,
  enumType,
  pgType,
  typeSql,
  type ElementType,
  type PgType,
  type TimeUnit,
} from "../../src/model/postgres.js";

export const units: readonly TimeUnit[] = [
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
  "julian",
  "core-data",
  "webkit",
];

/** What the oracle's databases have beside built-in types. */
export const moodType = enumType("public.mood", ["", "abc", "1", "0.5", "tRuE", "\u00e9", "O'Brien"]);
export const foldedType = citextType("public.citext");

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
  cell(pgType("smallint")),
  cell(pgType("integer")),
  cell(pgType("bigint")),
  cell(pgType("real")),
  cell(pgType("double precision")),
  cell(pgType("numeric")),
  cell(pgType("numeric", 10, 2)),
  cell(pgType("numeric", 3, 0)),
  cell(pgType("numeric", 5, 5)),
  cell(pgType("numeric", 1000, 500)),
  cell(pgType("text")),
  cell(pgType("character varying", 3)),
  cell(pgType("character varying", 1)),
  cell(pgType("character", 3)),
  cell(pgType("character", 1)),
  cell(foldedType),
  cell(moodType),
  cell(pgType("bytea")),
  cell(pgType("uuid")),
  cell(pgType("json")),
  cell(pgType("jsonb")),
  cell(pgType("inet")),
  cell(pgType("cidr")),
  cell(pgType("macaddr")),
  cell(pgType("time without time zone")),
  cell(pgType("time without time zone", 0)),
  cell(pgType("time without time zone", 4)),
  cell(pgType("timestamp without time zone")),
  cell(pgType("timestamp without time zone"), "milliseconds"),
  cell(pgType("timestamp without time zone", 2), "seconds"),
  cell(pgType("timestamp with time zone", 0)),
  cell(pgType("timestamp with time zone", 3), "core-data"),
  ...[null, ...units].flatMap((unit) => [
    cell(pgType("date"), unit),
    cell(pgType("timestamp with time zone"), unit),
  ]),
];

const elements: readonly (readonly [ElementType, TimeUnit?])[] = [
  [pgType("boolean")],
  [pgType("bigint")],
  [pgType("smallint")],
  [pgType("real")],
  [pgType("double precision")],
  [pgType("numeric")],
  [pgType("numeric", 5, 2)],
  [pgType("text")],
  [pgType("character varying", 3)],
  [pgType("character", 3)],
  [moodType],
  [foldedType],
  [pgType("bytea")],
  [pgType("uuid")],
  [pgType("json")],
  [pgType("jsonb")],
  [pgType("date")],
  [pgType("time without time zone", 3)],
  [pgType("timestamp without time zone")],
  [pgType("timestamp with time zone"), "milliseconds"],
  [pgType("inet")],
  [pgType("cidr")],
  [pgType("macaddr")],
];

export const arrayCells: readonly Cell[] = elements.map(([element, unit = null]) =>
  cell(arrayType(element), unit),
);
