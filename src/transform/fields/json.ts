/**
 * json and jsonb: TEXT and UTF-8 BLOB that are JSON, as they are; INTEGER and finite REAL as JSON numbers; SQLite's own binary
 * JSON as the text that it stands for.
 */
import { isUtf8 } from "node:buffer";
import { isBlob, isInteger, serial, type RecordBatch } from "../../model/record.js";
import { longestPayload, type EncodeField } from "./field.js";
import { deepest, jsonFault } from "./json-scan.js";
import { sqliteJsonbText } from "./sqlite-jsonb.js";
import { integerBigInt, payloadEnd, realNumber } from "../value.js";

/** jsonb_recv expects the version of the format before the text (src/backend/utils/adt/jsonb.c). */
export const jsonbVersion = 1;

export const encodeJsonb: EncodeField = (batch, at, out) => {
  const payload = fittingPayload(batch, at, isJsonText);
  if (payload === null) return false;
  const { bytes, start, end } = payload;
  out.ensure(5 + end - start);
  out.int32(1 + end - start);
  out.bytes[out.position++] = jsonbVersion;
  out.position += bytes.copy(out.bytes, out.position, start, end);
  return true;
};

/** Keeps the text as it is, so it takes what jsonb cannot turn into a value. */
export const encodeJson: EncodeField = (batch, at, out) => {
  const payload = fittingPayload(batch, at, isKeptJson);
  if (payload === null) return false;
  const { bytes, start, end } = payload;
  out.bytesField(bytes, start, end);
  return true;
};

interface Payload {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

type Fits = (bytes: Buffer, start: number, end: number) => boolean;

function fittingPayload(batch: RecordBatch, at: number, fits: Fits): Payload | null {
  const own = payloadOf(batch, at);
  if (fits(own.bytes, own.start, own.end)) return own;
  if (!isBlob(batch.serialTypes[at]!)) return null;
  const text = sqliteJsonbText(own.bytes, own.start, own.end);
  if (text === null) return null;
  const bytes = Buffer.from(text);
  return fits(bytes, 0, bytes.length) ? { bytes, start: 0, end: bytes.length } : null;
}

/** Whether jsonb takes the text or blob. */
export const isJsonValue = (batch: RecordBatch, at: number): boolean =>
  fittingPayload(batch, at, isJsonText) !== null;

function payloadOf(batch: RecordBatch, at: number): Payload {
  const type = batch.serialTypes[at]!;
  if (type >= serial.firstBlob) {
    return { bytes: batch.bytes, start: batch.offsets[at]!, end: payloadEnd(batch, at) };
  }
  const digits = isInteger(type) ? integerBigInt(batch, at).toString() : jsonReal(realNumber(batch, at));
  return { bytes: Buffer.from(digits, "latin1"), start: 0, end: digits.length };
}

/** JSON knows neither infinities nor, in jsonb, -0.0: no JSON at all. */
const jsonReal = (value: number): string =>
  Number.isFinite(value) && !Object.is(value, -0) ? String(value) : "";

/** Whether the bytes of a text or blob are JSON that jsonb takes. */
export const isJson = (batch: RecordBatch, at: number): boolean =>
  isJsonText(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));

export const isJsonText = (bytes: Buffer, start: number, end: number): boolean =>
  end - start <= longestPayload &&
  isUtf8(bytes.subarray(start, end)) &&
  jsonFault(bytes, start, end) === null;

/** Whether bytes are JSON that json takes: also \u0000, halves of surrogate pairs, numbers and strings of any size. */
export function isKeptJson(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > longestPayload || !isUtf8(bytes.subarray(start, end))) return false;
  const fault = jsonFault(bytes, start, end);
  if (fault === null) return true;
  return fault !== "syntax" && fault !== "depth" && isParsed(bytes.toString("utf8", start, end));
}

/** What comes after the first fault has not been read yet. */
function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return depthOf(text) <= deepest;
}

function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  for (const [bracket] of json.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").matchAll(/[[{\]}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}
