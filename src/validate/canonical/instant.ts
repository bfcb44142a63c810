/**
 * Instants as PostgreSQL counts them: microseconds since 2000-01-01 UTC in the proleptic Gregorian calendar, in bigint;
 * a double would round microseconds from the year 2255 on.
 */
import type { TimeUnit } from "../../model/postgres.js";

/** 1970-01-01 to 2000-01-01. */
const unixToPostgresSeconds = 946_684_800n;
export const microsecondsADay = 86_400_000_000n;

/** PostgreSQL's range (datatype/timestamp.h): from 4714-11-24 BC, the start of Julian day 0, to the end of 294276. */
const earliest = -211_813_488_000_000_000n;
const end = 9_223_371_331_200_000_000n;

export const inRange = (instant: bigint): boolean => instant >= earliest && instant < end;

/** Days from 2000-01-01 to the date; `year` 0 is 1 BC. The date must exist. */
export const daysOfDate = (year: number, month: number, day: number): number => {
  // Count years from March, so that a leap day is a year's last.
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const daysBeforeMonth = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  // 730425 days lie between 0000-03-01 and 2000-01-01.
  return 365 * marchYear + leapDays + daysBeforeMonth + day - 1 - 730_425;
};

export const dateExists = (year: number, month: number, day: number): boolean => {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
};

/** Days in microseconds; `seconds` is a whole number below 2^53. */
export const instantOf = (days: number, seconds: number, microseconds: number): bigint =>
  BigInt(days) * microsecondsADay + BigInt(seconds) * 1_000_000n + BigInt(microseconds);

/** `count * numerator / denominator - epoch` are the microseconds from 1970-01-01 on (Julian day 2440587.5). */
interface UnitScale {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly epoch: bigint;
}

const scales: Readonly<Record<TimeUnit, UnitScale>> = {
  seconds: { numerator: 1_000_000n, denominator: 1n, epoch: 0n },
  milliseconds: { numerator: 1000n, denominator: 1n, epoch: 0n },
  microseconds: { numerator: 1n, denominator: 1n, epoch: 0n },
  nanoseconds: { numerator: 1n, denominator: 1000n, epoch: 0n },
  julian: { numerator: microsecondsADay, denominator: 1n, epoch: 210_866_760_000_000_000n },
  // 2001-01-01 and 1601-01-01.
  "core-data": { numerator: 1_000_000n, denominator: 1n, epoch: -978_307_200_000_000n },
  webkit: { numerator: 1n, denominator: 1n, epoch: 11_644_473_600_000_000n },
};

/** A time to any digit. */
export interface ExactTime {
  /** Whole ones, rounded down. */
  readonly microseconds: bigint;
  /** The digits after them, without zeros at the end. */
  readonly finer: string;
  /** Seconds east of UTC; null where none are written. */
  readonly offset: number | null;
}

/**
 * The instant, in microseconds since 2000, that `count` units since the unit's own epoch are: of an INTEGER exactly, of a
 * REAL to the nearest microsecond, halves away from 1970 (of a Julian day its epoch is taken off first).
 */
export const instantOfCount = (count: bigint | number, unit: TimeUnit): ExactTime => {
  const { numerator, denominator, epoch } = scales[unit];
  const shift = epoch + unixToPostgresSeconds * 1_000_000n;
  if (typeof count === "number") {
    const exact = fractionOfDouble(count);
    const parts = exact.denominator * denominator;
    const sinceUnix = roundedHalfAway(exact.numerator * numerator - epoch * parts, parts);
    return { microseconds: sinceUnix - unixToPostgresSeconds * 1_000_000n, finer: "", offset: null };
  }
  const total = count * numerator;
  const rest = ((total % denominator) + denominator) % denominator;
  // Only nanoseconds leave a rest, of three digits.
  const finer = rest === 0n ? "" : String(rest).padStart(3, "0").replace(/0+$/, "");
  return { microseconds: (total - rest) / denominator - shift, finer, offset: null };
};

/** Of units whose counts a double may say. */
interface SafeScale {
  readonly microseconds: number;
  readonly shift: number;
}

const safeScale = ({ numerator, denominator, epoch }: UnitScale): SafeScale | null => {
  const shift = Number(epoch + unixToPostgresSeconds * 1_000_000n);
  return denominator === 1n && Number.isSafeInteger(shift)
    ? { microseconds: Number(numerator), shift }
    : null;
};

/**
 * What instantOfCount says of an INTEGER, without a BigInt more: a function of counts of `unit` that gives a whole number of
 * microseconds, or null where a double might not say it exactly. All that it gives is in PostgreSQL's range.
 */
export const safeInstant = (unit: TimeUnit): ((count: bigint | number) => number | null) => {
  const scale = safeScale(scales[unit]);
  if (scale === null) {
    return () => null;
  }
  const { microseconds, shift } = scale;
  return (count) => {
    // A product beyond 2^53 stays there however it is rounded.
    const sinceEpoch = Number(count) * microseconds;
    const instant = sinceEpoch - shift;
    return Number.isSafeInteger(sinceEpoch) && Number.isSafeInteger(instant) ? instant : null;
  };
};

const scratch = new DataView(new ArrayBuffer(8));

/** The exact value of a finite double (IEEE 754, binary64). */
const fractionOfDouble = (value: number): { readonly numerator: bigint; readonly denominator: bigint } => {
  scratch.setFloat64(0, value);
  const bits = scratch.getBigUint64(0);
  const exponentBits = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const magnitude = exponentBits === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  const exponent = Math.max(exponentBits, 1) - 1075;
  const numerator = value < 0 ? -magnitude : magnitude;
  return exponent >= 0
    ? { numerator: numerator << BigInt(exponent), denominator: 1n }
    : { numerator, denominator: 1n << BigInt(-exponent) };
};

/** To the nearest integer, halves away from zero. `denominator` is positive. */
const roundedHalfAway = (numerator: bigint, denominator: bigint): bigint => {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
};
