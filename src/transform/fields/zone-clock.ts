/**
 * The clock on the wall in a time zone: which instant a local time is. Most are one instant; where clocks go forward, the times
 * between are none, and where they go back, those between are two (RFC 9557, section 1.2; tz database, theory.html).
 *
 * ICU is asked by whole years, and only for years that come up. A year is cut into segments in each of which all local
 * times have one answer, and the segment of the last answer is kept: rows that follow one another are seldom far apart.
 */
import { offsetReader } from "./zone-offsets.js";

/** Seconds east of UTC, or why there is no one offset. */
export type LocalOffset = number | "skipped" | "doubled";

const day = 86_400;

/**
 * No zone has left its local mean time before; the first that did was Manila's, in 1844. And after the year 2100 all zones
 * follow a rule for every year, or none, so that all repeats itself with the calendar: every 400 years.
 */
const firstYear = 1800;
const firstYearOfCycle = 2100;
const secondsPerCycle = 146_097 * day;

/** Days to ask before and after a year: clocks are less than 16 hours from UTC, and no change of them is more than a day. */
const margin = 2;

/** Seconds since 2000-01-01. */
const yearStart = (year: number): number => (Date.UTC(year, 0, 1) - Date.UTC(2000, 0, 1)) / 1000;
const firstTime = yearStart(firstYear);
const firstOfCycle = yearStart(firstYearOfCycle);

/** Local times from `from` on, up to the next segment. */
interface Segment {
  readonly from: number;
  readonly offset: LocalOffset;
}

export class ZoneClock {
  readonly zone: string;
  readonly #offsetAt: (instant: number) => number;
  readonly #years = new Map<number, readonly Segment[]>();
  /** The last answer, and for which local times it holds. */
  #from = 0;
  #to = 0;
  #offset: LocalOffset = 0;

  /** @throws RangeError where ICU has no such zone. */
  constructor(zone: string) {
    this.zone = zone;
    this.#offsetAt = offsetReader(zone);
  }

  /** @param local seconds from 2000-01-01 00:00 on this clock, whole ones, of any year. */
  offsetAt(local: number): LocalOffset {
    if (local < this.#from || local >= this.#to) this.#find(local);
    return this.#offset;
  }

  #find(local: number): void {
    if (local < firstTime) {
      this.#keep(-Infinity, firstTime, this.#offsetAt(firstTime));
      return;
    }
    const cycles = Math.max(0, Math.floor((local - firstOfCycle) / secondsPerCycle));
    const shift = cycles * secondsPerCycle;
    const year = new Date(Date.UTC(2000, 0, 1) + (local - shift) * 1000).getUTCFullYear();
    const segments = this.#segmentsOf(year);
    const index = segments.findLastIndex(({ from }) => from <= local - shift);
    const end = segments[index + 1]?.from ?? yearStart(year + 1);
    this.#keep(segments[index]!.from + shift, end + shift, segments[index]!.offset);
  }

  #keep(from: number, to: number, offset: LocalOffset): void {
    this.#from = from;
    this.#to = to;
    this.#offset = offset;
  }

  #segmentsOf(year: number): readonly Segment[] {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const segments = segmentsOf(periods(year, this.#offsetAt), yearStart(year), yearStart(year + 1));
    this.#years.set(year, segments);
    return segments;
  }
}

/** Local times that clocks showed while they had one offset; those of two periods may overlap. */
interface Period {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** From two days before the year to two days after it. A day is a fine sieve: no two changes of any zone are closer than three. */
function periods(year: number, offsetAt: (instant: number) => number): readonly Period[] {
  const end = yearStart(year + 1) + margin * day;
  const found: Period[] = [];
  let start = yearStart(year) - margin * day;
  let offset = offsetAt(start);
  for (let next = start + day; next <= end; next += day) {
    const after = offsetAt(next);
    if (after === offset) continue;
    const change = firstWith(after, next - day, next, offsetAt);
    found.push({ from: start + offset, to: change + offset, offset });
    start = change;
    offset = after;
  }
  return [...found, { from: start + offset, to: end + offset, offset }];
}

/** The first second after `before` with the offset that there is at `at`. */
function firstWith(
  offset: number,
  before: number,
  at: number,
  offsetAt: (instant: number) => number,
): number {
  let [low, high] = [before, at];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

/** Of the local times from `start` to before `end`. */
function segmentsOf(all: readonly Period[], start: number, end: number): readonly Segment[] {
  const edges = new Set([start, ...all.flatMap(({ from, to }) => [from, to])]);
  return [...edges]
    .filter((edge) => edge >= start && edge < end)
    .sort((a, b) => a - b)
    .map((from) => {
      const [first, second] = all.filter((period) => period.from <= from && from < period.to);
      const offset = second !== undefined ? "doubled" : first !== undefined ? first.offset : "skipped";
      return { from, offset };
    });
}

const clocks = new Map<string, ZoneClock>();

/**
 * One clock a zone: what one column asked of ICU serves them all.
 *
 * @throws RangeError where ICU has no such zone.
 */
export function clockOf(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new ZoneClock(zone);
  clocks.set(zone, clock);
  return clock;
}
