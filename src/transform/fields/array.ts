/**
 * One-dimensional arrays from JSON arrays, as array_recv reads them (src/backend/utils/adt/arrayfuncs.c): dimensions,
 * whether there are NULLs, the elements' type, length and first index, then each element as a field of its own.
 */
import type { ElementType, PgTypeKind } from "../../model/postgres.js";
import { serial } from "../../model/record.js";
import type { EncodeField } from "./field.js";
import { elementSpans, scalarElement, writtenElement } from "./json-elements.js";
import { isJson } from "./json.js";

/** pg_type.dat. An enum or citext has another one in each database, and its arrays go by text. */
const oids: Readonly<Partial<Record<PgTypeKind, number>>> = {
  boolean: 16,
  bytea: 17,
  bigint: 20,
  smallint: 21,
  integer: 23,
  text: 25,
  json: 114,
  cidr: 650,
  real: 700,
  "double precision": 701,
  macaddr: 829,
  inet: 869,
  character: 1042,
  "character varying": 1043,
  date: 1082,
  "time without time zone": 1083,
  "timestamp without time zone": 1114,
  "timestamp with time zone": 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
};

/** Whether arrays of these elements can go by binary COPY. */
export const hasConstantOid = (element: ElementType): boolean => oids[element.name] !== undefined;

/** Types that keep the digits of a number as they are written. */
const digitTypes: ReadonlySet<PgTypeKind> = new Set<PgTypeKind>([
  "numeric",
  "text",
  "character varying",
  "character",
  "citext",
  "enum",
]);

/** Dimensions, NULLs, type, length, first index. */
const headerBytes = 20;

/** @param encodeElement of the element's type; its own misfits are the array's. */
export function arrayEncoder(element: ElementType, encodeElement: EncodeField): EncodeField {
  const isWritten = element.name === "json" || element.name === "jsonb";
  const rules = {
    keepsDigits: digitTypes.has(element.name),
    takesWords: element.name === "boolean",
  };
  return (batch, at, out) => {
    if (batch.serialTypes[at]! < serial.firstBlob || !isJson(batch, at)) return false;
    const { bytes } = batch;
    const spans = elementSpans(bytes, batch.offsets[at]!, bytes.length);
    if (spans === null) return false;
    const start = out.position;
    out.ensure(4 + headerBytes);
    const count = spans.length / 2;
    // An empty array has no dimensions.
    out.position += 4 + (count === 0 ? 12 : headerBytes);
    let hasNulls = false;
    for (let index = 0; index < spans.length; index += 2) {
      const [first, end] = [spans[index]!, spans[index + 1]!];
      const value = isWritten ? writtenElement(bytes, first, end) : scalarElement(bytes, first, end, rules);
      if (value === "null") {
        hasNulls = true;
        out.nullField();
      } else if (value === "none" || !encodeElement(value, 0, out)) {
        out.position = start;
        return false;
      }
    }
    const length = out.position - start - 4;
    const header = [length, count === 0 ? 0 : 1, hasNulls ? 1 : 0, oids[element.name] ?? 0, count, 1];
    header
      .slice(0, count === 0 ? 4 : 6)
      .forEach((word, index) => out.bytes.writeInt32BE(word, start + index * 4));
    return true;
  };
}
