/** What PostgreSQL takes as text: well-formed UTF-8 without NUL (unicode.org, table 3-7). */

export type TextProblem = "holds a NUL character" | "is not valid UTF-8";

/** The number of characters (code points), or why PostgreSQL would not take the bytes as text. */
export const measureText = (bytes: Buffer): number | TextProblem => {
  let characters = 0;
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    if (lead === 0) {
      return "holds a NUL character";
    }
    const width = lead < 0x80 ? 1 : sequenceWidth(bytes, at, lead);
    if (width === 0) {
      return "is not valid UTF-8";
    }
    at += width;
    characters += 1;
  }
  return characters;
};

/** Why PostgreSQL would not take a text (a string, or its bytes); null where it would. */
export const textProblem = (text: string | Buffer): TextProblem | null => {
  if (typeof text === "string") {
    return text.includes("\0") ? "holds a NUL character" : null;
  }
  const measured = measureText(text);
  return typeof measured === "string" ? measured : null;
};

/** NUL is valid UTF-8, and must not hide what comes after it. */
export const isUtf8 = (bytes: Buffer): boolean =>
  typeof measureText(Buffer.from(bytes.map((byte) => (byte === 0 ? 0x20 : byte)))) === "number";

/** Bytes of the multi-byte character at `at`, 0 if it is none. */
const sequenceWidth = (bytes: Buffer, at: number, lead: number): number => {
  const second = bytes[at + 1] ?? 0;
  if (lead >= 0xc2 && lead <= 0xdf) {
    return isTail(second) ? 2 : 0;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    // No overlong forms, no surrogates.
    const fits = lead === 0xe0 ? second >= 0xa0 : lead === 0xed ? second <= 0x9f : true;
    return fits && isTail(second) && isTail(bytes[at + 2]) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    // No overlong forms, nothing above U+10FFFF.
    const fits = lead === 0xf0 ? second >= 0x90 : lead === 0xf4 ? second <= 0x8f : true;
    return fits && isTail(second) && isTail(bytes[at + 2]) && isTail(bytes[at + 3]) ? 4 : 0;
  }
  return 0;
};

const isTail = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/**
 * TEXT of a UTF-16 database as UTF-8. A surrogate that stands alone becomes the three bytes that its number has in UTF-8's
 * scheme, half a character the byte FF: neither is valid UTF-8 (RFC 3629, section 3), and a replacement character
 * would hide that.
 */
export const utf8OfUtf16 = (bytes: Buffer, bigEndian: boolean): Buffer => {
  const whole = bytes.subarray(0, bytes.length & ~1);
  const text = (bigEndian ? Buffer.from(whole).swap16() : whole).toString("utf16le");
  const isWhole = whole.length === bytes.length;
  if (isWhole && !/\p{Surrogate}/u.test(text)) {
    return Buffer.from(text, "utf8");
  }
  const parts = text.split(/(\p{Surrogate})/u).map((part) => {
    const code = /^\p{Surrogate}$/u.test(part) ? part.charCodeAt(0) : 0;
    return code === 0
      ? Buffer.from(part, "utf8")
      : Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
  });
  return Buffer.concat(isWhole ? parts : [...parts, Buffer.from([0xff])]);
};
