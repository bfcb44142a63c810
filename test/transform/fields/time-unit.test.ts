import fc from "fast-check";
import { expect, test } from "vitest";
import type { TimeUnit } from "../../../src/model/postgres.js";
import { realInstant, wholeInstant } from "../../../src/transform/fields/time-unit.js";
import { anyInteger, anyReal } from "../arbitraries.js";
import { units } from "../cells.js";
import { integers, reals } from "../edge-values.js";

/** A rational number of microseconds since 2000, whose denominator is positive. */
interface Instant {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const since2000 = 946_684_800_000_000n;

/** The definition of each unit: `count` over `by` units since its epoch. */
const instantOf: Readonly<Record<TimeUnit, (count: bigint, by: bigint) => Instant>> = {
  seconds: (count, by) => ({ numerator: (count - 946_684_800n * by) * 1_000_000n, denominator: by }),
  milliseconds: (count, by) => ({ numerator: (count - 946_684_800_000n * by) * 1000n, denominator: by }),
  microseconds: (count, by) => ({ numerator: count - since2000 * by, denominator: by }),
  nanoseconds: (count, by) => ({ numerator: count - since2000 * 1000n * by, denominator: by * 1000n }),
  // 2000-01-01 00:00 is Julian day 2451544.5.
  julian: (count, by) => ({ numerator: (2n * count - 4_903_089n * by) * 43_200_000_000n, denominator: by }),
  "core-data": (count, by) => ({ numerator: (count + 31_622_400n * by) * 1_000_000n, denominator: by }),
  // 12,622,780,800 - 31,622,400 seconds before: 400 years less one.
  webkit: (count, by) => ({ numerator: count - 12_591_158_400_000_000n * by, denominator: by }),
};

/** A finite double as a fraction whose denominator is a power of two. */
function fractionOf(value: number): readonly [bigint, bigint] {
  let denominator = 1n;
  let numerator = value;
  for (; !Number.isInteger(numerator); numerator *= 2) denominator *= 2n;
  return [BigInt(numerator), denominator];
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

test("an INTEGER is its instant exactly, or none", () => {
  for (const unit of units) {
    fc.assert(
      fc.property(
        fc.oneof(anyInteger, fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }), fc.constantFrom(...integers)),
        (value) => {
          const { numerator, denominator } = instantOf[unit](value, 1n);
          const found = wholeInstant(Number(value), () => value, unit);
          if (numerator % denominator !== 0n) expect(found).toBeNull();
          else expect(BigInt(found!)).toBe(numerator / denominator);
        },
      ),
      { numRuns: 1000 },
    );
  }
});

test("a REAL is the nearest microsecond, of two the one farther from 1970", () => {
  for (const unit of units) {
    fc.assert(
      fc.property(fc.oneof(anyReal, fc.constantFrom(...reals)), (value) => {
        const found = realInstant(value, unit);
        if (!Number.isFinite(value)) {
          expect(found).toBeNull();
          return;
        }
        const { numerator, denominator } = instantOf[unit](...fractionOf(value));
        const instant = BigInt(found!);
        const error = magnitude(2n * (instant * denominator - numerator));
        expect(error <= denominator).toBe(true);
        if (error === denominator) {
          const exact = numerator + since2000 * denominator;
          expect(magnitude((instant + since2000) * denominator) > magnitude(exact)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  }
});

test("an INTEGER and the same REAL are one instant", () => {
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.constantFrom(...units.filter((unit) => unit !== "nanoseconds")),
      (value, unit) => {
        expect(BigInt(realInstant(value, unit)!)).toBe(
          BigInt(wholeInstant(value, () => BigInt(value), unit)!),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test("nothing is rounded before 1714, where a double holds the count but not the instant", () => {
  expect(wholeInstant(-9_000_000_000_000_001, () => -9_000_000_000_000_001n, "microseconds")).toBe(
    -9_946_684_800_000_001n,
  );
});

test("the epochs are where the documents say", () => {
  const at = (value: number, unit: TimeUnit): bigint =>
    BigInt(wholeInstant(value, () => BigInt(value), unit)!);
  expect(units.map((unit) => at(0, unit) + since2000)).toEqual([
    ...[0n, 0n, 0n, 0n],
    -210_866_760_000_000_000n,
    978_307_200_000_000n,
    -11_644_473_600_000_000n,
  ]);
  expect(at(946_684_800, "seconds")).toBe(0n);
  expect(realInstant(2_451_544.5, "julian")).toBe(0);
  expect(wholeInstant(1500, () => 1500n, "nanoseconds")).toBeNull();
  expect(realInstant(1500, "nanoseconds")).toBe(2n - since2000);
  expect(realInstant(-1500, "nanoseconds")).toBe(-2n - since2000);
});
