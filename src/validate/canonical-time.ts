/** Canonical fields of date, time, timestamp and timestamptz, from ISO 8601 text and from counts of the column's unit. */
import type { TimeUnit } from "../model/postgres.js";
import { asciiText, type CanonicalField, type Misfit, type SourceValue } from "./canonical-field.js";
import {
  unixMicroseconds,
  dateExists,
  daysOfDate,
  inRange,
  instantOf,
  instantOfCount,
  microsecondsADay,
} from "./instant.js";
import { oids, type CanonicalOid, type RowBytes } from "./row-bytes.js";

/** `timestamp(precision)` is the time in UTC. */
export const timestampField = (unit: TimeUnit | null, precision: number | null): CanonicalField =>
  instantField(oids.timestamp, unit, precision);

/** `timestamptz(precision)`. */
export const timestamptzField = (unit: TimeUnit | null, precision: number | null): CanonicalField =>
  instantField(oids.timestamptz, unit, precision);

const instantField = (
  oid: CanonicalOid,
  unit: TimeUnit | null,
  precision: number | null,
): CanonicalField => ({
  oid,
  write: (value, isText, out) => writeMicroseconds(out, oid, instantOfValue(value, isText, unit), precision),
});

/** Only an instant at midnight UTC is a date and nothing more. */
export const dateField = (unit: TimeUnit | null): CanonicalField => ({
  oid: oids.date,
  write: (value, isText, out) => {
    const instant = instantOfValue(value, isText, unit);
    if (typeof instant === "string") {
      return instant;
    }
    if (instant % microsecondsADay !== 0n) {
      return "has a time of day, which a date would lose";
    }
    out.writeInt32(oids.date, Number(instant / microsecondsADay));
    return null;
  },
});

/** `time(precision)`; counts are units since midnight, from 0 to less than a day. */
export const timeField = (unit: TimeUnit | null, precision: number | null): CanonicalField => ({
  oid: oids.time,
  write: (value, isText, out) =>
    writeMicroseconds(out, oids.time, timeOfValue(value, isText, unit), precision),
});

/** Rounding is no conversion: what does not fit exactly does not fit. */
const writeMicroseconds = (
  out: RowBytes,
  oid: CanonicalOid,
  microseconds: bigint | Misfit,
  precision: number | null,
): Misfit | null => {
  if (typeof microseconds === "string") {
    return microseconds;
  }
  if (precision !== null && microseconds % 10n ** BigInt(6 - precision) !== 0n) {
    return `has more than ${precision} digits after the second's point`;
  }
  out.writeInt64(oid, microseconds);
  return null;
};

const instantOfValue = (value: SourceValue, isText: boolean, unit: TimeUnit | null): bigint | Misfit => {
  const instant = Buffer.isBuffer(value)
    ? isText
      ? instantOfText(asciiText(value))
      : "is a BLOB, not a time"
    : instantOfNumber(value, unit);
  if (typeof instant === "string") {
    return instant;
  }
  return inRange(instant) ? instant : "is outside the years -4713 to 294276";
};

const instantOfNumber = (value: bigint | number, unit: TimeUnit | null): bigint | Misfit => {
  if (unit === null) {
    return "is a number, and the plan names no unit for this column";
  }
  if (value === Infinity || value === -Infinity) {
    return "is infinite";
  }
  return instantOfCount(value, unit) ?? "has nanoseconds, which PostgreSQL does not keep";
};

const dateForm = "([+-]?\\d{4,6})-(\\d\\d)-(\\d\\d)";
const timeForm = "(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?";
const zoneForm = "(?: ?(Z|UTC|GMT|[+-]\\d\\d(?::\\d\\d(?::\\d\\d)?|\\d\\d)?))?";
const instantPattern = new RegExp(`^${dateForm}(?:[ T]${timeForm}${zoneForm})?$`);
const timePattern = new RegExp(`^${timeForm}$`);

const instantOfText = (text: string): bigint | Misfit => {
  const match = instantPattern.exec(text);
  if (match === null) {
    return "is not an ISO 8601 time";
  }
  const [, year = "", month = "", day = "", hour = "00", minute = "00", second, fraction, zone] = match;
  if (year === "-0000" || !dateExists(Number(year), Number(month), Number(day))) {
    return "is a date that does not exist";
  }
  const time = timeOfDay(hour, minute, second, fraction);
  const offset = zone === undefined ? 0 : offsetSeconds(zone);
  if (typeof time === "string" || typeof offset === "string") {
    return typeof time === "string" ? time : "has an offset that does not exist";
  }
  const days = daysOfDate(Number(year), Number(month), Number(day));
  return instantOf(days, -offset, 0) + time;
};

/** Microseconds since midnight. */
const timeOfDay = (
  hour: string,
  minute: string,
  second: string | undefined,
  fraction: string | undefined,
): bigint | Misfit => {
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? "0");
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? "0") > 59) {
    return "is a time of day that does not exist";
  }
  const digits = (fraction ?? "").padEnd(6, "0");
  if (!/^0*$/.test(digits.slice(6))) {
    return "has parts of a microsecond, which PostgreSQL does not keep";
  }
  return BigInt(seconds) * 1_000_000n + BigInt(digits.slice(0, 6));
};

/** Seconds east of UTC; PostgreSQL knows none of 16 hours and more. */
const offsetSeconds = (zone: string): number | Misfit => {
  if (!/^[+-]/.test(zone)) {
    return 0;
  }
  const digits = zone.slice(1).replaceAll(":", "").padEnd(6, "0");
  const pair = (at: number): number => Number(digits.slice(at, at + 2));
  const [hours, minutes, seconds] = [pair(0), pair(2), pair(4)];
  if (hours > 15 || minutes > 59 || seconds > 59) {
    return "has an offset that does not exist";
  }
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
};

const timeOfValue = (value: SourceValue, isText: boolean, unit: TimeUnit | null): bigint | Misfit => {
  if (Buffer.isBuffer(value)) {
    const match = isText ? timePattern.exec(asciiText(value)) : null;
    const [, hour = "", minute = "", second, fraction] = match ?? [];
    return match === null ? "is not an ISO 8601 time of day" : timeOfDay(hour, minute, second, fraction);
  }
  if (unit === null || unit === "julian") {
    return "is a number, and the plan names no unit that counts a time of day";
  }
  const time = Number.isFinite(value) || typeof value === "bigint" ? unixMicroseconds(value, unit) : null;
  if (time === null || time < 0n || time >= microsecondsADay) {
    return "is not a time between midnight and midnight in whole microseconds";
  }
  return time;
};
