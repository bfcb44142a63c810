/**
 * What texts look like where nothing is declared that would say: integers, decimals, words for true and false, dates and
 * times, UUIDs, JSON objects and arrays. Nothing is decided by it; the report offers what a mapping could say. The first byte
 * and the length rule out nearly every text that is none of these.
 */
import { payloadBytes, type RecordBatch } from "../../model/record.js";
import type { ColumnCounts } from "./counts.js";
import { readDecimal } from "./digits.js";
import { isBooleanWord, isCanonicalInteger, isTimeOfDay, isTimestamp, isUuid } from "./texts.js";
import type { Places } from "./values.js";
import { parsed } from "../fields/iso-time.js";
import { isJson } from "../fields/json.js";
import { parsedDateAlone } from "../fields/timestamp.js";

/** What a first byte leaves possible, as bits. */
const Look = { none: 0, number: 1, word: 2, hex: 4, json: 8 } as const;

/** By the first byte. */
const looks = Uint8Array.from({ length: 256 }, (_, byte) => lookOf(String.fromCharCode(byte)));

function lookOf(first: string): number {
  let look: number = Look.none;
  if (/[-0-9]/.test(first)) look |= Look.number;
  if (/[tfTF]/.test(first)) look |= Look.word;
  if (/[0-9a-fA-F{]/.test(first)) look |= Look.hex;
  if (/[{[]/.test(first)) look |= Look.json;
  return look;
}

/** Longer ones are no number, no time and no UUID. */
const longestForm = 48;

export function countLooks({ texts }: ColumnCounts, batch: RecordBatch, { at, count }: Places): void {
  const { bytes, offsets, serialTypes } = batch;
  for (let index = 0; index < count; index += 1) {
    const place = at[index]!;
    const length = payloadBytes(serialTypes[place]!);
    if (length === 0) continue;
    const start = offsets[place]!;
    const look = looks[bytes[start]!]!;
    if (look === Look.none) continue;
    if ((look & Look.json) !== 0 && isJson(batch, place)) texts.json += 1;
    if (length > longestForm) continue;
    if ((look & Look.word) !== 0 && isBooleanWord(batch, place)) texts.booleanWords += 1;
    if ((look & Look.hex) !== 0 && isUuid(batch, place)) texts.uuids += 1;
    if ((look & Look.number) !== 0) countNumberOrTime(texts, batch, place, start, length);
  }
}

const hyphen = 0x2d;
const colon = 0x3a;

function countNumberOrTime(
  texts: ColumnCounts["texts"],
  batch: RecordBatch,
  place: number,
  start: number,
  length: number,
): void {
  const { bytes } = batch;
  if (length > 4 && bytes[start + 4] === hyphen) {
    if (!isTimestamp(batch, place)) return;
    texts.timestamps += 1;
    if (parsed.offsetSeconds === null) texts.zoneless += 1;
    if (parsedDateAlone()) texts.dates += 1;
  } else if (length > 2 && bytes[start + 2] === colon) {
    if (isTimeOfDay(batch, place)) texts.times += 1;
  } else if (readDecimal(bytes, start, start + length)) {
    texts.decimals += 1;
    if (isCanonicalInteger(batch, place)) texts.canonicalIntegers += 1;
  }
}
