/** timestamptz, timestamp, date and time, from ISO text and from numbers by the column's unit. */
import { isInteger, isText, serial, type RecordBatch } from "../../model/record.js";
import type { TimeUnit } from "../../model/postgres.js";
import type { CopyBuffer } from "../copy-buffer.js";
import type { EncodeField } from "./field.js";
import { parsed, parseTime, parseTimestamp } from "./iso-time.js";
import { realInstant, wholeInstant } from "./time-unit.js";
import { integerBigInt, integerNumber, payloadEnd, realNumber } from "../value.js";
import { clockOf, type LocalOffset, type ZoneClock } from "./zone-clock.js";

/**
 * PostgreSQL documentation, table 8.9: 4713 BC to 294276 AD, as microseconds since 2000-01-01. The type date
 * goes further, but no instant out there would convert in any other column.
 */
const smallestInstant = -211_813_488_000_000_000n;
const endOfInstants = 9_223_371_331_200_000_000n;
const microsecondsPerDay = 86_400_000_000;

/**
 * timestamptz. Text without an offset is read as UTC, or as a local time of a zone, of which those do not fit that the zone
 * skips or has twice; text with an offset keeps its instant.
 *
 * @param precision digits of the second.
 * @param zone an IANA name; null: UTC.
 */
export function timestamptzEncoder(
  unit: TimeUnit | null,
  precision: number | null,
  zone: string | null,
): EncodeField {
  if (zone === null) return (batch, at, out) => writeMicroseconds(out, instantOf(batch, at, unit), precision);
  const readText = textReader(zone);
  return (batch, at, out) => {
    const isOfText = isText(batch.serialTypes[at]!);
    const instant = isOfText ? readText(batch, at) : instantOf(batch, at, unit);
    return writeMicroseconds(out, instant, precision);
  };
}

/**
 * timestamp, in which PostgreSQL would leave out an offset without a word: the wall clock and the instant in UTC are
 * the same for texts without an offset or with that of UTC, and for numbers; others do not fit.
 */
export const timestampEncoder =
  (unit: TimeUnit | null, precision: number | null): EncodeField =>
  (batch, at, out) => {
    const instant = instantOf(batch, at, unit);
    if (isText(batch.serialTypes[at]!) && instant !== null && (parsed.offsetSeconds ?? 0) !== 0) return false;
    return writeMicroseconds(out, instant, precision);
  };

/** time. @param precision digits of the second. */
export const timeEncoder =
  (precision: number | null): EncodeField =>
  (batch, at, out) =>
    isText(batch.serialTypes[at]!) &&
    parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) &&
    writeMicroseconds(out, parsed.microseconds, precision);

/** Where the precision would round, the value does not fit. */
function writeMicroseconds(
  out: CopyBuffer,
  microseconds: number | bigint | null,
  precision: number | null,
): boolean {
  if (microseconds === null || (precision !== null && isFiner(microseconds, precision))) return false;
  out.int64Field(microseconds);
  return true;
}

/** Whether microseconds have digits after so many of the second's. */
export function isFiner(microseconds: number | bigint, precision: number): boolean {
  const step = 10 ** (6 - precision);
  return typeof microseconds === "number" ? microseconds % step !== 0 : microseconds % BigInt(step) !== 0n;
}

/** Only values that are a day and nothing more: a time of day other than midnight would be lost. */
export function dateEncoder(unit: TimeUnit | null): EncodeField {
  return (batch, at, out) => {
    const days = isText(batch.serialTypes[at]!) ? textDate(batch, at) : wholeDays(instantOf(batch, at, unit));
    if (days === null) return false;
    out.int32Field(days);
    return true;
  };
}

const textDate = (batch: RecordBatch, at: number): number | null =>
  textInstant(batch, at) !== null && parsedDateAlone() ? parsed.days : null;

/** Whether the text last parsed is a date, or midnight of one without an offset. */
export const parsedDateAlone = (): boolean => parsed.microseconds === 0 && parsed.offsetSeconds === null;

function wholeDays(instant: number | bigint | null): number | null {
  if (instant === null) return null;
  if (typeof instant === "number") {
    return instant % microsecondsPerDay === 0 ? instant / microsecondsPerDay : null;
  }
  // As a double it would lose the last microseconds, and look like midnight.
  const perDay = BigInt(microsecondsPerDay);
  return instant % perDay === 0n ? Number(instant / perDay) : null;
}

/** Microseconds since 2000-01-01 UTC, or null where the value is no time, or none that PostgreSQL holds. */
function instantOf(batch: RecordBatch, at: number, unit: TimeUnit | null): number | bigint | null {
  const type = batch.serialTypes[at]!;
  if (isText(type)) return textInstant(batch, at);
  return unit === null ? null : numberInstant(batch, at, unit);
}

/** The instant of a number by its unit, as above. */
export function numberInstant(batch: RecordBatch, at: number, unit: TimeUnit): number | bigint | null {
  const type = batch.serialTypes[at]!;
  if (type === serial.float64) return inRange(realInstant(realNumber(batch, at), unit));
  return isInteger(type)
    ? inRange(wholeInstant(integerNumber(batch, at), () => integerBigInt(batch, at), unit))
    : null;
}

/** The instant of an ISO text as above; the parts that it was written with are then in `parsed`. */
export const textInstant: ReadText = (batch, at) =>
  parseTimestamp(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at))
    ? instantAt(parsed.offsetSeconds ?? 0)
    : null;

export type ReadText = (batch: RecordBatch, at: number) => number | bigint | null;

/** The same with texts without an offset as local times of a zone. @param zone an IANA name; null: UTC. */
export function textReader(zone: string | null): ReadText {
  if (zone === null) return textInstant;
  const clock = clockOf(zone);
  return (batch, at) => {
    if (!parseTimestamp(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at))) return null;
    const offset = parsed.offsetSeconds ?? parsedOffset(clock);
    return typeof offset === "number" ? instantAt(offset) : null;
  };
}

/** Of the text last parsed, as a local time. */
export const parsedOffset = (clock: ZoneClock): LocalOffset =>
  clock.offsetAt(parsed.days * 86_400 + ((parsed.microseconds / 1_000_000) | 0));

/** Of the text last parsed. @param offset seconds east of UTC. */
function instantAt(offset: number): number | bigint | null {
  const within = parsed.microseconds - offset * 1_000_000;
  const quick = parsed.days * microsecondsPerDay + within;
  return inRange(
    Number.isSafeInteger(quick) ? quick : BigInt(parsed.days) * BigInt(microsecondsPerDay) + BigInt(within),
  );
}

export const inRange = (instant: number | bigint | null): number | bigint | null =>
  instant !== null && instant >= smallestInstant && instant < endOfInstants ? instant : null;
