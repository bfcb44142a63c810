/** Why a value does not fit its column: asked only for the few that do not, so clarity goes before speed. */
import type { ColumnPlan } from "../../model/plan.js";
import { isTimeType, typeWords, type PgType } from "../../model/postgres.js";
import { isBlob, isInteger, isText, payloadBytes, serial, type RecordBatch } from "../../model/record.js";
import type { RejectCode, RejectReason } from "../../model/reject.js";
import { spelledBytes } from "../fields/decode-text.js";
import { describeText } from "./describe.js";
import { explainFloat, explainInteger, explainNumeric } from "./explain-number.js";
import { explainTime } from "./explain-time.js";
import { longestPayload } from "../fields/field.js";
import { jsonFault, type JsonFault } from "../fields/json-scan.js";
import { OneValue } from "../one-value.js";
import { realNumber, payloadEnd } from "../value.js";
import { endsWithBlank, isBlank, isTextual, isWithin } from "../fields/text.js";
import { textFault } from "../fields/utf8.js";

type Column = Pick<ColumnPlan, "type" | "unit" | "decode" | "zone" | "policy" | "notNull">;

/** @param at of a value that the column's encoder refuses; a NULL only where the column's policy puts something in its place. */
export function explainMisfit(column: Column, batch: RecordBatch, at: number): RejectReason {
  const serialType = batch.serialTypes[at]!;
  if (serialType === serial.null) return ofNull(column);
  if (serialType >= serial.firstBlob && payloadBytes(serialType) > longestPayload)
    return { code: "too-large", reason: "it is longer than the 1 GB of a value in PostgreSQL" };
  const found = ofValue(column, batch, at);
  return wouldBeNull(column, found.code, batch, at)
    ? { ...found, reason: `${found.reason}, and the column is NOT NULL` }
    : found;
}

/** Whether a policy would make NULL of the value if the column took one (amend.ts). */
const wouldBeNull = (
  { type, policy, notNull }: Column,
  code: RejectCode,
  batch: RecordBatch,
  at: number,
): boolean =>
  notNull &&
  ((policy.outOfRange !== undefined && isTimeType(type) && code === "range") ||
    (policy.empty !== undefined && !isTextual(type) && isBlank(batch, at)));

function ofNull(column: Column): RejectReason {
  const bytes = Buffer.from(column.policy.nullAs ?? "", "utf8");
  const { code, reason } = explainMisfit(column, new OneValue().text(bytes, 0, bytes.length), 0);
  return { code, reason: `of ${describeText(bytes, 0, bytes.length)}, which stands for NULL: ${reason}` };
}

function ofValue(column: Column, batch: RecordBatch, at: number): RejectReason {
  const { type, decode } = column;
  if (decode !== null && isText(batch.serialTypes[at]!)) return ofSpelling(type, decode, batch, at);
  const fault = batch.serialTypes[at]! >= serial.firstBlob ? unstorable(type, batch, at) : null;
  return fault ?? ofType(column, batch, at) ?? noEqual(type, batch.serialTypes[at]!);
}

function ofSpelling(
  type: PgType,
  decode: NonNullable<ColumnPlan["decode"]>,
  batch: RecordBatch,
  at: number,
): RejectReason {
  const bytes = spelledBytes(decode, batch, at);
  const { none, its } = spellingWords[decode];
  const reason = `${its} ${bytes?.length ?? 0} bytes, which have no equal in ${typeWords(type)}`;
  return { code: "syntax", reason: bytes === null ? none : reason };
}

const spellingWords = {
  hex: { none: "it is not pairs of hexadecimal digits", its: "its hexadecimal digits spell" },
  base64: { none: "it is not base64", its: "its base64 spells" },
} as const;

const noEqual = (type: PgType, serialType: number): RejectReason => ({
  code: isText(serialType) ? "syntax" : "storage-class",
  reason: `${valueWords(serialType)} has no equal in ${typeWords(type)}`,
});

const valueWords = (serialType: number): string => {
  if (isBlob(serialType)) return "a blob";
  if (isText(serialType)) return "this text";
  return isInteger(serialType) ? "this integer" : "this real";
};

/** Text or blob that no PostgreSQL text can be. */
function unstorable(type: PgType, batch: RecordBatch, at: number): RejectReason | null {
  const isOfText = isTextual(type) && type.name !== "bytea";
  if (!isOfText && !isJson(type) && type.name !== "array") return null;
  const fault = textFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
  if (fault === null) return null;
  const reason =
    fault === "nul"
      ? "it holds a NUL character, which PostgreSQL text cannot store"
      : "it is not valid UTF-8, which PostgreSQL text must be";
  // Of a blob nobody said that it is text.
  return { code: isBlob(batch.serialTypes[at]!) ? "storage-class" : fault, reason };
}

/** Null where the storage class says it all. */
function ofType(column: Column, batch: RecordBatch, at: number): RejectReason | null {
  const { type } = column;
  const serialType = batch.serialTypes[at]!;
  const isBytes = serialType >= serial.firstBlob;
  switch (type.name) {
    case "boolean":
      return isBytes ? null : { code: "range", reason: "it is neither 0 nor 1" };
    case "uuid":
      if (isText(serialType))
        return { code: "syntax", reason: "it is not a UUID in a spelling of PostgreSQL's" };
      return isBlob(serialType)
        ? { code: "storage-class", reason: "it is a blob of other than 16 bytes" }
        : null;
    case "smallint":
    case "integer":
    case "bigint":
      return isBlob(serialType) ? null : explainInteger(type, batch, at);
    case "real":
    case "double precision":
      return isBlob(serialType) ? null : explainFloat(type, batch, at);
    case "numeric":
      return isBlob(serialType) ? null : explainNumeric(type, batch, at);
    case "json":
    case "jsonb":
      return isBytes ? ofJson(type, batch, at) : ofJsonNumber(batch, at);
    case "array":
      return isBytes ? ofArray(typeWords(type.element), batch, at) : null;
    case "enum":
      return { code: "label", reason: "it is none of the labels" };
    case "character varying":
      return tooLong(type);
    case "character":
      return isBytes ? ofCharacters(type, batch, at) : tooLong(type);
    default:
      return isTimeType(type) ? explainTime(column, batch, at) : null;
  }
}

const tooLong = ({ modifiers: [limit = 1] }: PgType): RejectReason => ({
  code: "length",
  reason: `it is longer than ${limit} ${limit === 1 ? "character" : "characters"}`,
});

function ofCharacters(type: PgType, { bytes, ...batch }: RecordBatch, at: number): RejectReason {
  const start = batch.offsets[at]!;
  const end = start + payloadBytes(batch.serialTypes[at]!);
  return isWithin(bytes, start, end, type.modifiers[0] ?? 1) && endsWithBlank(bytes, start, end)
    ? {
        code: "trailing-blank",
        reason: "it ends with a blank, which does not differ from those that fill up the type",
      }
    : tooLong(type);
}

const jsonWords: Readonly<Record<JsonFault, string>> = {
  syntax: "it is not JSON",
  "nul-escape": "it holds \\u0000, which jsonb cannot store",
  "lone-surrogate": "it holds half of a surrogate pair, which jsonb cannot store",
  "number-range": "it holds a number beyond the range of numeric",
  "string-length": "it holds a string over 256 MB",
  depth: "it is nested deeper than 2000 levels",
};

function ofJson(type: PgType, batch: RecordBatch, at: number): RejectReason {
  const fault = jsonFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) ?? "syntax";
  // json takes what jsonb cannot turn into a value: then something else is wrong, further on.
  const isOwn = type.name === "jsonb" || fault === "depth";
  return { code: "json", reason: jsonWords[isOwn ? fault : "syntax"] };
}

function ofJsonNumber(batch: RecordBatch, at: number): RejectReason {
  const isInfinite = !Number.isFinite(realNumber(batch, at));
  return {
    code: "range",
    reason: isInfinite ? "JSON has no infinite numbers" : "it is -0.0, which jsonb does not tell from 0",
  };
}

function ofArray(element: string, batch: RecordBatch, at: number): RejectReason {
  const fault = jsonFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
  return fault === null
    ? { code: "syntax", reason: `it is not a JSON array of values that all fit ${element}` }
    : { code: "json", reason: jsonWords[fault].replace("jsonb", "an element") };
}

const isJson = (type: PgType): boolean => type.name === "json" || type.name === "jsonb";
