import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { pgType, type TimeUnit } from "../../../src/model/postgres.js";
import { asWritten, expectAgreement, refusalsAsNull, type Case } from "../agreement.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  for (const sql of refusalsAsNull) {
    await target.query(sql);
  }
});

afterAll(async () => {
  await target.remove();
});

const two = (value: number): string => String(value).padStart(2, "0");

const year = fc.oneof(
  fc.integer({ min: -4712, max: 294_276 }),
  fc.integer({ min: 1900, max: 2100 }),
  fc.constantFrom(-4712, -1, 0, 1, 4, 100, 400, 1582, 1900, 2000, 9999, 10_000),
);

/** The year as ISO 8601 and SQLite write it, and as PostgreSQL does, which has no year 0. */
const yearTexts = (value: number): { readonly iso: string; readonly pg: string; readonly era: string } => {
  const unsigned = String(Math.abs(value)).padStart(4, "0");
  return value > 0
    ? { iso: value > 9999 ? `+${unsigned}` : unsigned, pg: unsigned, era: "" }
    : { iso: value < 0 ? `-${unsigned}` : unsigned, pg: String(1 - value).padStart(4, "0"), era: " BC" };
};

const date = fc
  .tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([y, m, d]) => {
    // Days that a month does not have are tested by name in canonical.test.ts.
    const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
    const last = m === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31;
    const rest = `-${two(m)}-${two(Math.min(d, last))}`;
    const { iso, pg, era } = yearTexts(y);
    return { iso: iso + rest, pg: pg + rest, era };
  });

const time = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.option(fc.integer({ min: 0, max: 59 })),
    fc.option(fc.stringMatching(/^\d{1,6}0{0,3}$/)),
  )
  .map(([hour, minute, second, fraction]) => {
    const seconds = second === null ? "" : `:${two(second)}${fraction === null ? "" : `.${fraction}`}`;
    return `${two(hour)}:${two(minute)}${seconds}`;
  });

const zone = fc
  .tuple(
    fc.constantFrom("", " "),
    fc.constantFrom(
      "Z",
      "UTC",
      "GMT",
      "+00:00",
      "-00:30",
      "+05:45",
      "+0530",
      "-11",
      "+14:00",
      "-15:59:59",
      "+01:02:03",
    ),
  )
  .map((parts) => parts.join(""));

const instantText = fc
  .tuple(date, fc.option(fc.tuple(fc.constantFrom(" ", "T"), time, fc.option(zone))))
  .map(([day, clock]): Case => {
    const [separator, hours, offset] = clock ?? [" ", "00:00", null];
    const iso = clock === null ? day.iso : `${day.iso}${separator}${hours}${offset ?? ""}`;
    return { source: iso, parameters: [`${day.pg} ${hours}${offset ?? "+00"}${day.era}`] };
  });

/** A timestamp would lose another offset. */
const inUtc = "CASE WHEN a ~ '(Z|UTC|GMT|[+]00(:00)?)( BC)?$' THEN a::timestamptz AT TIME ZONE 'UTC' END";

describe("times written as text", () => {
  test("are the same times in timestamp, where they are in UTC", () =>
    expectAgreement(target.session, "timestamp without time zone", null, inUtc, instantText));

  test.each([
    ["timestamp without time zone", 3, inUtc, "milliseconds"],
    ["timestamp with time zone", 0, "a::timestamptz", "second"],
  ] as const)("convert to %s(%d) only where nothing is rounded", (name, precision, value, step) =>
    expectAgreement(
      target.session,
      pgType(name, precision),
      null,
      `CASE date_trunc('${step}', ${value}) WHEN ${value} THEN ${value} END`,
      instantText,
    ),
  );

  test("convert to time(1) only where nothing is rounded", () =>
    expectAgreement(
      target.session,
      pgType("time without time zone", 1),
      null,
      "CASE WHEN a::time(1) = a::time AND a::time(1) < '24:00' THEN a::time END",
      time.map(asWritten),
    ));

  test("are the same instants in timestamptz", () =>
    expectAgreement(target.session, "timestamp with time zone", null, "a::timestamptz", instantText, {
      runs: 30,
    }));

  test("are the same dates", () =>
    expectAgreement(
      target.session,
      "date",
      null,
      "a::date",
      date.map((day) => ({ source: day.iso, parameters: [`${day.pg}${day.era}`] })),
      { runs: 30 },
    ));

  test("are the same times of day", () =>
    expectAgreement(
      target.session,
      "time without time zone",
      null,
      "a::time",
      time.map((source) => ({ source, parameters: [source] })),
    ));
});

/** Microseconds a unit; for nanoseconds a fraction, as PostgreSQL's numeric reads it. */
const scales: Readonly<Record<TimeUnit, string>> = {
  seconds: "1000000",
  milliseconds: "1000",
  microseconds: "1",
  nanoseconds: "0.001",
  julian: "86400000000",
  "core-data": "1000000",
  webkit: "1",
};

const epochs: Readonly<Record<TimeUnit, string>> = {
  seconds: "0",
  milliseconds: "0",
  microseconds: "0",
  nanoseconds: "0",
  julian: "210866760000000000",
  "core-data": "-978307200000000",
  webkit: "11644473600000000",
};

const units: readonly TimeUnit[] = [
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
  "julian",
  "core-data",
  "webkit",
];

/** Well beyond PostgreSQL's range on both ends, and near the present. */
const largest: Readonly<Record<TimeUnit, number>> = {
  seconds: 1e13,
  milliseconds: 1e16,
  microseconds: 9e18,
  nanoseconds: 9e18,
  julian: 1.1e8,
  "core-data": 1e13,
  webkit: 9e18,
};
const present: Readonly<Record<TimeUnit, number>> = {
  seconds: 1.7e9,
  milliseconds: 1.7e12,
  microseconds: 1.7e15,
  nanoseconds: 1.7e18,
  julian: 2_460_000.5,
  "core-data": 7e8,
  webkit: 1.33e16,
};

/**
 * Microseconds from 1970 to PostgreSQL's first instant and to the end of its last (datatype/timestamp.h), and to where 64
 * bits of them end.
 */
const ends = [-210_866_803_200_000_000n, 9_224_318_016_000_000_000n, 2n ** 63n];

/** Counts about the ends, and how far away by a random number of steps. */
const atAnEnd = (unit: TimeUnit): fc.Arbitrary<readonly [count: bigint, steps: number]> =>
  fc.tuple(
    fc.constantFrom(
      ...ends.map(
        (end) => ((end + BigInt(epochs[unit])) * 1000n) / BigInt(Math.round(Number(scales[unit]) * 1000)),
      ),
    ),
    fc.integer({ min: -50, max: 50 }),
  );

/** An INTEGER holds no more. */
const clamped = (count: bigint): bigint =>
  count >= 2n ** 63n ? 2n ** 63n - 1n : count < -(2n ** 63n) ? -(2n ** 63n) : count;

/** The exact value of a double; toFixed prints one up to 1e21, with up to 100 digits after the point. */
const digitsOf = (value: number): string =>
  Number.isInteger(value) ? String(BigInt(value)) : value.toFixed(100);

describe.each(units)("counts of %s", (unit) => {
  const convert = `public.try_instant(round(a::numeric * b::numeric - c::numeric))`;
  const parameters = (count: string): string[] => [count, scales[unit], epochs[unit]];

  test("as INTEGER are the same instants", () =>
    expectAgreement(
      target.session,
      "timestamp with time zone",
      unit,
      // What an INTEGER of nanoseconds has beyond microseconds would be lost.
      `CASE WHEN trunc(a::numeric * b::numeric) = a::numeric * b::numeric THEN ${convert} END`,
      fc
        .oneof(
          fc.bigInt({ min: BigInt(-largest[unit]), max: BigInt(largest[unit]) }),
          fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((count) => count * 1000n),
          fc
            .integer({ min: -1000, max: 1000 })
            .map((more) => BigInt(Math.floor(present[unit])) + BigInt(more)),
          atAnEnd(unit).map(([count, steps]) => clamped(count + BigInt(steps))),
        )
        .map((source) => ({ source, parameters: parameters(String(source)) })),
    ));

  test("as REAL are the same instants, to the nearest microsecond", () =>
    expectAgreement(
      target.session,
      "timestamp with time zone",
      unit,
      convert,
      fc
        .oneof(
          fc.double({ min: -largest[unit], max: largest[unit], noNaN: true }),
          fc.double({ min: present[unit], max: present[unit] * 1.01, noNaN: true }),
          // Halves of a microsecond, exactly.
          fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map((count) => count / 128),
          fc.integer({ min: 0, max: 2 ** 31 }).map((count) => count + 2 ** -14),
          atAnEnd(unit).map(([count, steps]) => Number(count) * (1 + steps * 2 ** -52)),
        )
        .map((source) => ({ source, parameters: parameters(digitsOf(source)) })),
    ));
});
