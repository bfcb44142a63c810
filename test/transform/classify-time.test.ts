import fc from "fast-check";
import { expect, test } from "vitest";
import type { TimeKind } from "../../src/model/profile.js";
import { TimeClassifier } from "../../src/transform/classify-time.js";
import { anyInteger, anyReal } from "./arbitraries.js";

const whole = (value: bigint): TimeKind => new TimeClassifier().add(Number(value), () => value);
const real = (value: number): TimeKind => new TimeClassifier().add(value, null);

/** Of 1973-03-03 09:46:40 and 2200-01-01, in seconds. */
const [earliest, latest] = [100_000_000n, BigInt(Date.UTC(2200, 0, 1) / 1000)];

test.each([
  ["seconds", 1n],
  ["milliseconds", 1000n],
  ["microseconds", 1_000_000n],
  ["nanoseconds", 1_000_000_000n],
] as const)("%s are told between 1973 and 2200 and nowhere else", (kind, perSecond) => {
  const ends = [
    earliest * perSecond,
    latest * perSecond - 1000n,
    -earliest * perSecond,
    -(latest * perSecond - 1000n),
  ];
  expect(ends.map(whole)).toEqual([kind, kind, kind, kind]);
  const beyond = [
    earliest * perSecond - 1n,
    latest * perSecond,
    -(earliest * perSecond - 1n),
    -latest * perSecond,
  ];
  expect(beyond.map(whole)).not.toContain(kind);
});

test("what is in no window is said so, never the next unit", () => {
  expect([0n, 1n, -1n, 99_999_999n, -99_999_999n].map(whole)).toEqual([
    "zero",
    "small",
    "small",
    "small",
    "small",
  ]);
  expect(
    [
      latest,
      99_999_999_999n,
      latest * 1000n,
      latest * 1_000_000n,
      latest * 1_000_000_000n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ].map(whole),
  ).toEqual(Array(7).fill("implausible"));
  expect([Infinity, -Infinity, 1e300].map(real)).toEqual(["implausible", "implausible", "implausible"]);
  expect([5e-324, 0.5, -0, 0].map(real)).toEqual(["small", "small", "zero", "zero"]);
});

test("Julian days of 1900 to 2199 are told", () => {
  expect([2_415_020.5, 2_440_587.5, 2_524_593.499].map(real)).toEqual(["julian", "julian", "julian"]);
  expect([2_415_020.4, 2_524_593.5, -2_440_587.5].map(real)).toEqual(["small", "small", "small"]);
  expect(whole(2_451_545n)).toBe("julian");
});

test("nanoseconds finer than a microsecond are told apart; a REAL cannot show that it is not", () => {
  expect([1_600_000_000_000_001_000n, -1_600_000_000_000_001_000n].map(whole)).toEqual([
    "nanoseconds",
    "nanoseconds",
  ]);
  expect([1_600_000_000_000_000_001n, 1_600_000_000_000_000_100n].map(whole)).toEqual(["finer", "finer"]);
  expect(real(1.6e18)).toBe("finer");
});

test("midnights are those of the unit a number counts as", () => {
  const times = new TimeClassifier();
  for (const value of [
    0n,
    1_600_041_600n,
    1_600_041_600_000n,
    1_600_041_600_000_000n,
    1_600_041_600_000_000_000n,
  ])
    times.add(Number(value), () => value);
  times.add(2_451_544.5, null);
  expect(times.profile().midnights).toBe(6);
  // A second later, a nanosecond later, noon, and a small number that may be anything.
  for (const value of [1_600_041_601n, 1_600_041_600_000_000_001n, 2_451_545n, 86_400n])
    times.add(Number(value), () => value);
  expect(times.profile().midnights).toBe(6);
});

test("counts add up, and the latest is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyInteger, anyReal)), (values) => {
      const times = new TimeClassifier();
      const kinds = values.map((value) =>
        times.add(Number(value), typeof value === "bigint" ? () => value : null),
      );
      const profile = times.profile();
      for (const kind of Object.keys(profile.times) as TimeKind[]) {
        expect(profile.times[kind]).toBe(kinds.filter((each) => each === kind).length);
      }
      expect(profile.largestTime).toBe(Math.max(0, ...values.map(Number)));
    }),
  );
});
