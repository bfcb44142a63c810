/** Numbers as instants, microseconds since 2000-01-01: what a column's unit counts, and from when on. */
import type { TimeUnit } from "../../model/postgres.js";

/** Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's own epoch. */
const epoch2000 = 946_684_800_000_000n;

const microsecondsPerDay = 86_400_000_000;

/** Microseconds since 1970 are count * times / by - origin. */
interface Scale {
  readonly times: bigint;
  readonly by: bigint;
  readonly origin: bigint;
}

const since1970 = (times: bigint, by = 1n): Scale => ({ times, by, origin: 0n });

const scales: Readonly<Record<TimeUnit, Scale>> = {
  seconds: since1970(1_000_000n),
  milliseconds: since1970(1000n),
  microseconds: since1970(1n),
  nanoseconds: since1970(1n, 1000n),
  // 1970-01-01 is Julian day 2440587.5.
  julian: { times: BigInt(microsecondsPerDay), by: 1n, origin: 210_866_760_000_000_000n },
  // 2001-01-01 and 1601-01-01.
  "core-data": { times: 1_000_000n, by: 1n, origin: -978_307_200_000_000n },
  webkit: { times: 1n, by: 1n, origin: 11_644_473_600_000_000n },
};

/** The same in doubles: microseconds since 2000 are (count - epoch) * factor + after, as long as all parts are exact. */
export interface QuickScale {
  readonly epoch: number;
  readonly factor: number;
  readonly after: number;
}

/** Units whose epoch a count reaches without a fraction. */
export const quickScales: Readonly<Partial<Record<TimeUnit, QuickScale>>> = {
  seconds: { epoch: 946_684_800, factor: 1_000_000, after: 0 },
  milliseconds: { epoch: 946_684_800_000, factor: 1000, after: 0 },
  microseconds: { epoch: 946_684_800_000_000, factor: 1, after: 0 },
  // The noon of 2000-01-01.
  julian: { epoch: 2_451_545, factor: microsecondsPerDay, after: microsecondsPerDay / 2 },
  "core-data": { epoch: -31_622_400, factor: 1_000_000, after: 0 },
};

/**
 * Microseconds since 2000-01-01 of a whole number, or null where it is finer than a microsecond.
 *
 * @param exact gives the integer itself, asked only where `value` may be rounded.
 */
export function wholeInstant(value: number, exact: () => bigint, unit: TimeUnit): number | bigint | null {
  const quick = Number.isSafeInteger(value) ? quickInstant(value, 0, unit) : null;
  if (quick !== null) return quick;
  const { times, by, origin } = scales[unit];
  const scaled = exact() * times;
  return scaled % by === 0n ? scaled / by - origin - epoch2000 : null;
}

export const nanosecondsSince2000 = (since1970: bigint): bigint => since1970 - epoch2000 * 1000n;

/** Whether a whole number of the unit is finer than a microsecond. */
export const isFinerThanMicroseconds = (count: bigint, unit: TimeUnit): boolean =>
  (count * scales[unit].times) % scales[unit].by !== 0n;

/**
 * Microseconds since 2000-01-01 of a REAL: its exact value times the unit, counted from 1970, to the nearest
 * microsecond, halves away from 1970. Null for infinities.
 */
export function realInstant(value: number, unit: TimeUnit): number | bigint | null {
  if (!Number.isFinite(value)) return null;
  const whole = Math.trunc(value);
  const quick = quickInstant(whole, value - whole, unit);
  if (quick !== null) return quick;
  const { mantissa, exponent } = exactParts(value);
  const { times, by, origin } = scales[unit];
  // value * times / by - origin, over one denominator.
  const up = exponent > 0 ? BigInt(exponent) : 0n;
  const down = exponent < 0 ? BigInt(-exponent) : 0n;
  const denominator = by << down;
  const numerator = ((mantissa * times) << up) - origin * denominator;
  return roundHalfAway(numerator, denominator) - epoch2000;
}

/** How near to a half a fraction's microseconds may come: more than all roundings on the way to them. */
const unambiguous = 0.499;

/** Null where an intermediate result may be rounded. */
function quickInstant(whole: number, fraction: number, unit: TimeUnit): number | null {
  const quick = quickScales[unit];
  if (quick === undefined) return null;
  const within = fraction * quick.factor;
  const nearest = Math.round(within);
  if (Math.abs(within - nearest) > unambiguous) return null;
  const units = whole - quick.epoch;
  const product = units * quick.factor;
  const instant = product + quick.after + nearest;
  return Number.isSafeInteger(units) && Number.isSafeInteger(product) && Number.isSafeInteger(instant)
    ? instant
    : null;
}

function roundHalfAway(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -rounded : rounded;
}

const scratch = new DataView(new ArrayBuffer(8));

/** value = mantissa * 2^exponent, exactly (IEEE 754 binary64). */
function exactParts(value: number): { mantissa: bigint; exponent: number } {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(scratch.getUint32(4));
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: high >>> 31 === 1 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1075 };
}
