/** What every column counts of its texts and blobs. */
import { payloadBytes, type RecordBatch } from "../../model/record.js";
import type { ColumnCounts } from "./counts.js";
import type { Places } from "./values.js";
import { isAsciiJson, jsonFault } from "../fields/json-scan.js";
import { characterCount, textFault } from "../fields/utf8.js";

type TextCounts = ColumnCounts["texts"];

export function countTexts({ texts }: ColumnCounts, batch: RecordBatch, { at, count }: Places): void {
  for (let index = 0; index < count; index += 1) {
    const place = at[index]!;
    const start = batch.offsets[place]!;
    countText(texts, batch.bytes, start, start + payloadBytes(batch.serialTypes[place]!));
  }
  texts.count += count;
}

/** The same and those that are JSON: nearly all are ASCII, too, which the same pass says of them. */
export function countJsonTexts({ texts }: ColumnCounts, batch: RecordBatch, { at, count }: Places): void {
  const { bytes } = batch;
  for (let index = 0; index < count; index += 1) {
    const place = at[index]!;
    const start = batch.offsets[place]!;
    const end = start + payloadBytes(batch.serialTypes[place]!);
    if (isAsciiJson(bytes, start, end)) {
      texts.json += 1;
      if (end - start > texts.longestBytes) texts.longestBytes = end - start;
      if (end - start > texts.longestCharacters) texts.longestCharacters = end - start;
    } else if (countText(texts, bytes, start, end) && jsonFault(bytes, start, end) === null) {
      texts.json += 1;
    }
  }
  texts.count += count;
}

/** @returns whether it is valid UTF-8. */
function countText(texts: TextCounts, bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length > texts.longestBytes) texts.longestBytes = length;
  // Fewer bytes than the longest so far cannot be more characters.
  if (length > texts.longestCharacters) {
    texts.longestCharacters = Math.max(texts.longestCharacters, characterCount(bytes, start, end));
  }
  const fault = textFault(bytes, start, end);
  if (fault === null) return true;
  if (fault === "nul") texts.withNul += 1;
  else texts.invalidUtf8 += 1;
  return fault === "nul";
}

export function countBlobs({ blobs }: ColumnCounts, batch: RecordBatch, { at, count }: Places): void {
  const { bytes } = batch;
  for (let index = 0; index < count; index += 1) {
    const place = at[index]!;
    const length = payloadBytes(batch.serialTypes[place]!);
    const start = batch.offsets[place]!;
    if (length > blobs.longestBytes) blobs.longestBytes = length;
    if (length === 16) blobs.sixteenBytes += 1;
    if (length === 1 && bytes[start]! <= 1) blobs.zeroOrOne += 1;
    if (textFault(bytes, start, start + length) === null) blobs.utf8 += 1;
  }
  blobs.count += count;
}
