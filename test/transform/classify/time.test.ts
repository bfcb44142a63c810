import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnProfile, TimeKind } from "../../../src/model/profile.js";
import { TableClassifier } from "../../../src/transform/classify/classify.js";
import { anyInteger, anyReal } from "../arbitraries.js";
import { columnOf } from "../values.js";

const profileOf = (values: readonly (bigint | number)[]): ColumnProfile => {
  const columns = [{ name: "c", meaning: "timestamp" as const }];
  const classifier = new TableClassifier({ table: "t", columns, keyIndexes: [] });
  classifier.add(columnOf(values));
  return classifier.profile().columns[0]!;
};

const kindOf = (value: bigint | number): TimeKind => {
  const { times } = profileOf([value]);
  return (Object.keys(times) as TimeKind[]).find((kind) => times[kind] === 1)!;
};

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
  expect(ends.map(kindOf)).toEqual([kind, kind, kind, kind]);
  const beyond = [
    earliest * perSecond - 1n,
    latest * perSecond,
    -(earliest * perSecond - 1n),
    -latest * perSecond,
  ];
  expect(beyond.map(kindOf)).not.toContain(kind);
});

test("what is in no window is said so, never the next unit", () => {
  expect([0n, 1n, -1n, 99_999_999n, -99_999_999n].map(kindOf)).toEqual([
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
    ].map(kindOf),
  ).toEqual(Array(7).fill("implausible"));
  expect([Infinity, -Infinity, 1e300].map(kindOf)).toEqual(["implausible", "implausible", "implausible"]);
  expect([5e-324, 0.5, -0, 0].map(kindOf)).toEqual(["small", "small", "zero", "zero"]);
});

test("Julian days of 1900 to 2199 are told", () => {
  expect([2_415_020.5, 2_440_587.5, 2_524_593.499].map(kindOf)).toEqual(["julian", "julian", "julian"]);
  expect([2_415_020.4, 2_524_593.5, -2_440_587.5].map(kindOf)).toEqual(["small", "small", "small"]);
  expect(kindOf(2_451_545n)).toBe("julian");
});

test("nanoseconds finer than a microsecond are told apart; a REAL cannot show that it is not", () => {
  expect([1_600_000_000_000_001_000n, -1_600_000_000_000_001_000n].map(kindOf)).toEqual([
    "nanoseconds",
    "nanoseconds",
  ]);
  expect([1_600_000_000_000_000_001n, 1_600_000_000_000_000_100n].map(kindOf)).toEqual(["finer", "finer"]);
  expect(kindOf(1.6e18)).toBe("finer");
});

test("a REAL is finer than a microsecond also where its eight bytes, as an integer, are not", () => {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, 1.6e18);
  bytes.setBigInt64(0, bytes.getBigInt64(0) - (bytes.getBigInt64(0) % 1000n));
  expect(kindOf(bytes.getFloat64(0))).toBe("finer");
});

test("midnights are those of the unit a number counts as", () => {
  const midnights = [
    0n,
    1_600_041_600n,
    1_600_041_600_000n,
    1_600_041_600_000_000n,
    1_600_041_600_000_000_000n,
    -1_600_041_600_000n,
    2_451_544.5,
  ];
  expect(profileOf(midnights).midnights).toBe(7);
  // A second later, a microsecond and a nanosecond later, noon, and a small number that may be anything.
  const others = [
    1_600_041_601n,
    1_600_041_600_000_001_000n,
    1_600_041_600_000_000_001n,
    2_451_545n,
    86_400n,
    1_600_041_600.5,
  ];
  expect(profileOf([...midnights, ...others]).midnights).toBe(7);
});

test("counts add up, and the latest is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyInteger, anyReal)), (values) => {
      const kinds = values.map(kindOf);
      const profile = profileOf(values);
      for (const kind of Object.keys(profile.times) as TimeKind[]) {
        expect(profile.times[kind]).toBe(kinds.filter((each) => each === kind).length);
      }
      expect(profile.largestTime).toBe(Math.max(0, ...values.map(Number)));
    }),
  );
});
