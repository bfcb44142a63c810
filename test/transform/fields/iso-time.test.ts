import fc from "fast-check";
import { expect, test } from "vitest";
import { parsed, parseTime, parseTimestamp, type IsoTime } from "../../../src/transform/fields/iso-time.js";

/** Within digits and signs that would go on with it. */
const parsedFrom = (parse: typeof parseTimestamp, text: string): IsoTime | null => {
  const bytes = Buffer.from(`-1${text}5+02`);
  return parse(bytes, 2, bytes.length - 4) ? { ...parsed } : null;
};

const timestamp = (text: string): IsoTime | null => parsedFrom(parseTimestamp, text);
const time = (text: string): number | null => parsedFrom(parseTime, text)?.microseconds ?? null;

test("dates that do not exist are refused", () => {
  for (const text of [
    "2021-02-29",
    "1900-02-29",
    "2020-02-30",
    "2020-04-31",
    "2020-13-01",
    "2020-00-01",
    "2020-01-00",
    "2020-01-32",
    "-0000-01-01",
  ]) {
    expect({ text, found: timestamp(text) }).toEqual({ text, found: null });
  }
});

test("other ways to write a date are refused", () => {
  for (const text of [
    "",
    "2020",
    "2020-1-1",
    "20200101",
    "01/02/2020",
    "2020-01",
    "2020-001",
    "2020-W01-1",
    "2020/01/01",
    " 2020-01-01",
    "2020-01-01 ",
    "02020-01-01",
    "002020-01-01",
    "1000000-01-01",
    "++2020-01-01",
    "2020-01-01Z",
    "2020-01-01T",
  ]) {
    expect({ text, found: timestamp(text) }).toEqual({ text, found: null });
  }
});

test("hour 24, minute 60, second 60 and parts of a microsecond are refused", () => {
  for (const text of [
    "24:00",
    "24:00:00",
    "23:60",
    "23:59:60",
    "12:34:56.1234567",
    "12:34:56.",
    "12:34:56,5",
    "1:00",
    "12",
    "12:3",
    "12:34:5",
    "123:00",
    "-01:00",
    "12:34Z",
    "12:34:56  ",
  ]) {
    expect({ text, found: time(text) }).toEqual({ text, found: null });
    expect({ text, found: timestamp(`2020-01-01 ${text}+00`) }).toEqual({ text, found: null });
  }
});

test("offsets that PostgreSQL does not know, or that are half written, are refused", () => {
  for (const zone of [
    "z",
    "utc",
    "EST",
    "Zulu",
    "ZZ",
    "+",
    "+2",
    "+020",
    "+02:0",
    "+02:",
    "+16",
    "+02:60",
    "+02:00:60",
    "+0200:30",
    "+02:0030",
    "+020030",
    "  Z",
    " ",
    " BC",
    "+02:00:00:00",
  ]) {
    expect({ zone, found: timestamp(`2020-01-01 12:34:56${zone}`) }).toEqual({ zone, found: null });
  }
});

test("every offset is seconds east of UTC", () => {
  const zones = [
    "",
    "Z",
    " Z",
    "UTC",
    " GMT",
    "+00",
    "-00:00",
    "+02",
    "+0230",
    "-02:30",
    " -02:30",
    "+15:59:59",
    "-00:00:01",
  ];
  const seconds = [null, 0, 0, 0, 0, 0, 0, 7200, 9000, -9000, -9000, 57599, -1];
  // -00:00 may be -0.
  const found = zones.map((zone) => timestamp(`2020-01-01T00:00${zone}`)?.offsetSeconds);
  expect(found.map((each) => (each === 0 ? 0 : each))).toEqual(seconds);
});

test("fractions of one to six digits count microseconds; zeros may follow", () => {
  const texts = [
    "00:00:00.1",
    "00:00:00.12",
    "00:00:00.123",
    "00:00:00.1234",
    "00:00:00.12345",
    "00:00:00.123456",
    "00:00:00.123456000",
    "00:00:00.000001",
    "23:59:59.999999",
    "00:00",
  ];
  expect(texts.map(time)).toEqual([
    100_000, 120_000, 123_000, 123_400, 123_450, 123_456, 123_456, 1, 86_399_999_999, 0,
  ]);
});

test("instants of the years 1 to 9999 are those of JavaScript's Date", () => {
  const instant = fc.integer({
    min: Date.UTC(2000, 0, 1) - 730_119 * 86_400_000,
    max: Date.UTC(9999, 11, 31),
  });
  fc.assert(
    fc.property(
      instant,
      fc.constantFrom("T", " "),
      fc.constantFrom("Z", "", "+00:00"),
      (milliseconds, separator, zone) => {
        const text = new Date(milliseconds).toISOString().replace("T", separator).replace("Z", zone);
        const found = timestamp(text)!;
        expect(found.days * 86_400_000 + found.microseconds / 1000).toBe(milliseconds - Date.UTC(2000, 0, 1));
      },
    ),
    { numRuns: 2000 },
  );
});

test("days are those of the proleptic Gregorian calendar, from year -9999 to 999999", () => {
  const daysInMonth = (year: number, month: number): number => {
    const leap = year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0);
    return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
  };
  const written = (year: number): string =>
    year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
  const two = (value: number): string => String(value).padStart(2, "0");
  fc.assert(
    fc.property(
      fc.integer({ min: -9999, max: 999_998 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
      (year, month, day) => {
        const found = timestamp(`${written(year)}-${two(month)}-${two(day)}`);
        if (day > daysInMonth(year, month)) {
          expect(found).toBeNull();
          return;
        }
        // The day after it is written next, and counted next.
        const isLast = day === daysInMonth(year, month);
        const [nextYear, nextMonth] = !isLast
          ? [year, month]
          : month === 12
            ? [year + 1, 1]
            : [year, month + 1];
        const next = timestamp(`${written(nextYear)}-${two(nextMonth)}-${two(isLast ? 1 : day + 1)}`);
        expect(next!.days).toBe(found!.days + 1);
      },
    ),
    { numRuns: 2000 },
  );
  expect(
    [
      "2000-01-01",
      "1970-01-01",
      "+2000-01-02",
      "+002000-01-02",
      "-4713-11-24",
      "0000-01-01",
      "-0001-12-31",
      "12020-01-01",
    ].map((text) => timestamp(text)?.days),
  ).toEqual([0, -10957, 1, 1, -2451545, -730485, -730486, 25 * 146_097 + 20 * 365 + 5]);
});
