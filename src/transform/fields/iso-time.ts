/**
 * Dates and times as text: ISO 8601 as SQLite writes and reads it (sqlite.org/lang_datefunc.html#time_values),
 * and the spellings that applications add: offsets as +02:00, +0200, +02, Z, UTC or GMT, a blank before them.
 * Letters are capitals and fractions follow a point: what this reads, the validator's own parser has to read too.
 *
 * Strict: a date that does not exist, hour 24, second 60 and fractions finer than a microsecond do not
 * convert, for PostgreSQL would store another value than was written.
 *
 * Each `read` below takes where to read and says where it ended, or -1; what it read is then in `parsed`.
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

/** YYYY-MM-DD */
const dateLength = 10;

/** A date, alone or with a time and an offset: fills `parsed`. */
export function parseTimestamp(source: Buffer, from: number, to: number): boolean {
  parsed.microseconds = 0;
  parsed.offsetSeconds = null;
  let at = readDate(source, from, to);
  if (at < 0) return false;
  if (at === to) return true;
  const separator = source[at]!;
  if (separator !== 0x20 && separator !== 0x54) return false;
  at = readTime(source, at + 1, to);
  if (at < 0) return false;
  return at === to || readOffset(source, at, to) === to;
}

/** A time of day without an offset: fills `parsed.microseconds`. */
export function parseTime(source: Buffer, from: number, to: number): boolean {
  parsed.days = 0;
  parsed.offsetSeconds = null;
  return readTime(source, from, to) === to;
}

/** [sign]YYYY-MM-DD; years of more than four digits as ISO 8601 expands them, which has no year -0. */
function readDate(bytes: Buffer, from: number, to: number): number {
  if (to - from < dateLength) return -1;
  const first = bytes[from]!;
  const signed = first === 0x2d || first === 0x2b;
  const start = signed ? from + 1 : from;
  let year = twoDigits(bytes, start, to) * 100 + twoDigits(bytes, start + 2, to);
  if (year < 0) return -1;
  let at = start + 4;
  while (at < to && at < start + 6 && isDigit(bytes[at]!)) {
    year = year * 10 + bytes[at]! - 0x30;
    at += 1;
  }
  if (first === 0x2d) {
    if (year === 0) return -1;
    year = -year;
  } else if (!signed && at > start + 4 && first === 0x30) {
    return -1;
  }
  if (at + 6 > to || bytes[at] !== 0x2d || bytes[at + 3] !== 0x2d) return -1;
  const month = twoDigits(bytes, at + 1, to);
  const day = twoDigits(bytes, at + 4, to);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return -1;
  parsed.days = dayNumber(year, month, day) - daysTo2000;
  return at + 6;
}

/** HH:MM[:SS[.fraction]] */
function readTime(bytes: Buffer, from: number, to: number): number {
  if (from + 5 > to || bytes[from + 2] !== 0x3a) return -1;
  const hour = twoDigits(bytes, from, to);
  const minute = twoDigits(bytes, from + 3, to);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return -1;
  const hasSeconds = from + 5 < to && bytes[from + 5] === 0x3a;
  const second = hasSeconds ? twoDigits(bytes, from + 6, to) : 0;
  if (second < 0 || second > 59) return -1;
  parsed.microseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000;
  if (!hasSeconds) return from + 5;
  return from + 8 < to && bytes[from + 8] === 0x2e ? readFraction(bytes, from + 9, to) : from + 8;
}

/** Digits after the point, added to `parsed` as microseconds; finer ones only as zeros. */
function readFraction(bytes: Buffer, from: number, to: number): number {
  let unit = 100_000;
  let microseconds = 0;
  let at = from;
  for (; at < to && isDigit(bytes[at]!); at += 1) {
    const digit = bytes[at]! - 0x30;
    if (unit >= 1) microseconds += digit * unit;
    else if (digit !== 0) return -1;
    unit = Math.floor(unit / 10);
  }
  parsed.microseconds += microseconds;
  return at === from ? -1 : at;
}

/** [blank] Z | UTC | GMT | (+|-)HH[MM | :MM[:SS]] */
function readOffset(bytes: Buffer, from: number, to: number): number {
  const start = bytes[from] === 0x20 ? from + 1 : from;
  if (start >= to) return -1;
  const sign = bytes[start]!;
  if (sign !== 0x2b && sign !== 0x2d) {
    parsed.offsetSeconds = 0;
    return zoneNameEnd(bytes, start, to);
  }
  const hours = twoDigits(bytes, start + 1, to);
  if (hours < 0 || hours > 15) return -1;
  let at = start + 3;
  let seconds = hours * 3600;
  if (at < to) {
    const colon = bytes[at] === 0x3a;
    if (colon) at += 1;
    const minutes = twoDigits(bytes, at, to);
    if (minutes < 0 || minutes > 59) return -1;
    at += 2;
    seconds += minutes * 60;
    if (at < to) {
      const rest = colon && bytes[at] === 0x3a ? twoDigits(bytes, at + 1, to) : noDigits;
      if (rest < 0 || rest > 59) return -1;
      at += 3;
      seconds += rest;
    }
  }
  parsed.offsetSeconds = sign === 0x2b ? seconds : 0 - seconds;
  return at;
}

/** Z, UTC, GMT: all of them mean no offset. */
function zoneNameEnd(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from]!;
  if (first === 0x5a) return from + 1;
  if (from + 3 > to) return -1;
  const utc = first === 0x55 && bytes[from + 1] === 0x54 && bytes[from + 2] === 0x43;
  const gmt = first === 0x47 && bytes[from + 1] === 0x4d && bytes[from + 2] === 0x54;
  return utc || gmt ? from + 3 : -1;
}

/** Negative, also after anything that a year's other digits add to it. */
const noDigits = -10_000;

/** The number that two digits write, or `noDigits`. */
function twoDigits(bytes: Buffer, at: number, to: number): number {
  if (at + 2 > to) return noDigits;
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  return isDigit(tens) && isDigit(ones) ? tens * 10 + ones - 0x30 * 11 : noDigits;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : monthDays[month - 1]!;

/** Of a year that is no leap year, before each month. */
const daysBefore = monthDays.map((_days, month) =>
  monthDays.slice(0, month).reduce((sum, days) => sum + days, 0),
);

/** Years of whole cycles of 400, more than any year written with six digits lies before year 0. */
const yearsBefore = 1_000_000;

/** Days since a day before all others, so that no quotient is negative. Proleptic Gregorian calendar, year 0 = 1 BC. */
function dayNumber(year: number, month: number, day: number): number {
  const past = year + yearsBefore - 1;
  // Cut to integers at once: rounding quotients down costs several times as much.
  const leapDays = ((past / 4) | 0) - ((past / 100) | 0) + ((past / 400) | 0);
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  return past * 365 + leapDays + daysBefore[month - 1]! + leapDay + day;
}

const daysTo2000 = dayNumber(2000, 1, 1);
