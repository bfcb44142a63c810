/** Times as text with more digits after the second's point than the six that PostgreSQL keeps. */
import type { RecordBatch } from "../../model/record.js";
import { OneValue } from "../one-value.js";
import { payloadEnd } from "../value.js";

export interface FinerText {
  /** The text without the digits after the sixth, as a batch of one, valid until the next call. */
  readonly cut: RecordBatch;
  /** What these come to, in hundredths of a microsecond; more digits than two only make sure that it is no round number. */
  readonly hundredths: number;
}

const point = 0x2e;
const kept = 6;
const one = new OneValue();

/** @returns null where there are none. Whether the text is a time has to be asked of `cut`. */
export function finerText(batch: RecordBatch, at: number): FinerText | null {
  const { bytes } = batch;
  const start = batch.offsets[at]!;
  const end = payloadEnd(batch, at);
  const first = bytes.subarray(start, Math.min(end, start + longestBefore)).indexOf(point) + start + 1;
  if (first === start) return null;
  let digits = first;
  while (digits < end && isDigit(bytes[digits]!)) digits += 1;
  if (digits - first <= kept || end - digits > longestBehind) return null;
  const from = first + kept;
  const cut = Buffer.concat([bytes.subarray(start, from), bytes.subarray(digits, end)]);
  return { cut: one.text(cut, 0, cut.length), hundredths: hundredthsOf(bytes, from, digits) };
}

/** `+294276-12-31T23:59:59.` and `Z+00:00:00` are shorter. */
const longestBefore = 32;
const longestBehind = 32;

function hundredthsOf(bytes: Buffer, from: number, end: number): number {
  const digit = (at: number): number => (at < end ? bytes[at]! - 0x30 : 0);
  const value = digit(from) * 10 + digit(from + 1);
  let rest = from + 2;
  while (rest < end && bytes[rest] === 0x30) rest += 1;
  // Of 0.500000...1 it must stay known that it is more than a half, of 0.000...1 that it is not nothing.
  return rest < end && value % 50 === 0 ? value + 1 : value;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
