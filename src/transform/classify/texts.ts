/**
 * What a text is, for columns whose meaning asks: the encoders' rules over again, by bytes and without a string,
 * for the spellings that are common. The rest is left to the encoders' own parsers.
 */
import { payloadBytes, type RecordBatch } from "../../model/record.js";
import { viewOf } from "../byte-view.js";
import { canonicalInteger } from "../fields/integer.js";
import { parsed, parseTime, parseTimestamp } from "../fields/iso-time.js";
import { canonicalDouble } from "../fields/real.js";
import { textInstant } from "../fields/timestamp.js";
import { hexDigit, parseUuid } from "../fields/uuid.js";
import { payloadEnd } from "../value.js";

/** Whether the text at this place is what a column's meaning asks for. */
export type TextCheck = (batch: RecordBatch, at: number) => boolean;

const minus = 0x2d;
const zero = 0x30;
const isDigit = (byte: number): boolean => byte >= zero && byte <= 0x39;

/** Longer ones may be beyond int64. */
const safeDigits = 18;

export const isCanonicalInteger: TextCheck = (batch, at) => {
  const length = payloadBytes(batch.serialTypes[at]!);
  if (length > safeDigits) return canonicalInteger(batch, at) !== null;
  const { bytes } = batch;
  const start = batch.offsets[at]!;
  const end = start + length;
  const first = bytes[start];
  if (length === 1 && first === zero) return true;
  const digits = first === minus ? start + 1 : start;
  if (digits >= end || bytes[digits] === zero) return false;
  for (let place = digits; place < end; place += 1) if (!isDigit(bytes[place]!)) return false;
  return true;
};

/** Only text that starts as a finite number does can be one. */
export const isCanonicalDouble: TextCheck = (batch, at) => {
  const first = batch.bytes[batch.offsets[at]!]!;
  return (first === minus || isDigit(first)) && canonicalDouble(batch, at) !== null;
};

export const isBooleanWord: TextCheck = (batch, at) => {
  const length = payloadBytes(batch.serialTypes[at]!);
  if (length !== 1 && length !== 4 && length !== 5) return false;
  const start = batch.offsets[at]!;
  const first = toLower(batch.bytes[start]!);
  if (length === 1) return first === letterT || first === letterF;
  if (length === 4) return first === letterT && fourLetters(batch, start) === trueLetters;
  return first === letterF && fourLetters(batch, start + 1) === alseLetters;
};

const letterT = 0x74;
const letterF = 0x66;
const trueLetters = 0x74727565;
const alseLetters = 0x616c7365;

/** Only letters become what small letters are. */
const toLower = (byte: number): number => byte | 0x20;
const fourLetters = (batch: RecordBatch, start: number): number =>
  viewOf(batch.bytes).getInt32(start) | 0x20202020;

/** By far the most have the spelling 8-4-4-4-12, or no hyphens at all. */
export const isUuid: TextCheck = (batch, at) => {
  const length = payloadBytes(batch.serialTypes[at]!);
  if (length < 32) return false;
  const { bytes } = batch;
  const start = batch.offsets[at]!;
  if (length === 32) return hexWeight(bytes, start, start + 32) === 0;
  const isGrouped =
    length === 36 &&
    bytes[start + 8] === minus &&
    bytes[start + 13] === minus &&
    bytes[start + 18] === minus &&
    bytes[start + 23] === minus;
  return isGrouped ? hexWeight(bytes, start, start + 36) === 4 : parseUuid(batch, at);
};

/** Nothing for a hexadecimal digit, 1 for a hyphen, more than all hyphens for other bytes. */
const hexWeights = Uint8Array.from({ length: 256 }, (_, byte) =>
  hexDigit(byte) >= 0 ? 0 : byte === minus ? 1 : 64,
);

function hexWeight(bytes: Buffer, start: number, end: number): number {
  let sum = 0;
  for (let place = start; place < end; place += 1) sum += hexWeights[bytes[place]!]!;
  return sum;
}

/** Days from 2000 that are far within timestamptz, whatever the offset. */
const surelyFrom = -1_000_000;
const surelyTo = 100_000_000;

/** What it was written with is then in `parsed`. */
export const isTimestamp: TextCheck = (batch, at) => {
  if (!parseTimestamp(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at))) return false;
  // Not the parser alone: a year that it reads may be beyond what the encoder takes.
  return (parsed.days > surelyFrom && parsed.days < surelyTo) || textInstant(batch, at) !== null;
};

export const isTimeOfDay: TextCheck = (batch, at) =>
  parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
