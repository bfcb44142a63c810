/** jsonb: TEXT and UTF-8 BLOB that are JSON, as they are; INTEGER and finite REAL as JSON numbers. */
import { isUtf8 } from "node:buffer";
import { isInteger, serial, type RecordBatch } from "../model/record.js";
import type { EncodeField } from "./field.js";
import { jsonFault } from "./json-scan.js";
import { integerBigInt, payloadEnd, realNumber } from "./value.js";

/** jsonb_recv expects the version of the format before the text (src/backend/utils/adt/jsonb.c). */
export const jsonbVersion = 1;

export const encodeJsonb: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  if (type >= serial.firstBlob) {
    const start = batch.offsets[at]!;
    const end = payloadEnd(batch, at);
    if (!isJson(batch, at)) return false;
    out.ensure(5 + end - start);
    out.int32(1 + end - start);
    out.bytes[out.position++] = jsonbVersion;
    out.position += batch.bytes.copy(out.bytes, out.position, start, end);
    return true;
  }
  const digits = isInteger(type) ? integerBigInt(batch, at).toString() : jsonReal(realNumber(batch, at));
  if (digits === null) return false;
  out.ensure(5 + digits.length);
  out.int32(1 + digits.length);
  out.bytes[out.position++] = jsonbVersion;
  out.position += out.bytes.write(digits, out.position, "latin1");
  return true;
};

/** Whether a text or blob is JSON that jsonb takes. */
export const isJson = (batch: RecordBatch, at: number): boolean =>
  isJsonText(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));

export const isJsonText = (bytes: Buffer, start: number, end: number): boolean =>
  isUtf8(bytes.subarray(start, end)) && jsonFault(bytes, start, end) === null;

/** JSON knows neither infinities nor, in jsonb, -0.0. */
const jsonReal = (value: number): string | null =>
  Number.isFinite(value) && !Object.is(value, -0) ? String(value) : null;
