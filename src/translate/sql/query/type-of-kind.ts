/** The type of PostgreSQL that an expression of a kind has. */
import type { ColumnFacts, Kind } from "../typed.js";

const types: Readonly<Partial<Record<Kind, string>>> = {
  boolean: "boolean",
  integer: "bigint",
  real: "double precision",
  numeric: "numeric",
  text: "text",
  bytes: "bytea",
  timestamptz: "timestamptz",
  timestamp: "timestamp",
  date: "date",
  time: "time",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
  jsontext: "text",
};

/** null: PostgreSQL decides, or it is a type that only the column's facts tell. */
export const typeOfKind = (kind: Kind, column: ColumnFacts | null): string | null =>
  types[kind] ?? (kind === "other" ? (column?.type.name ?? null) : null);
