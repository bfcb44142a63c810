/** Why a value does not fit a type: asked only for the few that do not, so clarity goes before speed. */
import { typeWords, type PgType } from "../model/postgres.js";
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../model/record.js";
import { longestPayload } from "./field.js";
import { parseTime } from "./iso-time.js";
import { jsonFault, type JsonFault } from "./json-scan.js";
import { endsWithBlank, isWithin } from "./text.js";
import { isFiner, textInstant } from "./timestamp.js";
import { textFault } from "./utf8.js";
import { payloadEnd } from "./value.js";

const jsonWords: Readonly<Record<JsonFault, string>> = {
  syntax: "it is not JSON",
  "nul-escape": "it holds \\u0000, which jsonb cannot store",
  "lone-surrogate": "it holds half of a surrogate pair, which jsonb cannot store",
  "number-range": "it holds a number beyond the range of numeric",
  "string-length": "it holds a string over 256 MB",
  depth: "it is nested deeper than 2000 levels",
};

export function explainMisfit(type: PgType, batch: RecordBatch, at: number): string {
  const own = batch.serialTypes[at]! >= serial.firstBlob ? ofBytes(type, batch, at) : ofNumber(type);
  return own ?? `${valueWords(batch.serialTypes[at]!)} has no equal in ${typeWords(type)}`;
}

const valueWords = (serialType: number): string => {
  if (isBlob(serialType)) return "a blob";
  if (isText(serialType)) return "this text";
  return isInteger(serialType) ? "this integer" : "this real";
};

function ofNumber(type: PgType): string | null {
  if (type.name === "enum") return "it is none of the labels";
  if (type.name === "character varying" || type.name === "character") return tooLong(type);
  return type.name === "real" ? "real, of 32 bits, does not hold it exactly" : null;
}

function ofBytes(type: PgType, batch: RecordBatch, at: number): string | null {
  const { bytes } = batch;
  const start = batch.offsets[at]!;
  const end = payloadEnd(batch, at);
  if (payloadBytes(batch.serialTypes[at]!) > longestPayload)
    return "it is longer than the 1 GB of a value in PostgreSQL";
  if (isTextual(type) || isJson(type) || type.name === "array") {
    const fault = textFault(bytes, start, end);
    if (fault === "invalid-utf8") return "it is not valid UTF-8, which PostgreSQL text must be";
    if (fault === "nul" && isTextual(type))
      return "it holds a NUL character, which PostgreSQL text cannot store";
  }
  switch (type.name) {
    case "json":
      return jsonFault(bytes, start, end) === "depth" ? jsonWords.depth : jsonWords.syntax;
    case "jsonb":
      return jsonWords[jsonFault(bytes, start, end) ?? "syntax"];
    case "array": {
      const fault = jsonFault(bytes, start, end);
      if (fault !== null) return jsonWords[fault].replace("jsonb", "an element");
      return `it is not a JSON array of values that all fit ${typeWords(type.element)}`;
    }
    case "enum":
      return "it is none of the labels";
    case "character varying":
      return tooLong(type);
    case "character":
      return isWithin(bytes, start, end, type.modifiers[0] ?? 1) && endsWithBlank(bytes, start, end)
        ? "it ends with a blank, which does not differ from those that fill up the type"
        : tooLong(type);
    default:
      return isText(batch.serialTypes[at]!) ? ofTime(type, batch, at) : null;
  }
}

function ofTime(type: PgType, batch: RecordBatch, at: number): string | null {
  const [precision = 6] = type.modifiers;
  switch (type.name) {
    case "time without time zone":
      return parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) ? tooFine(precision) : null;
    case "timestamp without time zone":
    case "timestamp with time zone": {
      const instant = textInstant(batch, at);
      if (instant === null) return null;
      return isFiner(instant, precision)
        ? tooFine(precision)
        : "its offset would be lost: timestamp has no zone";
    }
    default:
      return null;
  }
}

const tooFine = (precision: number): string =>
  `it has more than ${precision} digits after the second's point`;

const tooLong = ({ modifiers }: PgType): string => `it is longer than ${modifiers[0] ?? 1} characters`;

const isJson = (type: PgType): boolean => type.name === "json" || type.name === "jsonb";

const isTextual = (type: PgType): boolean =>
  ["text", "character varying", "character", "citext", "enum", "other"].includes(type.name);
