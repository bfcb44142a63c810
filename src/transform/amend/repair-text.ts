/** Text that PostgreSQL cannot store, made such that it can: NUL characters, and bytes that are no UTF-8. */
import { longestPayload } from "../fields/field.js";

export interface RepairRules {
  readonly nul?: "strip" | "replace" | undefined;
  readonly invalidUtf8?: "replace" | undefined;
}

export interface Repaired {
  readonly bytes: Buffer;
  /** How many of each were changed. */
  readonly nuls: number;
  readonly invalid: number;
}

/** U+FFFD. */
const replacement = [0xef, 0xbf, 0xbd] as const;

/**
 * @returns null where there is nothing to repair, or the rules do not allow for all of it: a NUL left out of invalid bytes
 *   might bring two together that were no character. Null also where the text would become longer than a value may be.
 */
export function repairText(
  bytes: Buffer,
  start: number,
  end: number,
  { nul, invalidUtf8 }: RepairRules,
): Repaired | null {
  let nuls = 0;
  let invalid = 0;
  let invalidBytes = 0;
  for (let at = start; at < end;) {
    const length = sequenceAt(bytes, at, end);
    if (length < 0) {
      invalid += 1;
      invalidBytes -= length;
    } else if (bytes[at] === 0) nuls += 1;
    at += Math.abs(length);
  }
  if (nuls + invalid === 0) return null;
  if ((nuls > 0 && nul === undefined) || (invalid > 0 && invalidUtf8 === undefined)) return null;
  const added = invalid + (nul === "replace" ? nuls : 0);
  const length = end - start - nuls - invalidBytes + added * replacement.length;
  if (length > longestPayload) return null;
  const out = Buffer.allocUnsafe(length);
  let to = 0;
  for (let at = start; at < end;) {
    const sequence = sequenceAt(bytes, at, end);
    const isNul = bytes[at] === 0;
    if (isNul ? nul === "replace" : sequence < 0) {
      for (const byte of replacement) out[to++] = byte;
    } else if (!isNul) {
      for (let next = at; next < at + Math.abs(sequence); next += 1) out[to++] = bytes[next]!;
    }
    at += Math.abs(sequence);
  }
  return { bytes: out, nuls, invalid };
}

/**
 * How many bytes the well-formed sequence at `at` has; less than 0: it is ill-formed, and its maximal subpart has so many
 * (The Unicode Standard 16, section 3.9, table 3-7 and "U+FFFD Substitution of Maximal Subparts").
 */
function sequenceAt(bytes: Buffer, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = at + 1 < end ? bytes[at + 1]! : 0;
  if (second < least || second > most) return -1;
  for (let next = 2; next < length; next += 1) {
    if (at + next >= end || (bytes[at + next]! & 0xc0) !== 0x80) return -next;
  }
  return length;
}
