/**
 * One unit of time a column, or none: numbers whose unit is not beyond doubt stay numbers. Never a guess.
 */
import type { ColumnProfile, TimeCounts } from "../../model/profile.js";
import type { TimeUnit } from "../../model/postgres.js";
import type { TimesSeen } from "../../model/times-seen.js";

export type UnitDecision =
  /** No numbers in the column: text tells itself. */
  | { readonly kind: "not-needed" }
  | { readonly kind: "unit"; readonly unit: TimeUnit }
  | { readonly kind: "unclear"; readonly seen: TimesSeen };

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
  // It may be a later time that is counted or written otherwise; where all of a column's numbers are, nothing tells which.
  if (profile.largestTime < year2000 * perSecond[unit]) return unclear(times, true);
  return { kind: "unit", unit };
}

const unclear = (counts: TimeCounts, areEarly = false): UnitDecision => ({
  kind: "unclear",
  seen: { counts, areEarly },
});
