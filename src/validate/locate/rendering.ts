/** Fields of canonical rows as PostgreSQL's output functions print the values, under the settings of read-transaction.ts. */
import type { ElementType, PgType } from "../../model/postgres.js";
import { longValueBytes } from "../canonical/row-bytes.js";
import { macaddrText, networkText, uuidText } from "./address-text.js";
import { doubleText, singleText } from "./float-text.js";
import { dateText, timestampText, timeText } from "./moment-text.js";
import { markerOf, readRow } from "./row-fields.js";

const longBytes = String(longValueBytes).replace(/(?=\d{3}$)/, ",");

/**
 * What PostgreSQL prints; null is NULL. A value that stands in the row as its SHA-256 is told by that, and one of a
 * type that is not compared by a word: both are no values.
 */
export const renderField = (type: PgType, field: Buffer | null): string | null => {
  if (field === null) return null;
  switch (type.name) {
    case "boolean":
      return field[0] === 1 ? "t" : "f";
    case "smallint":
    case "integer":
    case "bigint":
      return String(field.readBigInt64BE());
    case "real":
      return singleText(field);
    case "double precision":
      return doubleText(field);
    case "uuid":
      return uuidText(field);
    case "date":
      return dateText(field.readInt32BE());
    case "time without time zone":
      return timeText(field.readBigInt64BE());
    case "timestamp without time zone":
      return timestampText(field.readBigInt64BE(), "");
    case "timestamp with time zone":
      return timestampText(field.readBigInt64BE(), "+00");
    case "inet":
    case "cidr":
      return networkText(field);
    case "macaddr":
      return macaddrText(field);
    case "other":
      return "(a value)";
    default:
      return renderLong(field) ?? renderBytes(type, field);
  }
};

const renderLong = (field: Buffer): string | null => {
  const marker = markerOf(field);
  return marker === null ? null : `sha256 ${marker} of a value of more than ${longBytes} bytes`;
};

const renderBytes = (type: PgType, field: Buffer): string => {
  if (type.name === "array") return renderArray(type.element, field);
  return type.name === "bytea" ? `\\x${field.toString("hex")}` : field.toString("utf8");
};

/** From the rows that an array is made of (canonical/array.ts), as array_out writes them (documentation, 8.15.6). */
const renderArray = (element: ElementType, bytes: Buffer): string => {
  const { fields, end } = readRow(bytes, 0);
  const dimensions = fields[0]?.toString("latin1") ?? null;
  if (dimensions === null) return "{}";
  const elements: string[] = [];
  for (let at = end; at < bytes.length;) {
    const row = readRow(bytes, at);
    elements.push(quotedElement(renderField(element, row.fields[0] ?? null)));
    at = row.end;
  }
  const bounds = [...dimensions.matchAll(/\[(-?\d+):(-?\d+)\]/g)].map(([, from, to]) => [
    Number(from),
    Number(to),
  ]);
  const prefix = bounds.every(([from]) => from === 1) ? "" : `${dimensions}=`;
  return (
    prefix +
    nested(
      elements,
      bounds.map(([from = 0, to = 0]) => to - from + 1),
    )
  );
};

const nested = (elements: readonly string[], lengths: readonly number[]): string => {
  const [length = 0, ...inner] = lengths;
  const each = length === 0 ? 0 : elements.length / length;
  const parts =
    inner.length === 0
      ? elements
      : Array.from({ length }, (_, at) => nested(elements.slice(at * each, (at + 1) * each), inner));
  return `{${parts.join(",")}}`;
};

const quotedElement = (text: string | null): string => {
  if (text === null) return "NULL";
  return /^(?:|null)$/i.test(text) || /[{}",\\ \t\n\r\v\f]/.test(text)
    ? `"${text.replaceAll(/["\\]/g, "\\$&")}"`
    : text;
};
