/** timestamptz, date and time, from ISO text and from numbers by the column's unit. */
import { isInteger, isText, serial, type RecordBatch } from "../model/record.js";
import type { TimeUnit } from "../model/postgres.js";
import type { CopyBuffer } from "./copy-buffer.js";
import type { EncodeField } from "./field.js";
import { parsed, parseTime, parseTimestamp } from "./iso-time.js";
import { realInstant, wholeInstant } from "./time-unit.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "./value.js";

/** PostgreSQL documentation, table 8.9: 4713 BC to 294276 AD, as microseconds since 2000-01-01. */
const smallestTimestamp = -211_813_488_000_000_000n;
const endOfTimestamps = 9_223_371_331_200_000_000n;
const microsecondsPerDay = 86_400_000_000;

/** Zoneless text is read as UTC; text with an offset keeps its instant. */
export function timestamptzEncoder(unit: TimeUnit | null): EncodeField {
  return (batch, at, out) => {
    const instant = instantOf(batch, at, unit);
    if (instant === null || instant < smallestTimestamp || instant >= endOfTimestamps) return false;
    out.int64Field(instant);
    return true;
  };
}

/** Only values that are a day and nothing more: a time of day other than midnight would be lost. */
export function dateEncoder(unit: TimeUnit | null): EncodeField {
  return (batch, at, out) => {
    const days = isText(batch.serialTypes[at]!) ? textDate(batch, at) : wholeDays(instantOf(batch, at, unit));
    if (days === null || days < smallestDate || days >= endOfDates) return false;
    writeDate(out, days);
    return true;
  };
}

/** Table 8.9: 4713 BC to 5874897 AD; the text parser ends at year 999999. */
const smallestDate = -2_451_545;
const endOfDates = 2_145_031_949;

function writeDate(out: CopyBuffer, days: number): void {
  out.ensure(8);
  out.int32(4);
  out.int32(days);
}

export const encodeTime: EncodeField = (batch, at, out) => {
  if (!isText(batch.serialTypes[at]!)) return false;
  if (!parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at))) return false;
  out.int64Field(parsed.microseconds);
  return true;
};

/** Days since 2000-01-01 of a text that is a date, or midnight of one without an offset. */
export function textDate(batch: RecordBatch, at: number): number | null {
  if (!parseTimestamp(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at))) return null;
  return parsed.microseconds === 0 && parsed.offsetSeconds === null ? parsed.days : null;
}

function wholeDays(instant: number | bigint | null): number | null {
  if (instant === null) return null;
  const days = Number(instant) / microsecondsPerDay;
  return Number.isInteger(days) ? days : null;
}

/** Microseconds since 2000-01-01 UTC, or null where the value is no time. */
function instantOf(batch: RecordBatch, at: number, unit: TimeUnit | null): number | bigint | null {
  const type = batch.serialTypes[at]!;
  if (isText(type)) return textInstant(batch, at);
  if (unit === null) return null;
  if (type === serial.float64) return realInstant(realNumber(batch, at), unit);
  return isInteger(type)
    ? wholeInstant(integerNumber(batch, at), () => integerBigInt(batch, at), unit)
    : null;
}

function textInstant(batch: RecordBatch, at: number): number | bigint | null {
  if (!parseTimestamp(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at))) return null;
  const within = parsed.microseconds - (parsed.offsetSeconds ?? 0) * 1_000_000;
  const quick = parsed.days * microsecondsPerDay + within;
  return Number.isSafeInteger(quick)
    ? quick
    : BigInt(parsed.days) * BigInt(microsecondsPerDay) + BigInt(within);
}
