import { describe, expect, test } from "vitest";
import { isClock, isDate, isTimestamp, numberInstant } from "../../../src/translate/defaults/default-time.js";

describe("isDate", () => {
  test.each(["2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "1969-12-31"])("takes %s", (text) => {
    expect(isDate(text)).toBe(true);
  });

  test.each([
    "",
    "2023-02-29",
    "1900-02-29",
    "2024-04-31",
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2024-01-32",
    "0000-00-00",
    "0000-01-01",
    "10000-01-01",
    "24-01-01",
    "2024-1-1",
    " 2024-01-01",
    "2024-01-01 ",
    "2024-01-01T00:00",
    "20240101",
    "now",
    "-0001-01-01",
  ])("refuses %j", (text) => {
    expect(isDate(text)).toBe(false);
  });
});

describe("isClock", () => {
  test.each(["00:00", "23:59", "09:30:00", "23:59:59.999999", "00:00:00.1"])("takes %s", (text) => {
    expect(isClock(text)).toBe(true);
  });

  test.each(["24:00", "23:60", "23:59:60", "9:30", "09:30:00.", "09:30:00.1234567", "0930", "09:30Z", ""])(
    "refuses %j",
    (text) => {
      expect(isClock(text)).toBe(false);
    },
  );
});

describe("isTimestamp", () => {
  test.each([
    "2024-02-29",
    "2024-02-29 09:30",
    "2024-02-29T09:30:00.5",
    "2024-02-29t09:30z",
    "2024-02-29 09:30:00Z",
    "2024-02-29 09:30:00+14:00",
    "2024-02-29 09:30-0530",
  ])("takes %s", (text) => {
    expect(isTimestamp(text)).toBe(true);
  });

  test.each([
    "2024-02-30 09:30",
    "0000-00-00 00:00:00",
    "2024-02-29 24:00",
    "2024-02-29  09:30",
    "2024-02-29 09:30 Z",
    "2024-02-29 09:30+2",
    "2024-02-29 09:30+15:00",
    "2024-02-29 09:30+02:60",
    "2024-02-29Z",
    "2024-02-29 ",
    "2024-02-29 09:30 UTC",
    "09:30",
  ])("refuses %j", (text) => {
    expect(isTimestamp(text)).toBe(false);
  });
});

describe("numberInstant", () => {
  test.each([
    [0n, "seconds", "1970-01-01 00:00:00+00"],
    [1_709_199_000n, "seconds", "2024-02-29 09:30:00+00"],
    [-1n, "milliseconds", "1969-12-31 23:59:59.999000+00"],
    [1_709_199_000_001n, "milliseconds", "2024-02-29 09:30:00.001000+00"],
    [-1n, "microseconds", "1969-12-31 23:59:59.999999+00"],
    [253_402_300_799n, "seconds", "9999-12-31 23:59:59+00"],
    [253_402_300_800n, "seconds", undefined],
    [-62_135_596_800n, "seconds", "0001-01-01 00:00:00+00"],
    [-62_135_596_801n, "seconds", undefined],
    [2n ** 63n - 1n, "seconds", undefined],
    [0n, "nanoseconds", undefined],
    [2_459_000n, "julian", undefined],
  ] as const)("of %d in %s is %s", (value, unit, text) => {
    expect(numberInstant(value, unit)).toBe(text);
  });
});
