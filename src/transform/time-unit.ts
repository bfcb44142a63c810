/** Numbers as instants: seconds, milliseconds, microseconds, nanoseconds since 1970, or a Julian day. */
import type { TimeUnit } from "../model/postgres.js";

/** Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's own epoch. */
export const epoch2000 = 946_684_800_000_000;
const epoch2000BigInt = BigInt(epoch2000);

/** The Julian day of 1970-01-01 is 2440587.5; in microseconds. */
const julian1970 = 210_866_760_000_000_000n;

const microsecondsPerDay = 86_400_000_000n;

/** Microseconds of one unit, as a fraction; a Julian day is measured in days. */
const scale: Readonly<Record<TimeUnit, { readonly times: bigint; readonly by: bigint }>> = {
  seconds: { times: 1_000_000n, by: 1n },
  milliseconds: { times: 1000n, by: 1n },
  microseconds: { times: 1n, by: 1n },
  nanoseconds: { times: 1n, by: 1000n },
  julian: { times: microsecondsPerDay, by: 1n },
};

/** Factors that keep the products of plausible values below 2^53. */
export const quickFactor: Partial<Record<TimeUnit, number>> = {
  seconds: 1_000_000,
  milliseconds: 1000,
  microseconds: 1,
};

/**
 * Microseconds since 2000-01-01 of a whole number, or null where it is finer than a microsecond.
 *
 * @param exact gives the integer itself, asked only where `value` may be rounded.
 */
export function wholeInstant(value: number, exact: () => bigint, unit: TimeUnit): number | bigint | null {
  const factor = quickFactor[unit];
  if (factor !== undefined && Number.isSafeInteger(value)) {
    const quick = value * factor;
    const instant = quick - epoch2000;
    // Before 1714 the difference may leave the doubles' exact range though its parts are in it.
    if (Number.isSafeInteger(quick) && Number.isSafeInteger(instant)) return instant;
  }
  const { times, by } = scale[unit];
  const scaled = exact() * times;
  if (scaled % by !== 0n) return null;
  return scaled / by - (unit === "julian" ? julian1970 : 0n) - epoch2000BigInt;
}

/**
 * Microseconds since 2000-01-01 of a REAL: its exact value times the unit, counted from 1970, to the nearest
 * microsecond, halves away from 1970. Null for infinities.
 */
export function realInstant(value: number, unit: TimeUnit): bigint | null {
  if (!Number.isFinite(value)) return null;
  const { mantissa, exponent } = exactParts(value);
  const { times, by } = scale[unit];
  // value * times / by - origin, over one denominator.
  const up = exponent > 0 ? BigInt(exponent) : 0n;
  const down = exponent < 0 ? BigInt(-exponent) : 0n;
  const denominator = by << down;
  const numerator = ((mantissa * times) << up) - (unit === "julian" ? julian1970 * denominator : 0n);
  return roundHalfAway(numerator, denominator) - epoch2000BigInt;
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
