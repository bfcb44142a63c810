/** Which encoder a value's type has. */
import type { ColumnPlan } from "../../model/plan.js";
import type { BuiltInType, PgType, TimeUnit } from "../../model/postgres.js";
import { arrayEncoder } from "./array.js";
import { encodeBoolean } from "./boolean.js";
import { encodeBytea } from "./bytea.js";
import type { EncodeField } from "./field.js";
import { encodeBigint, encodeInteger, encodeSmallint } from "./integer.js";
import { encodeJson, encodeJsonb } from "./json.js";
import { encodeCidr, encodeInet, encodeMacaddr } from "./network.js";
import { numericEncoder } from "./numeric.js";
import { encodeDouble, encodeFloat } from "./real.js";
import { characterEncoder, enumEncoder, textEncoder } from "./text.js";
import { dateEncoder, timeEncoder, timestampEncoder, timestamptzEncoder } from "./timestamp.js";
import { encodeUuid } from "./uuid.js";

export const encoderFor = ({ type, unit, zone }: Pick<ColumnPlan, "type" | "unit" | "zone">): EncodeField =>
  typeEncoder(type, unit, zone);

function typeEncoder(type: PgType, unit: TimeUnit | null, zone: string | null): EncodeField {
  switch (type.name) {
    case "enum":
      return enumEncoder(type.labels);
    case "citext":
      return textEncoder(null);
    case "array":
      return arrayEncoder(type.element, typeEncoder(type.element, unit, zone));
    // Whatever it is, it is written as text, and the server judges it.
    case "other":
      return textEncoder(null);
    default:
      return builtInEncoder(type, unit, zone);
  }
}

function builtInEncoder(
  { name, modifiers }: BuiltInType,
  unit: TimeUnit | null,
  zone: string | null,
): EncodeField {
  const [first = null] = modifiers;
  switch (name) {
    case "boolean":
      return encodeBoolean;
    case "smallint":
      return encodeSmallint;
    case "integer":
      return encodeInteger;
    case "bigint":
      return encodeBigint;
    case "real":
      return encodeFloat;
    case "double precision":
      return encodeDouble;
    case "numeric":
      return numericEncoder(modifiers);
    case "text":
      return textEncoder(null);
    case "character varying":
      return textEncoder(first);
    case "character":
      return characterEncoder(first ?? 1);
    case "bytea":
      return encodeBytea;
    case "uuid":
      return encodeUuid;
    case "json":
      return encodeJson;
    case "jsonb":
      return encodeJsonb;
    case "date":
      return dateEncoder(unit);
    case "time without time zone":
      return timeEncoder(first);
    case "timestamp without time zone":
      return timestampEncoder(unit, first);
    case "timestamp with time zone":
      return timestamptzEncoder(unit, first, zone);
    case "inet":
      return encodeInet;
    case "cidr":
      return encodeCidr;
    case "macaddr":
      return encodeMacaddr;
  }
}
