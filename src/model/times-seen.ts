/** What was seen of a column's numbers where their unit of time is not beyond doubt. */
import type { TimeUnit } from "./postgres.js";
import type { TimeCounts, TimeKind } from "./profile.js";

export interface TimesSeen {
  readonly counts: TimeCounts;
  /** All count one unit and lie before 2000: they may as well be later times that are counted or written otherwise. */
  readonly areEarly: boolean;
}

/** The kinds that there were, in a fixed order. */
export const kindsSeen = ({ counts }: TimesSeen): readonly TimeKind[] =>
  (Object.keys(words) as TimeKind[]).filter((kind) => counts[kind] > 0);

/** What most of the numbers would count; seconds where none is a plausible time. */
export const likeliestUnit = ({ counts }: TimesSeen): TimeUnit =>
  (["seconds", "milliseconds", "microseconds", "nanoseconds", "julian"] as const).reduce((likeliest, unit) =>
    counts[unit] > counts[likeliest] ? unit : likeliest,
  );

/** `4 in seconds since 1970, 2 that are 0`. */
export const timesSeenWords = (seen: TimesSeen): string =>
  kindsSeen(seen)
    .flatMap((kind) => [
      `${seen.counts[kind]} ${words[kind]}`,
      ...(seen.areEarly && kind in otherReadings ? [otherReadings[kind]] : []),
    ])
    .join(", ");

/** After a number of any size. */
const words: Readonly<Record<TimeKind, string>> = {
  seconds: "in seconds since 1970",
  milliseconds: "in milliseconds since 1970",
  microseconds: "in microseconds since 1970",
  nanoseconds: "in nanoseconds since 1970",
  julian: "in Julian days",
  zero: "at zero",
  small: "below 100,000,000, of any unit",
  implausible: "outside 1973 to 2200 in every unit",
  finer: "in nanoseconds, finer than a microsecond",
};

const otherReadings: Readonly<Partial<Record<TimeKind, string>>> = {
  // Core Data.
  seconds: "or seconds since 2001",
  // 202405171230, and 9999-12-31 in seconds.
  milliseconds: "or digits such as YYYYMMDDHHMM, or milliseconds since 2001",
  microseconds: "or microseconds since 2001",
  // .NET's ticks and Windows' FILETIME.
  nanoseconds: "or nanoseconds since 2001, or ticks of 100 nanoseconds since year 1 or 1601",
};
