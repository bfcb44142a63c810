/** UTF-8 as PostgreSQL wants it: valid, and without NUL. Most texts are short and ASCII: no call and no object for them. */
import { isUtf8 } from "node:buffer";
import { viewOf } from "../byte-view.js";

export type TextFault = "invalid-utf8" | "nul" | null;

/** From so many bytes on, native code makes good for the call (measured: about 400 of ASCII, 40 of others). */
const nativeFromAscii = 384;
const nativeFromOthers = 40;

/** What keeps bytes[start..end) out of a PostgreSQL text. */
export function textFault(bytes: Buffer, start: number, end: number): TextFault {
  const length = end - start;
  if (length < nativeFromOthers) {
    return isPlain(bytes, start, end) ? null : shortFault(bytes, start, end);
  }
  // The first bytes by themselves: text of another script shows it there.
  const probed = start + nativeFromOthers;
  if (length < nativeFromAscii && isPlain(bytes, start, probed) && isPlain(bytes, probed, end)) return null;
  return longFault(bytes.subarray(start, end));
}

// Of the text alone: `bytes` is a whole batch, and from each of its texts on it may hold no other 0.
const longFault = (text: Buffer): TextFault =>
  isUtf8(text) ? (text.includes(0) ? "nul" : null) : "invalid-utf8";

const threeLetters = 0x61616100;

/** Whether all bytes are 1 to 127. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  let found = 0;
  if (end - start < 4) {
    for (let at = start; at < end; at += 1) found |= marked(threeLetters | bytes[at]!);
  } else {
    const view = viewOf(bytes);
    const last = end - 4;
    let at = start;
    for (; at < last - 4; at += 8) {
      found |= marked(view.getInt32(at, true)) | marked(view.getInt32(at + 4, true));
    }
    // The last eight may overlap those before: quicker than to count the rest out.
    found |= marked(view.getInt32(Math.min(at, last), true)) | marked(view.getInt32(last, true));
  }
  return (found & 0x80808080) === 0;
}

/** Sets the highest bit of a byte that is no ASCII, and, by taking 1 from it, of one that is 0. */
const marked = (bytes: number): number => bytes | (bytes - 0x01010101);

/** Well-formed sequences: The Unicode Standard 16, table 3-7. */
function shortFault(bytes: Buffer, start: number, end: number): TextFault {
  let hasNul = false;
  let at = start;
  while (at < end) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      if (lead === 0) hasNul = true;
      at += 1;
      continue;
    }
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0xc2 || lead > 0xf4 || at + length > end) return "invalid-utf8";
    const second = bytes[at + 1]!;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return "invalid-utf8";
    if (length > 2 && (bytes[at + 2]! & 0xc0) !== 0x80) return "invalid-utf8";
    if (length > 3 && (bytes[at + 3]! & 0xc0) !== 0x80) return "invalid-utf8";
    at += length;
  }
  return hasNul ? "nul" : null;
}

/** Code points of valid UTF-8: bytes that do not continue another. */
export function characterCount(bytes: Buffer, start: number, end: number): number {
  const view = viewOf(bytes);
  let continued = 0;
  let at = start;
  for (const last = end - 4; at <= last; at += 4) {
    // 10xxxxxx: one bit for each of the four bytes, added up by the multiplication.
    const four = view.getInt32(at, true);
    continued += Math.imul((four >>> 7) & ~(four >>> 6) & 0x01010101, 0x01010101) >>> 24;
  }
  for (; at < end; at += 1) if ((bytes[at]! & 0xc0) === 0x80) continued += 1;
  return end - start - continued;
}
