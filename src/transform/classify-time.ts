/**
 * Which unit of time a number counts, judged by its size alone: seconds, milliseconds, microseconds and
 * nanoseconds since 1970 lie three digits apart, so between 1973-03-03 (1e8 seconds) and 2200 no two windows
 * meet. Below them a number may be anything; that is counted as `small` and never guessed.
 */
import type { ColumnProfile, TimeCounts, TimeKind } from "../model/profile.js";

/** 1973-03-03 and 2200-01-01 in seconds since 1970. */
const earliest = 1e8;
const latest = 7_258_118_400;

/** 1900-01-01 and 2200-01-01 as Julian days. */
const julianEarliest = 2_415_020.5;
const julianLatest = 2_524_593.5;

const secondsPerDay = 86_400;
const nanosecondsPerDay = 86_400_000_000_000n;

/** Units per second, largest numbers last. */
const windows = [
  { kind: "seconds", perSecond: 1 },
  { kind: "milliseconds", perSecond: 1e3 },
  { kind: "microseconds", perSecond: 1e6 },
  { kind: "nanoseconds", perSecond: 1e9 },
] as const;

export class TimeClassifier {
  readonly #counts: { -readonly [K in keyof TimeCounts]: number } = {
    seconds: 0,
    milliseconds: 0,
    microseconds: 0,
    nanoseconds: 0,
    julian: 0,
    zero: 0,
    small: 0,
    implausible: 0,
    finer: 0,
  };
  #largest = 0;
  #midnights = 0;

  /**
   * Counts one number and says as what.
   *
   * @param exact the integer itself, asked only for nanoseconds, which doubles round; null for a REAL.
   */
  add(value: number, exact: (() => bigint) | null): TimeKind {
    const kind = this.#kindOf(value, exact);
    this.#counts[kind] += 1;
    this.#largest = Math.max(this.#largest, value);
    return kind;
  }

  profile(): Pick<ColumnProfile, "times" | "largestTime" | "midnights"> {
    return { times: this.#counts, largestTime: this.#largest, midnights: this.#midnights };
  }

  #kindOf(value: number, exact: (() => bigint) | null): TimeKind {
    const size = Math.abs(value);
    if (size === 0) {
      this.#midnights += 1;
      return "zero";
    }
    if (value >= julianEarliest && value < julianLatest) {
      if (value % 1 === 0.5) this.#midnights += 1;
      return "julian";
    }
    if (size < earliest) return "small";
    for (const { kind, perSecond } of windows) {
      if (size < earliest * perSecond) return "implausible";
      if (size >= latest * perSecond) continue;
      if (kind === "nanoseconds") return this.#nanoseconds(exact);
      if (value % (secondsPerDay * perSecond) === 0) this.#midnights += 1;
      return kind;
    }
    return "implausible";
  }

  #nanoseconds(exact: (() => bigint) | null): TimeKind {
    if (exact === null || exact() % 1000n !== 0n) return "finer";
    if (exact() % nanosecondsPerDay === 0n) this.#midnights += 1;
    return "nanoseconds";
  }
}
