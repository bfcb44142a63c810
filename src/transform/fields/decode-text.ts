/** TEXT that spells bytes: hexadecimal or base64. */
import type { ColumnPlan } from "../../model/plan.js";
import { isText, type RecordBatch } from "../../model/record.js";
import type { EncodeField } from "./field.js";
import { OneValue } from "../one-value.js";
import { hexDigit } from "./uuid.js";
import { payloadEnd } from "../value.js";

type Spelling = NonNullable<ColumnPlan["decode"]>;

/** What TEXT spells is encoded as a blob; other storage classes as ever, so that a blob stays what it is. */
export function decodingEncoder(spelling: Spelling, encode: EncodeField): EncodeField {
  const one = new OneValue();
  return (batch, at, out) => {
    if (!isText(batch.serialTypes[at]!)) return encode(batch, at, out);
    const bytes = spelledBytes(spelling, batch, at);
    return bytes !== null && encode(one.blob(bytes), 0, out);
  };
}

/** @returns null where a TEXT does not spell bytes. */
export function spelledBytes(spelling: Spelling, batch: RecordBatch, at: number): Buffer | null {
  const start = batch.offsets[at]!;
  const end = payloadEnd(batch, at);
  return spelling === "hex" ? hexBytes(batch.bytes, start, end) : base64Bytes(batch.bytes, start, end);
}

/** Pairs of digits in any case, after `\x` (as PostgreSQL prints bytea) or `0x`, or alone. */
function hexBytes(bytes: Buffer, start: number, end: number): Buffer | null {
  const first = hasPrefix(bytes, start, end) ? start + 2 : start;
  if ((end - first) % 2 !== 0) return null;
  const out = Buffer.allocUnsafe((end - first) / 2);
  for (let at = first, to = 0; at < end; at += 2, to += 1) {
    const high = hexDigit(bytes[at]!);
    const low = hexDigit(bytes[at + 1]!);
    if (high < 0 || low < 0) return null;
    out[to] = high * 16 + low;
  }
  return out;
}

function hasPrefix(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const [first, second] = [bytes[start], bytes[start + 1]];
  return second === 0x78 ? first === 0x5c || first === 0x30 : second === 0x58 && first === 0x30;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Six bits of each byte, -1 for those of no alphabet. */
const sextets = Int8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (character === "+" || character === "-") return 62;
  return character === "/" || character === "_" ? 63 : letters.indexOf(character);
});

const padding = 0x3d;

/**
 * RFC 4648, sections 4 and 5: of both alphabets. Padding may be left out, but what is there must be right. Bits that
 * belong to no byte must be 0 (section 3.5): a text of which they are not was hardly meant as base64.
 */
function base64Bytes(bytes: Buffer, start: number, end: number): Buffer | null {
  let last = end;
  while (last > start && last > end - 2 && bytes[last - 1] === padding) last -= 1;
  const rest = (last - start) % 4;
  if (rest === 1 || (last < end && (end - start) % 4 !== 0)) return null;
  const out = Buffer.allocUnsafe(Math.floor(((last - start) * 3) / 4));
  let bits = 0;
  let held = 0;
  let to = 0;
  for (let at = start; at < last; at += 1) {
    const sextet = sextets[bytes[at]!]!;
    if (sextet < 0) return null;
    held = ((held & 0xff) << 6) | sextet;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[to++] = (held >>> bits) & 0xff;
  }
  return (held & ((1 << bits) - 1)) === 0 ? out : null;
}
