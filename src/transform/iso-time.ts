/**
 * Dates and times as text: ISO 8601 as SQLite writes and reads it (sqlite.org/lang_datefunc.html#time_values),
 * and the spellings that applications add: offsets as +02:00, +0200, +02, Z, UTC or GMT, a blank before them.
 * Letters are capitals and fractions follow a point: what this reads, the validator's own parser has to read too.
 *
 * Strict: a date that does not exist, hour 24, second 60 and fractions finer than a microsecond do not
 * convert, for PostgreSQL would store another value than was written.
 */

export interface IsoTime {
  /** Days since 2000-01-01, of the date as written. */
  days: number;
  /** Microseconds since midnight, of the time as written; 0 for a date alone. */
  microseconds: number;
  /** Seconds east of UTC; null without an offset. */
  offsetSeconds: number | null;
}

/** The result of the last successful parse: no object per value. */
export const parsed: IsoTime = { days: 0, microseconds: 0, offsetSeconds: null };

/** Where the next byte is read; shared by the functions below within one synchronous parse. */
let position = 0;
let end = 0;
let bytes: Buffer = Buffer.alloc(0);

function begin(source: Buffer, from: number, to: number): void {
  bytes = source;
  position = from;
  end = to;
  parsed.days = 0;
  parsed.microseconds = 0;
  parsed.offsetSeconds = null;
}

/** A date, alone or with a time and an offset: fills `parsed`. */
export function parseTimestamp(source: Buffer, from: number, to: number): boolean {
  begin(source, from, to);
  if (!readDate()) return false;
  if (position === end) return true;
  const separator = bytes[position]!;
  if (separator !== 0x20 && separator !== 0x54) return false;
  position += 1;
  return readTime() && (position === end || (readOffset() && position === end));
}

/** A time of day without an offset: fills `parsed.microseconds`. */
export function parseTime(source: Buffer, from: number, to: number): boolean {
  begin(source, from, to);
  return readTime() && position === end;
}

/** [sign]YYYY-MM-DD; years of more than four digits as ISO 8601 expands them, which has no year -0. */
function readDate(): boolean {
  const sign = bytes[position] === 0x2d ? -1 : 1;
  const signed = sign === -1 || bytes[position] === 0x2b;
  if (signed) position += 1;
  const start = position;
  const year = readDigits(4, 6);
  if (year < 0 || (sign === -1 && year === 0)) return false;
  if (!signed && position - start > 4 && bytes[start] === 0x30) return false;
  if (!skip(0x2d)) return false;
  const month = readDigits(2, 2);
  if (month < 1 || month > 12 || !skip(0x2d)) return false;
  const day = readDigits(2, 2);
  if (day < 1 || day > daysInMonth(sign * year, month)) return false;
  parsed.days = daysSince2000(sign * year, month, day);
  return true;
}

/** HH:MM[:SS[.fraction]] */
function readTime(): boolean {
  const hour = readDigits(2, 2);
  if (hour < 0 || hour > 23 || !skip(0x3a)) return false;
  const minute = readDigits(2, 2);
  if (minute < 0 || minute > 59) return false;
  let second = 0;
  let fraction = 0;
  if (skip(0x3a)) {
    second = readDigits(2, 2);
    if (second < 0 || second > 59) return false;
    if (skip(0x2e)) {
      fraction = readFraction();
      if (fraction < 0) return false;
    }
  }
  parsed.microseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction;
  return true;
}

/** Digits after the point as microseconds; finer ones only as zeros; -1 where they do not fit. */
function readFraction(): number {
  const start = position;
  let value = 0;
  while (position < end && isDigit(bytes[position]!)) {
    const digit = bytes[position]! - 0x30;
    if (position - start < 6) value = value * 10 + digit;
    else if (digit !== 0) return -1;
    position += 1;
  }
  const count = position - start;
  return count === 0 ? -1 : value * 10 ** Math.max(0, 6 - count);
}

/** [blank] Z | UTC | GMT | (+|-)HH[MM | :MM[:SS]] */
function readOffset(): boolean {
  if (bytes[position] === 0x20) position += 1;
  const word = bytes.toString("latin1", position, Math.min(end, position + 3));
  if (word === "Z" || word === "UTC" || word === "GMT") {
    position += word.length;
    parsed.offsetSeconds = 0;
    return true;
  }
  const sign = bytes[position] === 0x2b ? 1 : bytes[position] === 0x2d ? -1 : 0;
  if (sign === 0) return false;
  position += 1;
  const hours = readDigits(2, 2);
  if (hours < 0 || hours > 15) return false;
  let minutes = 0;
  let seconds = 0;
  if (position < end) {
    const colon = skip(0x3a);
    minutes = readDigits(2, 2);
    if (minutes < 0 || minutes > 59) return false;
    if (position < end) {
      seconds = colon && skip(0x3a) ? readDigits(2, 2) : -1;
      if (seconds < 0 || seconds > 59) return false;
    }
  }
  parsed.offsetSeconds = sign * ((hours * 60 + minutes) * 60 + seconds);
  return true;
}

/** A number of `least` to `most` digits; -1 where there is none. */
function readDigits(least: number, most: number): number {
  let value = 0;
  const start = position;
  while (position < end && position - start < most && isDigit(bytes[position]!)) {
    value = value * 10 + bytes[position]! - 0x30;
    position += 1;
  }
  return position - start < least ? -1 : value;
}

function skip(byte: number): boolean {
  if (position >= end || bytes[position] !== byte) return false;
  position += 1;
  return true;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Proleptic Gregorian calendar, year 0 = 1 BC; 400 years have 146,097 days. */
function daysSince2000(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  // 2000-03-01 begins era 5; 2000-01-01 is 60 days before it.
  return (era - 5) * 146_097 + dayOfEra + 60;
}
