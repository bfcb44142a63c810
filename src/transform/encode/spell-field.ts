/** A field of binary COPY as the text that PostgreSQL's input reads as the same value, whatever the session's settings. */
import type { PgType } from "../../model/postgres.js";
import { spellArray } from "./spell-array.js";
import { spellDate, spellTime, spellTimestamp } from "./spell-time.js";

/** @param bytes whose part [start, end) is the field, without its length. Valid as long as `bytes` are. */
export function spellField(type: PgType, bytes: Buffer, start: number, end: number): Buffer {
  switch (type.name) {
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
    case "json":
    case "other":
      return bytes.subarray(start, end);
    case "jsonb":
      // After the version of the format.
      return bytes.subarray(start + 1, end);
    case "array":
      return spellArray(bytes, start, (from, to) => spellField(type.element, bytes, from, to));
    default:
      return Buffer.from(asciiOf(type.name, bytes, start, end), "latin1");
  }
}

type AsciiName = Exclude<
  PgType["name"],
  "text" | "character varying" | "character" | "citext" | "enum" | "json" | "jsonb" | "array" | "other"
>;

function asciiOf(name: AsciiName, bytes: Buffer, start: number, end: number): string {
  switch (name) {
    case "boolean":
      return bytes[start] === 1 ? "t" : "f";
    case "smallint":
      return String(bytes.readInt16BE(start));
    case "integer":
      return String(bytes.readInt32BE(start));
    case "bigint":
      return String(bytes.readBigInt64BE(start));
    case "real":
      return spellDouble(bytes.readFloatBE(start));
    case "double precision":
      return spellDouble(bytes.readDoubleBE(start));
    case "numeric":
      return spellNumeric(bytes, start);
    case "bytea":
      return `\\x${bytes.toString("hex", start, end)}`;
    case "uuid":
      return bytes.toString("hex", start, end);
    case "date":
      return spellDate(bytes.readInt32BE(start));
    case "time without time zone":
      return spellTime(Number(bytes.readBigInt64BE(start)));
    case "timestamp without time zone":
      return spellTimestamp(bytes.readBigInt64BE(start), "");
    case "timestamp with time zone":
      return spellTimestamp(bytes.readBigInt64BE(start), "+00");
    case "inet":
    case "cidr":
      return spellNetwork(bytes, start);
    case "macaddr":
      return bytes.toString("hex", start, end);
  }
}

const spellDouble = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** As numeric.ts writes it. */
function spellNumeric(bytes: Buffer, start: number): string {
  const count = bytes.readUInt16BE(start);
  const weight = bytes.readInt16BE(start + 2);
  const sign = bytes.readUInt16BE(start + 4);
  const scale = bytes.readUInt16BE(start + 6);
  if (sign === 0xd000) return "Infinity";
  if (sign === 0xf000) return "-Infinity";
  const group = (index: number): string =>
    String(index >= 0 && index < count ? bytes.readUInt16BE(start + 8 + index * 2) : 0).padStart(4, "0");
  let whole = "";
  for (let index = 0; index <= weight; index += 1) whole += group(index);
  let fraction = "";
  for (let index = weight + 1; fraction.length < scale; index += 1) fraction += group(index);
  const point = scale === 0 ? "" : ".";
  return `${sign === 0 ? "" : "-"}${whole.replace(/^0+(?=.)/, "") || "0"}${point}${fraction.slice(0, scale)}`;
}

/** As network.ts writes it. */
function spellNetwork(bytes: Buffer, start: number): string {
  const bits = bytes[start + 1]!;
  const address = bytes.subarray(start + 4, start + 4 + bytes[start + 3]!);
  const parts =
    address.length === 4
      ? Array.from(address).join(".")
      : address.toString("hex").replaceAll(/(.{4})(?=.)/g, "$1:");
  return `${parts}/${bits}`;
}
