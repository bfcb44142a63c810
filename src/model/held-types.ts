/** Which types a column of the target may be of where another one is planned. */
import type { PgTypeName } from "./postgres.js";

/**
 * Besides itself only those that the planned type holds whole: their cast to it changes no value, so that it can hide no
 * difference. A domain has a name of its own, and is another type than the plan's.
 */
export const heldTypes: Readonly<Record<PgTypeName, readonly PgTypeName[]>> = {
  boolean: ["boolean"],
  smallint: ["smallint"],
  integer: ["integer", "smallint"],
  bigint: ["bigint", "integer", "smallint"],
  real: ["real"],
  "double precision": ["double precision", "real"],
  numeric: ["numeric"],
  text: ["text", "character varying"],
  "character varying": ["character varying", "text"],
  character: ["character"],
  bytea: ["bytea"],
  uuid: ["uuid"],
  json: ["json"],
  jsonb: ["jsonb"],
  date: ["date"],
  "time without time zone": ["time without time zone"],
  "timestamp without time zone": ["timestamp without time zone"],
  // A timestamp without time zone is read as UTC, the session's zone.
  "timestamp with time zone": ["timestamp with time zone", "timestamp without time zone"],
  inet: ["inet"],
  cidr: ["cidr"],
  macaddr: ["macaddr"],
};
