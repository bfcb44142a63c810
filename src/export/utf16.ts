/**
 * Text of UTF-16 databases as UTF-8 bytes. Pairs become one code point; what is not valid UTF-16 (a lone
 * surrogate, an odd byte) becomes bytes that are not valid UTF-8 either, so that it is noticed downstream
 * as it would be in a UTF-8 database, and never turned into U+FFFD without a word.
 */
import type { TextEncoding } from "../model/sqlite.js";

/** Returns the converter of one database; its result is valid until the next call. */
export function utf16ToUtf8(encoding: Exclude<TextEncoding, "UTF-8">): (utf16: Buffer) => Uint8Array {
  const high = encoding === "UTF-16le" ? 1 : 0;
  const low = 1 - high;
  let out = Buffer.allocUnsafe(4096);
  return (utf16) => {
    // Two bytes become at most three.
    if (out.length < utf16.length * 2) out = Buffer.allocUnsafe(utf16.length * 2);
    const whole = utf16.length & ~1;
    let position = 0;
    for (let at = 0; at < whole; at += 2) {
      let code = (utf16[at + high]! << 8) | utf16[at + low]!;
      if (code >= 0xd800 && code < 0xdc00 && at + 2 < whole) {
        const next = (utf16[at + 2 + high]! << 8) | utf16[at + 2 + low]!;
        if (next >= 0xdc00 && next < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
          at += 2;
        }
      }
      position = writeCodePoint(out, position, code);
    }
    if (whole !== utf16.length) out[position++] = 0xff;
    return out.subarray(0, position);
  };
}

/** Surrogates are written as three bytes, which no UTF-8 decoder accepts (RFC 3629, section 3). */
function writeCodePoint(out: Buffer, position: number, code: number): number {
  if (code < 0x80) {
    out[position] = code;
    return position + 1;
  }
  if (code < 0x800) {
    out[position] = 0xc0 | (code >> 6);
    out[position + 1] = 0x80 | (code & 0x3f);
    return position + 2;
  }
  if (code < 0x10000) {
    out[position] = 0xe0 | (code >> 12);
    out[position + 1] = 0x80 | ((code >> 6) & 0x3f);
    out[position + 2] = 0x80 | (code & 0x3f);
    return position + 3;
  }
  out[position] = 0xf0 | (code >> 18);
  out[position + 1] = 0x80 | ((code >> 12) & 0x3f);
  out[position + 2] = 0x80 | ((code >> 6) & 0x3f);
  out[position + 3] = 0x80 | (code & 0x3f);
  return position + 4;
}
