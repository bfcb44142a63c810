/** Times with more digits after the second's point than their type keeps. */
import type { ColumnPlan } from "../../model/plan.js";
import type { PgTypeName, TimeUnit } from "../../model/postgres.js";
import { isInteger, isText, type RecordBatch } from "../../model/record.js";
import type { Excess } from "../../model/policy.js";
import type { EncodeField } from "../fields/field.js";
import { finerText } from "./finer-text.js";
import { parsed, parseTime } from "../fields/iso-time.js";
import { nanosecondsSince2000 } from "../fields/time-unit.js";
import { inRange, numberInstant, textReader, type ReadText } from "../fields/timestamp.js";
import { integerBigInt, payloadEnd } from "../value.js";

/** Since 2000-01-01, or since midnight. */
interface ExactTime {
  readonly ticks: bigint;
  readonly ticksPerMicrosecond: bigint;
}

const endOfDay = 86_400_000_000n;

/**
 * Rounded at once from all digits, halves away from 2000-01-01 (AdjustTimestampForTypmod in
 * src/backend/utils/adt/timestamp.c) or from midnight; or cut, so that the digits that stay are those that were written.
 */
export function timeExcess(
  type: PgTypeName,
  { unit, zone }: Pick<ColumnPlan, "unit" | "zone">,
  precision: number,
  excess: Excess,
): EncodeField {
  const isClock = type === "time without time zone";
  const readText = isClock ? timeOfDay : instantOf(type, zone);
  const exactOf = (batch: RecordBatch, at: number): ExactTime | null => {
    if (isText(batch.serialTypes[at]!)) return exactText(batch, at, readText);
    return isClock || unit === null ? null : exactNumber(batch, at, unit);
  };
  return (batch, at, out) => {
    const exact = exactOf(batch, at);
    if (exact === null) return false;
    const step = exact.ticksPerMicrosecond * 10n ** BigInt(6 - precision);
    const rest = modulo(exact.ticks, step);
    if (rest === 0n) return false;
    const isUp = excess === "round" && (rest * 2n === step ? exact.ticks > 0n : rest * 2n > step);
    const microseconds = (exact.ticks - rest + (isUp ? step : 0n)) / exact.ticksPerMicrosecond;
    if (isClock ? microseconds >= endOfDay : inRange(microseconds) === null) return false;
    out.int64Field(microseconds);
    return true;
  };
}

const timeOfDay: ReadText = (batch, at) =>
  parseTime(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) ? parsed.microseconds : null;

/** An offset that the type does not keep is no matter of digits. */
function instantOf(type: PgTypeName, zone: string | null): ReadText {
  const read = textReader(zone);
  return (batch, at) => {
    const instant = read(batch, at);
    const isLost = type === "timestamp without time zone" && (parsed.offsetSeconds ?? 0) !== 0;
    return isLost ? null : instant;
  };
}

function exactText(batch: RecordBatch, at: number, read: ReadText): ExactTime | null {
  const finer = finerText(batch, at);
  const microseconds = finer === null ? read(batch, at) : read(finer.cut, 0);
  if (microseconds === null) return null;
  return finer === null
    ? { ticks: BigInt(microseconds), ticksPerMicrosecond: 1n }
    : { ticks: BigInt(microseconds) * 100n + BigInt(finer.hundredths), ticksPerMicrosecond: 100n };
}

function exactNumber(batch: RecordBatch, at: number, unit: TimeUnit): ExactTime | null {
  if (unit === "nanoseconds" && isInteger(batch.serialTypes[at]!)) {
    return { ticks: nanosecondsSince2000(integerBigInt(batch, at)), ticksPerMicrosecond: 1000n };
  }
  const microseconds = numberInstant(batch, at, unit);
  return microseconds === null ? null : { ticks: BigInt(microseconds), ticksPerMicrosecond: 1n };
}

const modulo = (value: bigint, by: bigint): bigint => ((value % by) + by) % by;
