/**
 * One unit of time a column, or none: numbers whose unit is not beyond doubt stay numbers. Never a guess.
 */
import type { ColumnProfile, TimeCounts } from "../model/profile.js";
import type { TimeUnit } from "../model/postgres.js";

export type UnitDecision =
  /** No numbers in the column: text tells itself. */
  | { readonly kind: "not-needed" }
  | { readonly kind: "unit"; readonly unit: TimeUnit }
  /** What was seen, for people. */
  | { readonly kind: "unclear"; readonly seen: readonly string[] };

type EpochUnit = Extract<TimeUnit, "seconds" | "milliseconds" | "microseconds" | "nanoseconds">;

const perSecond: Readonly<Record<EpochUnit, number>> = {
  seconds: 1,
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};

/** Those that a profile counts; no numbers are counted by an epoch of one maker unless a person says so. */
const units = ["seconds", "milliseconds", "microseconds", "nanoseconds", "julian"] as const;

/** 2000-01-01 in seconds since 1970. */
const year2000 = 946_684_800;

/**
 * What looks like a time before 2000 may be a later one that is counted or written otherwise. Where all of a
 * column's numbers do, nothing tells which.
 */
const otherReadings: Readonly<Record<EpochUnit, string>> = {
  // Core Data.
  seconds: "or seconds since 2001",
  // 202405171230, and 9999-12-31 in seconds.
  milliseconds: "or digits such as YYYYMMDDHHMM, or milliseconds since 2001",
  microseconds: "or microseconds since 2001",
  // .NET's ticks and Windows' FILETIME.
  nanoseconds: "or nanoseconds since 2001, or ticks of 100 nanoseconds since year 1 or 1601",
};

export function decideUnit(profile: ColumnProfile): UnitDecision {
  if (profile.integers.count + profile.reals.count === 0) return { kind: "not-needed" };
  const { times } = profile;
  const present = units.filter((unit) => times[unit] > 0);
  const [unit] = present;
  if (present.length !== 1 || unit === undefined || times.implausible > 0 || times.finer > 0)
    return unclear(times);
  if (unit === "julian") {
    // Whole Julian days look like any small number; REALs among them tell.
    return profile.reals.count === 0 || times.small + times.zero > 0
      ? unclear(times)
      : { kind: "unit", unit };
  }
  // A small number beside milliseconds may be a second: 1,000,000,000 ms is in January 1970.
  if (unit !== "seconds" && times.small > 0) return unclear(times);
  if (profile.largestTime < year2000 * perSecond[unit]) return unclear(times, otherReadings[unit]);
  return { kind: "unit", unit };
}

const unclear = (times: TimeCounts, ...more: string[]): UnitDecision => ({
  kind: "unclear",
  seen: [...seenWords(times), ...more],
});

const words: Readonly<Record<keyof TimeCounts, string>> = {
  seconds: "seconds since 1970",
  milliseconds: "milliseconds since 1970",
  microseconds: "microseconds since 1970",
  nanoseconds: "nanoseconds since 1970",
  julian: "Julian days",
  zero: "zero",
  small: "below 100,000,000, of any unit",
  implausible: "outside 1973 to 2200 in every unit",
  finer: "nanoseconds finer than a microsecond",
};

const seenWords = (times: TimeCounts): readonly string[] =>
  (Object.keys(words) as (keyof TimeCounts)[]).flatMap((kind) =>
    times[kind] === 0 ? [] : [`${times[kind]} ${words[kind]}`],
  );
