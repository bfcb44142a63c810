/**
 * Values of JSON text (RFC 8259) that stand in jsonb as they are: strings without an escape, whole and decimal numbers, words; and arrays
 * of them, which may get blanks. Each function returns where what it reads ends, or `none`; what follows is for whoever asks to look at.
 */
import {
  backslash,
  blank,
  closeBracket,
  comma,
  digit0,
  isDigit,
  minus,
  openBracket,
  pastDigits,
  point,
  quote,
} from "./json-bytes.js";

export const none = -1;

/** Longer numbers may be beyond PostgreSQL's numeric. */
const longestNumber = 1000;

const pastScalar = (source: Buffer, at: number, greatest: number): number => {
  const byte = source[at]!;
  if (byte === quote) {
    return pastString(source, at, greatest);
  }
  return byte === minus || isDigit(byte) ? pastNumber(source, at) : pastWord(source, at);
};

/** Places in a text: of commas in arrays that get a blank in jsonb. */
export class Commas {
  count = 0;
  readonly places: Int32Array;

  constructor(most: number) {
    this.places = new Int32Array(most);
  }
}

/**
 * A scalar, or an array of scalars without other blanks than one after each comma.
 *
 * @param greatest the greatest byte that a string may have: 0x7f, or 0xff where all is valid UTF-8.
 * @param commas gets those without; if it is full they are no such array.
 */
export const pastValue = (source: Buffer, start: number, greatest: number, commas: Commas): number => {
  if (source[start] !== openBracket) {
    return pastScalar(source, start, greatest);
  }
  let at = start + 1;
  if (source[at] === closeBracket) {
    return at + 1;
  }
  for (;;) {
    at = pastScalar(source, at, greatest);
    if (at === none || source[at] === closeBracket) {
      return at === none ? none : at + 1;
    }
    if (source[at] !== comma) {
      return none;
    }
    if (source[at + 1] === blank) {
      at += 2;
    } else if (commas.count === commas.places.length) {
      return none;
    } else {
      commas.places[commas.count] = at;
      commas.count += 1;
      at += 1;
    }
  }
};

export const pastString = (source: Buffer, start: number, greatest: number): number => {
  let at = start + 1;
  for (;;) {
    const byte = source[at]!;
    if (byte === quote) {
      return at + 1;
    }
    // Also where the bytes end.
    if (!(byte >= blank && byte <= greatest) || byte === backslash) {
      return none;
    }
    at += 1;
  }
};

/** No -0 and -0.5: of zeros jsonb keeps no sign. */
const pastNumber = (source: Buffer, start: number): number => {
  const whole = source[start] === minus ? start + 1 : start;
  let at = pastDigits(source, whole);
  if (source[whole] === digit0 && (whole > start || at > whole + 1)) {
    return none;
  }
  let isWritten = at > whole;
  if (source[at] === point) {
    const fraction = at + 1;
    at = pastDigits(source, fraction);
    isWritten &&= at > fraction;
  }
  return isWritten && at - start <= longestNumber ? at : none;
};

const pastWord = (source: Buffer, at: number): number => {
  for (const word of words) {
    if (source[at] === word[0]) {
      return pastSame(source, at, word);
    }
  }
  return none;
};

const words = ["true", "false", "null"].map((word) => Buffer.from(word, "latin1"));

export const pastSame = (source: Buffer, start: number, bytes: Uint8Array): number => {
  const { length } = bytes;
  for (let index = 0; index < length; index += 1) {
    if (source[start + index] !== bytes[index]) {
      return none;
    }
  }
  return start + length;
};
