/** Canonical fields of date, time, timestamp and timestamptz, from ISO 8601 text and from counts of the column's unit. */
import type { TimeUnit } from "../../model/postgres.js";
import { asciiText, isNumber, type CanonicalField, type Misfit, type SourceValue } from "./field.js";
import { inRange, instantOfCount, microsecondsADay, safeInstant, type ExactTime } from "./instant.js";
import { looksLikeInstant, looksLikeTime, readInstant, readTime } from "./iso-8601.js";
import type { LocalClock } from "./local-clock.js";
import { oids, type CanonicalOid } from "./row-bytes.js";

/**
 * Brings a time to whole microseconds that the column keeps, or says why it has too many digits. What it gives may be out
 * of range again.
 */
export type Rounding = (time: ExactTime, precision: number) => bigint | Misfit;

/** Rounding is no conversion: what does not fit exactly does not fit. */
const exactly: Rounding = ({ microseconds, finer }, precision) => {
  if (finer !== "") {
    return "has parts of a microsecond, which PostgreSQL does not keep";
  }
  return precision === mostDigits || microseconds % 10n ** BigInt(mostDigits - precision) === 0n
    ? microseconds
    : `has more than ${precision} digits after the second's point`;
};

const mostDigits = 6;

const outside: Misfit = "is outside the years -4713 to 294276";

/** `timestamp(precision)`: the time in UTC. An offset would be lost. */
export const timestampField = (
  unit: TimeUnit | null,
  precision: number | null,
  rounding = exactly,
): CanonicalField =>
  instantField(oids.timestamp, unit, precision, rounding, (time) =>
    (time.offset ?? 0) === 0 ? time : "has an offset, which a timestamp would lose",
  );

/** @param settled what the time is in the column's terms */
const instantField = (
  oid: CanonicalOid,
  unit: TimeUnit | null,
  precision: number | null,
  rounding: Rounding,
  settled: (time: ExactTime, isText: boolean) => ExactTime | Misfit,
): CanonicalField =>
  countedField(
    unit,
    precision,
    wholeField(oid, precision ?? mostDigits, rounding, inRange, (value, isText) => {
      const time = exactInstant(value, isText, unit);
      return typeof time === "string" ? time : settled(time, isText);
    }),
  );

/** The field, with a shorter way for counts of whole microseconds that need no rounding, which most are. */
const countedField = (
  unit: TimeUnit | null,
  precision: number | null,
  field: CanonicalField,
): CanonicalField => {
  if (unit === null) {
    return field;
  }
  const instantOf = safeInstant(unit);
  const step = 10 ** (mostDigits - (precision ?? mostDigits));
  return {
    oid: field.oid,
    write: (value, isText, out) => {
      const instant =
        typeof value === "bigint" || Number.isSafeInteger(value) ? instantOf(value as bigint | number) : null;
      if (instant === null || (step > 1 && instant % step !== 0)) {
        return field.write(value, isText, out);
      }
      out.writeSafeInteger(field.oid, instant);
      return null;
    },
  };
};

/** How values tell an instant: what numbers count, and whose local times texts without an offset are (null: UTC). */
export interface Reckoning {
  readonly unit: TimeUnit | null;
  readonly clock: LocalClock | null;
}

/** `timestamptz(precision)`. */
export const timestamptzField = (
  { unit, clock }: Reckoning,
  precision: number | null,
  rounding = exactly,
): CanonicalField =>
  instantField(oids.timestamptz, unit, precision, rounding, (time, isText) =>
    isText ? onClock(time, clock) : time,
  );

/** The instant of a text: without an offset it is the clock's local time. */
const onClock = (time: ExactTime, clock: LocalClock | null): ExactTime | Misfit => {
  if (clock === null || time.offset !== null) {
    return time;
  }
  const offset = clock.offsetAt(time.microseconds);
  return typeof offset === "string"
    ? offset
    : { ...time, microseconds: time.microseconds - BigInt(offset) * 1_000_000n };
};

/** `time(precision)`, of texts alone. */
export const timeField = (precision: number | null, rounding = exactly): CanonicalField =>
  wholeField(oids.time, precision ?? mostDigits, rounding, isOfOneDay, (value, isText) =>
    isText && !isNumber(value) ? readTime(asciiText(value)) : "is not text, as times of day are",
  );

const isOfOneDay = (microseconds: bigint): boolean => microseconds >= 0n && microseconds < microsecondsADay;

const wholeField = (
  oid: CanonicalOid,
  precision: number,
  rounding: Rounding,
  isHeld: (microseconds: bigint) => boolean,
  read: (value: SourceValue, isText: boolean) => ExactTime | Misfit,
): CanonicalField => ({
  oid,
  write: (value, isText, out) => {
    const time = read(value, isText);
    const whole = typeof time === "string" ? time : rounding(time, precision);
    if (typeof whole === "string") {
      return whole;
    }
    if (!isHeld(whole)) {
      return oid === oids.time ? "is not within a day" : outside;
    }
    out.writeInt64(oid, whole);
    return null;
  },
});

/** Only midnight UTC of a day is a date and nothing more, and text without an offset. */
export const dateField = (unit: TimeUnit | null): CanonicalField => ({
  oid: oids.date,
  write: (value, isText, out) => {
    const time = exactInstant(value, isText, unit);
    if (typeof time === "string") {
      return time;
    }
    if (time.finer !== "" || time.microseconds % microsecondsADay !== 0n || time.offset !== null) {
      return "has a time of day or an offset, which a date would lose";
    }
    if (!inRange(time.microseconds)) {
      return outside;
    }
    out.writeInt32(oids.date, Number(time.microseconds / microsecondsADay));
    return null;
  },
});

const exactInstant = (value: SourceValue, isText: boolean, unit: TimeUnit | null): ExactTime | Misfit => {
  if (!isNumber(value)) {
    return isText ? readInstant(asciiText(value)) : "is a BLOB, not a time";
  }
  if (unit === null) {
    return "is a number, and the plan names no unit for this column";
  }
  return isInfinite(value) ? "is infinite" : instantOfCount(value, unit);
};

const isInfinite = (value: bigint | number): boolean => value === Infinity || value === -Infinity;

/** Of date, timestamp and timestamptz: whether a value counts or looks like an instant, and PostgreSQL has none such. */
export const isNoInstant = (value: SourceValue, isText: boolean, { unit, clock }: Reckoning): boolean => {
  if (isNumber(value) ? unit === null : !isText || !looksLikeInstant(asciiText(value))) {
    return false;
  }
  const time = exactInstant(value, isText, unit);
  if (typeof time === "string" || !inRange(time.microseconds)) {
    return true;
  }
  // A time that a zone skips, or has twice, is there elsewhere.
  const found = isText ? onClock(time, clock) : time;
  return typeof found !== "string" && !inRange(found.microseconds);
};

/** The same of time. */
export const isNoTime = (value: SourceValue, isText: boolean): boolean =>
  isText &&
  !isNumber(value) &&
  looksLikeTime(asciiText(value)) &&
  typeof readTime(asciiText(value)) === "string";
