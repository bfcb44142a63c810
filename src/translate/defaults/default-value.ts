/**
 * DEFAULT clauses by their meaning: the value that SQLite stores, as the column's type writes it. One that
 * PostgreSQL would refuse, round or cut is not carried; a bad one would stop CREATE TABLE.
 */
import type { PgTypeKind } from "../../model/postgres.js";
import { expressionDefault } from "./default-expression.js";
import { dateDefault, timeDefault, timestampDefault, timestamptzDefault } from "./default-moment.js";
import {
  booleanDefault,
  doubleDefault,
  integerDefault,
  numericDefault,
  realDefault,
} from "./default-number.js";
import {
  addressDefault,
  arrayDefault,
  byteaDefault,
  characterDefault,
  enumDefault,
  jsonDefault,
  textDefault,
  uuidDefault,
} from "./default-text.js";
import {
  carried,
  none,
  type DefaultColumn,
  type DefaultTranslation,
  type DefaultValue,
} from "./default-translation.js";
import { storedLiteral } from "../sql/affinity.js";
import { parseDefault } from "../sql/literal.js";

/** @param defaultSql the DEFAULT as SQLite keeps it. */
export function translateDefault(defaultSql: string, column: DefaultColumn): DefaultTranslation {
  const written = parseDefault(defaultSql);
  if (written === null) return expressionDefault(defaultSql, column);
  const literal = storedLiteral(written, column.affinity);
  if (literal === null) return none;
  if (literal.kind === "null") return carried(null);
  return byType[column.type.name](literal, column);
}

type ByType = (literal: DefaultValue, column: DefaultColumn) => DefaultTranslation;

const byType: Readonly<Record<PgTypeKind, ByType>> = {
  boolean: booleanDefault,
  smallint: integerDefault(16),
  integer: integerDefault(32),
  bigint: integerDefault(64),
  real: realDefault,
  "double precision": doubleDefault,
  numeric: numericDefault,
  text: textDefault,
  "character varying": textDefault,
  character: characterDefault,
  citext: textDefault,
  enum: enumDefault,
  bytea: byteaDefault,
  uuid: uuidDefault,
  json: jsonDefault,
  jsonb: jsonDefault,
  date: dateDefault,
  "time without time zone": timeDefault,
  "timestamp without time zone": timestampDefault,
  "timestamp with time zone": timestamptzDefault,
  inet: addressDefault("inet"),
  cidr: addressDefault("cidr"),
  macaddr: addressDefault("macaddr"),
  array: arrayDefault,
  // How such a type spells its values is not known.
  other: () => none,
};
