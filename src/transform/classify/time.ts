/**
 * Which unit of time a number counts, judged by its size alone: seconds, milliseconds, microseconds and
 * nanoseconds since 1970 lie three digits apart, so between 1973-03-03 (1e8 seconds) and 2200 no two windows
 * meet. Below them a number may be anything; that is counted as `small` and never guessed.
 */
import type { TimeKind } from "../../model/profile.js";
import { isInteger, type RecordBatch } from "../../model/record.js";
import { viewOf } from "../byte-view.js";
import type { ColumnCounts } from "./counts.js";
import type { Numbers } from "./values.js";
import { integerNumber, realNumber } from "../value.js";

/** 1973-03-03 and 2200-01-01 in seconds since 1970. */
const earliest = 1e8;
const latest = 7_258_118_400;

/** 1900-01-01 and 2200-01-01 as Julian days. */
const julianEarliest = 2_415_020.5;
const julianLatest = 2_524_593.5;

/** The loops count by these numbers: a place in an array costs less than a name. */
const kind = {
  seconds: 0,
  milliseconds: 1,
  microseconds: 2,
  nanoseconds: 3,
  julian: 4,
  zero: 5,
  small: 6,
  implausible: 7,
  finer: 8,
} as const satisfies Record<TimeKind, number>;

const kindNames = Object.keys(kind) as readonly TimeKind[];

/** Of seconds to nanoseconds. */
const unitsPerDay = Float64Array.of(86_400, 86_400e3, 86_400e6, 86_400e9);

const found = new Uint32Array(kindNames.length);

/** @param numbers integers or reals of a column of dates or times. */
export function countTimes(
  counts: ColumnCounts,
  batch: RecordBatch,
  { at, values, count }: Numbers,
  areIntegers: boolean,
): void {
  const view = viewOf(batch.bytes);
  let { largestTime, midnights } = counts;
  found.fill(0);
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    if (value > largestTime) largestTime = value;
    let seen = kindBySize(value);
    if (seen === kind.nanoseconds) {
      const isWhole = areIntegers && isWholeMicroseconds(view, batch.offsets[at[index]!]!);
      if (!isWhole) seen = kind.finer;
    }
    if (isMidnight(seen, value)) midnights += 1;
    found[seen]! += 1;
  }
  counts.largestTime = largestTime;
  counts.midnights = midnights;
  for (const name of kindNames) counts.times[name] += found[kind[name]]!;
}

/** What the integer or real at this place is counted as. */
export function timeKindOf(batch: RecordBatch, at: number): TimeKind {
  const areIntegers = isInteger(batch.serialTypes[at]!);
  const seen = kindBySize(areIntegers ? integerNumber(batch, at) : realNumber(batch, at));
  const isFiner =
    seen === kind.nanoseconds &&
    !(areIntegers && isWholeMicroseconds(viewOf(batch.bytes), batch.offsets[at]!));
  return isFiner ? "finer" : kindNames[seen]!;
}

function kindBySize(value: number): number {
  const size = Math.abs(value);
  if (size >= earliest * 1e3) {
    if (size < latest * 1e3) return kind.milliseconds;
    if (size < earliest * 1e6) return kind.implausible;
    if (size < latest * 1e6) return kind.microseconds;
    if (size < earliest * 1e9) return kind.implausible;
    return size < latest * 1e9 ? kind.nanoseconds : kind.implausible;
  }
  if (size >= earliest) return size < latest ? kind.seconds : kind.implausible;
  if (value >= julianEarliest && value < julianLatest) return kind.julian;
  return size === 0 ? kind.zero : kind.small;
}

/** Midnight UTC. A double tells it of nanoseconds, too: whole microseconds are further from it than it rounds. */
function isMidnight(seen: number, value: number): boolean {
  if (seen <= kind.nanoseconds) {
    // A remainder costs several times as much. The product is exact: the windows end below 2^53 days' units.
    const perDay = unitsPerDay[seen]!;
    return Math.floor(value / perDay) * perDay === value;
  }
  return seen === kind.zero || (seen === kind.julian && value - Math.floor(value) === 0.5);
}

/** Whether eight bytes hold a multiple of 1000, by the remainders of their halves: 2^32 leaves 296. */
const isWholeMicroseconds = (view: DataView, offset: number): boolean =>
  ((view.getInt32(offset) % 1000) * 296 + (view.getUint32(offset + 4) % 1000)) % 1000 === 0;
