/** UTF-8 as PostgreSQL wants it: valid, and without NUL. */
import { isUtf8 } from "node:buffer";

export type TextFault = "invalid-utf8" | "nul" | null;

/** What keeps bytes[start..end) out of a PostgreSQL text. */
export function textFault(bytes: Buffer, start: number, end: number): TextFault {
  const text = bytes.subarray(start, end);
  if (!isUtf8(text)) return "invalid-utf8";
  // Searched in the text alone: `bytes` is a whole batch, and from each of its texts on it may hold no other 0.
  return text.includes(0) ? "nul" : null;
}

/** Code points of valid UTF-8: bytes that do not continue another. */
export function characterCount(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) if ((bytes[at]! & 0xc0) !== 0x80) count += 1;
  return count;
}
