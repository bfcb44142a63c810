/** Which encoder a value's type has. */
import type { ColumnPlan } from "../model/plan.js";
import { typeWords, type PgTypeKind } from "../model/postgres.js";
import { encodeBoolean } from "./boolean.js";
import { encodeBytea } from "./bytea.js";
import type { EncodeField } from "./field.js";
import { encodeBigint } from "./integer.js";
import { encodeJsonb } from "./json.js";
import { numericEncoder } from "./numeric.js";
import { encodeDouble } from "./real.js";
import { textEncoder } from "./text.js";
import { dateEncoder, encodeTime, timestamptzEncoder } from "./timestamp.js";
import { encodeUuid } from "./uuid.js";

const encoders: Readonly<Partial<Record<PgTypeKind, (column: ColumnPlan) => EncodeField>>> = {
  boolean: () => encodeBoolean,
  bigint: () => encodeBigint,
  "double precision": () => encodeDouble,
  numeric: (column) => numericEncoder(column.type.modifiers),
  text: () => textEncoder(null),
  "character varying": (column) => textEncoder(column.type.modifiers[0] ?? null),
  bytea: () => encodeBytea,
  uuid: () => encodeUuid,
  jsonb: () => encodeJsonb,
  date: (column) => dateEncoder(column.unit),
  "time without time zone": () => encodeTime,
  "timestamp with time zone": (column) => timestamptzEncoder(column.unit),
};

export const encoderFor = (column: ColumnPlan): EncodeField => {
  const encoder = encoders[column.type.name];
  if (encoder === undefined) throw new Error(`${typeWords(column.type)} has no encoder yet`);
  return encoder(column);
};
