/** Why a value does not fit a type: asked only for the few that do not, so clarity goes before speed. */
import { typeWords, type PgType } from "../model/postgres.js";
import { isBlob, isInteger, isText, serial, type RecordBatch } from "../model/record.js";
import { jsonFault, type JsonFault } from "./json-scan.js";
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
  const serialType = batch.serialTypes[at]!;
  const start = batch.offsets[at]!;
  const end = serialType >= serial.firstBlob ? payloadEnd(batch, at) : start;
  if (serialType >= serial.firstBlob && (isTextual(type) || type.name === "jsonb")) {
    const fault = textFault(batch.bytes, start, end);
    if (fault === "invalid-utf8") return "it is not valid UTF-8, which PostgreSQL text must be";
    if (fault === "nul" && isTextual(type))
      return "it holds a NUL character, which PostgreSQL text cannot store";
  }
  if (type.name === "jsonb" && serialType >= serial.firstBlob) {
    return jsonWords[jsonFault(batch.bytes, start, end) ?? "syntax"];
  }
  if (type.name === "character varying") return `it is longer than ${type.modifiers[0] ?? 0} characters`;
  const words = isBlob(serialType)
    ? "a blob"
    : isText(serialType)
      ? "this text"
      : isInteger(serialType)
        ? "this integer"
        : "this real";
  return `${words} has no equal in ${typeWords(type)}`;
}

const isTextual = (type: PgType): boolean => type.name === "text" || type.name === "character varying";
