import { expect, test } from "vitest";
import { textInstant } from "../../../src/transform/fields/timestamp.js";
import { units } from "../cells.js";
import { accepts, encoded, one, type Value } from "../values.js";

const instant = (value: Value, unit: (typeof units)[number] | null = null): bigint | undefined =>
  encoded("timestamp with time zone", unit, one(value), 0)?.readBigInt64BE(4);
const days = (value: Value, unit: (typeof units)[number] | null = null): number | undefined =>
  encoded("date", unit, one(value), 0)?.readInt32BE(4);

test("numbers are no times in a column without a unit", () => {
  expect([1_600_000_000n, 1_600_000_000.5, 0n].flatMap((value) => [instant(value), days(value)])).toEqual(
    Array(6).fill(undefined),
  );
});

test("blobs are never times", () => {
  for (const unit of [null, ...units]) {
    expect([instant(Buffer.from("2020-01-01"), unit), days(Buffer.from("2020-01-01"), unit)]).toEqual([
      undefined,
      undefined,
    ]);
  }
});

test("the range ends where PostgreSQL's does, offsets counted", () => {
  expect(instant("294276-12-31 23:59:59.999999")).toBe(9_223_371_331_199_999_999n);
  expect(instant("294277-01-01 00:00:00")).toBeUndefined();
  expect(instant("294276-12-31 23:59:59-00:00:01")).toBeUndefined();
  expect(instant("294277-01-01 00:00:00+00:00:01")).toBe(9_223_371_331_199_000_000n);
  expect(instant("-4713-11-24")).toBe(-211_813_488_000_000_000n);
  expect(instant("-4713-11-24 00:00:00+01")).toBeUndefined();
  expect(instant(Infinity, "seconds")).toBeUndefined();
});

test("a date ends there too, as fidelity.md has one range for all times", () => {
  expect(days("294276-12-31")).toBe(Number(9_223_371_331_200_000_000n / 86_400_000_000n) - 1);
  expect(days("294277-01-01")).toBeUndefined();
  expect(days("-4713-11-24")).toBe(-2_451_545);
  expect(days("-4713-11-23")).toBeUndefined();
});

test("a date is a day and nothing more", () => {
  expect([days("2000-01-02"), days("2000-01-02 00:00"), days("2000-01-02T00:00:00.000")]).toEqual([1, 1, 1]);
  expect(
    ["2000-01-02 00:00:01", "2000-01-02 00:00Z", "2000-01-02 00:00+02"].map((text) => days(text)),
  ).toEqual([undefined, undefined, undefined]);
  expect([
    days(946_771_200n, "seconds"),
    days(946_771_201n, "seconds"),
    days(2_451_545.5, "julian"),
    days(2_451_545n, "julian"),
  ]).toEqual([1, undefined, 1, undefined]);
});

test("a microsecond after a midnight that no double tells apart is no date", () => {
  const midnight = 10_413_792_000_000_000n;
  expect(days(midnight, "microseconds")).toBe(109_573);
  expect(days(midnight + 1n, "microseconds")).toBeUndefined();
  expect(days(midnight - 1n, "microseconds")).toBeUndefined();
});

test("zoneless text is UTC, an offset moves the instant", () => {
  expect(instant("2000-01-01 00:00")).toBe(0n);
  expect(instant("2000-01-01 02:00+02:00")).toBe(0n);
  expect(instant("1999-12-31 22:00-02:00")).toBe(0n);
});

test("a time of day has no date, no offset and no number", () => {
  expect(
    [0n, 0.5, "2020-01-01 00:00", "12:00Z", Buffer.from("12:00")].map((value) =>
      accepts("time without time zone", null, value),
    ),
  ).not.toContain(true);
  expect(encoded("time without time zone", null, one("12:00"), 0)?.readBigInt64BE(4)).toBe(43_200_000_000n);
});

test("textInstant refuses what the encoder refuses", () => {
  expect(["294277-01-01", "2020-02-30", ""].map((text) => textInstant(one(text), 0))).toEqual([
    null,
    null,
    null,
  ]);
  expect(textInstant(one("2000-01-01 00:00:00.000001"), 0)).toBe(1);
});
