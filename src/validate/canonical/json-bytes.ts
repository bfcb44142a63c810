/** The bytes that JSON text is made of (RFC 8259), and what of them jsonb writes otherwise. */
export const comma = 0x2c;
export const colon = 0x3a;
export const quote = 0x22;
export const backslash = 0x5c;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
export const blank = 0x20;
export const minus = 0x2d;
export const plus = 0x2b;
export const point = 0x2e;
export const digit0 = 0x30;
export const letterU = 0x75;
export const letterE = 0x65;
export const slash = 0x2f;

/** Up to here a loop is faster than a call that leaves JavaScript. */
const shortText = 128;

/** Returns how many bytes it took. */
export const writeUtf8 = (text: string, to: Buffer): number => {
  const length = text.length > shortText ? 0 : text.length;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) {
      return to.write(text, "utf8");
    }
    to[index] = code;
  }
  return length > 0 ? length : to.write(text, "utf8");
};

export const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

export const isDigit = (byte: number): boolean => byte >= digit0 && byte <= 0x39;

/** A word or number must end where a token may: `truer` and `01` are no JSON. NUL is the end of the text. */
export const endsToken = (byte: number): boolean =>
  byte === comma || byte === closeBrace || byte === closeBracket || byte === 0 || isSpace(byte);

export const pastDigits = (source: Buffer, start: number): number => {
  let at = start;
  while (isDigit(source[at]!)) {
    at += 1;
  }
  return at;
};

/** Of digits and a point. */
export const isZero = (source: Buffer, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1) {
    if (source[at]! > digit0) {
      return false;
    }
  }
  return true;
};

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** A character as escape_json writes it. */
export const escapeOf = (character: string): string =>
  shortEscapes[character] ??
  (character < " " ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : character);
