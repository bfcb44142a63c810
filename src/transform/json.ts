/** json and jsonb: TEXT and UTF-8 BLOB that are JSON, as they are; INTEGER and finite REAL as JSON numbers. */
import { isUtf8 } from "node:buffer";
import { isInteger, serial, type RecordBatch } from "../model/record.js";
import { longestPayload, type EncodeField } from "./field.js";
import { deepest, jsonFault } from "./json-scan.js";
import { integerBigInt, payloadEnd, realNumber } from "./value.js";

/** jsonb_recv expects the version of the format before the text (src/backend/utils/adt/jsonb.c). */
export const jsonbVersion = 1;

export const encodeJsonb: EncodeField = (batch, at, out) => {
  const { bytes, start, end } = payloadOf(batch, at);
  if (!isJsonText(bytes, start, end)) return false;
  out.ensure(5 + end - start);
  out.int32(1 + end - start);
  out.bytes[out.position++] = jsonbVersion;
  out.position += bytes.copy(out.bytes, out.position, start, end);
  return true;
};

/** Keeps the text as it is, so it takes what jsonb cannot turn into a value. */
export const encodeJson: EncodeField = (batch, at, out) => {
  const { bytes, start, end } = payloadOf(batch, at);
  if (!isKeptJson(bytes, start, end)) return false;
  out.bytesField(bytes, start, end);
  return true;
};

interface Payload {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

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

/** Whether a text or blob is JSON that jsonb takes. */
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
