/** Local times of a zone: whose instant each is, or that it is none, or two. */
import type { Misfit } from "./field.js";
import type { ZonePeriod } from "./zone-periods.js";

export interface LocalClock {
  /** Its IANA name. */
  readonly zone: string;
  /** What it was made of: with the name all that another thread needs. */
  readonly periods: readonly ZonePeriod[];
  /** @param local microseconds from 2000-01-01 00:00 on this clock. @returns seconds east of UTC, or why there is no one answer. */
  readonly offsetAt: (local: bigint) => number | Misfit;
}

const microsecondsASecond = 1_000_000n;

/** The calendar repeats itself after 400 years, and so do rules for every year, which are all that there is after 2100. */
const cycleSeconds = 146_097 * 86_400;
const cycleStart = (Date.UTC(2100, 0, 1) - Date.UTC(2000, 0, 1)) / 1000;

/** No clock is further from UTC: periods that begin later, or ended earlier, do not matter. */
const furthest = 2 * 86_400;

/** @param periods of the years up to 2500, in order; the first begins before all others. */
export const localClock = (zone: string, periods: readonly ZonePeriod[]): LocalClock => ({
  zone,
  periods,
  offsetAt: (local) => {
    const seconds = withinCycle(floorOfSeconds(local));
    const found: number[] = [];
    for (let index = indexAt(periods, seconds - furthest); index < periods.length; index += 1) {
      const { start, offset } = periods[index] ?? { start: Infinity, offset: 0 };
      if (start > seconds + furthest) {
        break;
      }
      const instant = seconds - offset;
      if (instant >= start && instant < (periods[index + 1]?.start ?? Infinity)) {
        found.push(offset);
      }
    }
    const [only] = found;
    if (only === undefined) {
      return `does not exist in ${zone}, where clocks go forward over it`;
    }
    return found.length === 1 ? only : `comes twice in ${zone}, where clocks go back over it`;
  },
});

/** The clocks of zones, by their periods. */
export const clocksOf = (
  periods: ReadonlyMap<string, readonly ZonePeriod[]>,
): ReadonlyMap<string, LocalClock> => new Map([...periods].map(([zone, of]) => [zone, localClock(zone, of)]));

const floorOfSeconds = (microseconds: bigint): number => {
  const rest = ((microseconds % microsecondsASecond) + microsecondsASecond) % microsecondsASecond;
  return Number((microseconds - rest) / microsecondsASecond);
};

const withinCycle = (seconds: number): number =>
  seconds < cycleStart ? seconds : cycleStart + ((seconds - cycleStart) % cycleSeconds);

/** Of the period that holds the instant. */
const indexAt = (periods: readonly ZonePeriod[], instant: number): number => {
  let [low, high] = [0, periods.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((periods[middle]?.start ?? Infinity) <= instant) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
};
