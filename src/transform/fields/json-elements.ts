/** The elements of a JSON array as values of a record, so that a type's own encoder takes or refuses them. */
import { serial, type RecordBatch } from "../../model/record.js";
import { OneValue } from "../one-value.js";
import { isInt64 } from "../value.js";

const comma = 0x2c;
const backslash = 0x5c;
const quote = 0x22;

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/**
 * Where the elements of a JSON array stand: first byte, end, first byte, end ...
 *
 * @param bytes whose part [start, end) is known to be JSON.
 * @returns null where it is no array.
 */
export function elementSpans(bytes: Buffer, start: number, end: number): readonly number[] | null {
  let at = start;
  while (isBlank(bytes[at]!)) at += 1;
  if (bytes[at] !== 0x5b) return null;
  const spans: number[] = [];
  let depth = 0;
  let first = -1;
  let last = -1;
  for (at += 1; at < end; at += 1) {
    const byte = bytes[at]!;
    if (isBlank(byte)) continue;
    if (depth === 0 && (byte === comma || isClosing(byte))) {
      if (first !== -1) spans.push(first, last);
      first = -1;
      if (byte !== comma) break;
      continue;
    }
    if (first === -1) first = at;
    if (byte === quote) at = stringEnd(bytes, at);
    else if (isOpening(byte)) depth += 1;
    else if (isClosing(byte)) depth -= 1;
    last = at + 1;
  }
  return spans;
}

/** Where the quote stands that ends the string that begins at `at`. */
function stringEnd(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1;
  return end;
}

/** Valid until the next one is made. */
const one = new OneValue();
const wide = Buffer.alloc(8);

/** What an element becomes: a NULL, the value of a batch of one, or nothing that the type could take. */
type Element = "null" | "none" | RecordBatch;

/** The JSON of an element of json or jsonb, as it is written. */
export const writtenElement = (bytes: Buffer, start: number, end: number): Element =>
  bytes[start] === 0x6e ? "null" : one.text(bytes, start, end);

/**
 * A string is a TEXT; a number an INTEGER or REAL where that is the very same number.
 *
 * @param keepsDigits of numbers that are no INTEGERs; then they are TEXT, as written.
 * @param takesWords true and false are TEXT; other types have no value for them.
 */
export function scalarElement(
  bytes: Buffer,
  start: number,
  end: number,
  { keepsDigits, takesWords }: { readonly keepsDigits: boolean; readonly takesWords: boolean },
): Element {
  const byte = bytes[start]!;
  if (byte === quote) return stringElement(bytes, start, end);
  if (byte === 0x6e) return "null";
  if (isOpening(byte)) return "none";
  if (byte === 0x74 || byte === 0x66) return takesWords ? one.text(bytes, start, end) : "none";
  return numberElement(bytes, start, end, keepsDigits);
}

function stringElement(bytes: Buffer, start: number, end: number): RecordBatch {
  if (!bytes.subarray(start, end).includes(backslash)) return one.text(bytes, start + 1, end - 1);
  const decoded = Buffer.from(JSON.parse(bytes.toString("utf8", start, end)) as string, "utf8");
  return one.text(decoded, 0, decoded.length);
}

/** The longest canonical integer within int64 has 20 characters. */
const longestInteger = 20;

function numberElement(bytes: Buffer, start: number, end: number, keepsDigits: boolean): RecordBatch {
  const written = bytes.toString("latin1", start, end);
  if (written.length <= longestInteger && /^(?:0|-?[1-9][0-9]*)$/.test(written)) {
    const integer = BigInt(written);
    if (isInt64(integer)) {
      wide.writeBigInt64BE(integer);
      return one.of(serial.int64, wide, 0);
    }
  }
  const double = Number(written);
  if (keepsDigits || !Number.isFinite(double) || plainNumber(written) !== plainNumber(digitsOf(double)))
    return one.text(bytes, start, end);
  wide.writeDoubleBE(double);
  return one.of(serial.float64, wide, 0);
}

const digitsOf = (double: number): string => (Object.is(double, -0) ? "-0" : String(double));

/** Sign, digits and exponent, without zeros that carry nothing: the same for all spellings of a number. */
function plainNumber(written: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(written) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return sign;
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
