import { describe, expect, test } from "vitest";
import { decide, kept, told, type Decision } from "../decision.js";

describe("numbers as times", () => {
  const seen = (type: string, ...what: readonly string[]): Decision =>
    told(type, `time-unit-unclear: ${what.join(", ")}`);

  test.each<[string, readonly string[], string, string]>([
    ["DATETIME", ["1600000000", "1700000000"], "timestamptz", "seconds"],
    ["TIMESTAMP", ["1600000000.25"], "timestamptz", "seconds"],
    ["DATETIME", ["1600000000000", "1700000000123"], "timestamptz", "milliseconds"],
    ["DATETIME", ["1600000000000000"], "timestamptz", "microseconds"],
    ["DATETIME", ["1600000000000000000"], "timestamptz", "nanoseconds"],
    ["DATETIME", ["2459000.75", "2459001"], "timestamptz", "julian"],
    // Zero is the epoch in every unit since 1970; a negative one lies before it.
    ["DATETIME", ["0", "1600000000000"], "timestamptz", "milliseconds"],
    ["DATETIME", ["-1500000000", "1600000000"], "timestamptz", "seconds"],
    // Seconds near 1970 beside plain ones: an hour is a zone's offset, not another unit.
    ["DATETIME", ["3600", "1600000000"], "timestamptz", "seconds"],
    ["DATE", ["1600041600", "1600128000"], "date", "seconds"],
    ["DATE", ["1600041600000"], "date", "milliseconds"],
    ["DATE", ["2459000.5", "2459001.5"], "date", "julian"],
    ["DATE", ["1600000000"], "timestamptz", "seconds"],
  ])("%s of %j is %s in %s", (declared, values, type, unit) => {
    expect(decide(declared, ...values)).toEqual(kept(type, unit));
  });

  test("stand beside text, which tells itself", () => {
    expect(decide("DATETIME", "1600000000000", "'2024-01-01T00:00:00Z'")).toEqual(
      kept("timestamptz", "milliseconds"),
    );
    expect(decide("DATETIME", "1600000000000", "'2024-01-01'")).toEqual({
      type: "timestamptz",
      unit: "milliseconds",
      findings: ["zoneless-as-utc 1"],
    });
    expect(decide("DATETIME", "1600000000000", "'soon'")).toEqual(told("text", "declared-type-not-kept 1"));
  });

  test("of two units stay numbers", () => {
    expect(decide("DATETIME", "1600000000", "1600000000000")).toEqual(
      seen("bigint", "1 in seconds since 1970", "1 in milliseconds since 1970"),
    );
    expect(decide("DATETIME", "1600000000", "2459000.5")).toEqual(
      seen("double precision", "1 in seconds since 1970", "1 in Julian days"),
    );
    expect(decide("DATETIME", "1600000000", "1600000000000", "'2024-01-01'")).toEqual(
      told("text", "time-unit-unclear: 1 in seconds since 1970, 1 in milliseconds since 1970"),
    );
  });

  test.each<[string, string, string, readonly string[]]>([
    ["nothing but zeros", "DATETIME", "bigint", ["0", "0"]],
    ["small numbers", "DATETIME", "bigint", ["1", "86400"]],
    ["years", "DATE", "bigint", ["2019", "2020"]],
    ["days as digits: YYYYMMDD", "DATE", "bigint", ["20180115", "20180116"]],
    ["minutes as digits: YYYYMMDDHHMM", "DATETIME", "bigint", ["202405171230"]],
    ["seconds as digits: YYMMDDHHMMSS", "DATETIME", "bigint", ["240517123000"]],
    ["seconds as digits: YYYYMMDDHHMMSS", "DATETIME", "bigint", ["20240517123000"]],
    ["Core Data's seconds since 2001", "TIMESTAMP", "double precision", ["600000000.5"]],
    ["Core Data's seconds since 2001, whole", "TIMESTAMP", "bigint", ["600000000", "700000000"]],
    ["milliseconds since 2001", "DATETIME", "bigint", ["600000000000"]],
    ["microseconds since 2001", "DATETIME", "bigint", ["600000000000000"]],
    ["nanoseconds since 2001, as iOS keeps messages", "DATETIME", "bigint", ["600000000000000000"]],
    ["WebKit's microseconds since 1601", "DATETIME", "bigint", ["13245000000000000"]],
    ["Windows' FILETIME", "DATETIME", "bigint", ["132223104000000000"]],
    ["ticks of .NET", "DATETIME", "bigint", ["637134336000000000", "638000000000000000"]],
    ["days since 1899, as spreadsheets count", "DATE", "double precision", ["43831.5"]],
    ["whole Julian days", "DATE", "bigint", ["2459000", "2459001"]],
    ["Julian days beside zero", "DATETIME", "double precision", ["2459000.5", "0"]],
    ["milliseconds beside small numbers", "DATETIME", "bigint", ["1600000000000", "1000000"]],
    ["nanoseconds finer than PostgreSQL keeps", "DATETIME", "bigint", ["1600000000000000001"]],
    ["the end of year 9999 in seconds alone", "DATETIME", "bigint", ["253402300799"]],
    ["the end of year 9999 in seconds among seconds", "DATETIME", "bigint", ["1600000000", "253402300799"]],
    [
      "the end of year 9999 in milliseconds among milliseconds",
      "DATETIME",
      "bigint",
      ["1600000000000", "253402300799999"],
    ],
    ["the largest integer", "DATETIME", "bigint", ["1600000000", "9223372036854775807"]],
    ["infinity", "DATETIME", "double precision", ["1600000000.5", "9e999"]],
    ["birthdays before 2000 in seconds", "DATETIME", "bigint", ["500000000"]],
  ])("are no times: %s", (_, declared, type, values) => {
    const decision = decide(declared, ...values);
    expect(decision).toMatchObject({ type, unit: null });
    expect(decision.findings).toHaveLength(1);
    expect(decision.findings[0]).toMatch(/^time-unit-unclear: /);
  });

  test("name the other reading where all lie before 2000", () => {
    expect(decide("TIMESTAMP", "600000000").findings).toEqual([
      "time-unit-unclear: 1 in seconds since 1970, or seconds since 2001",
    ]);
    expect(decide("DATETIME", "637134336000000000").findings[0]).toMatch(
      /nanoseconds since 1970, or .* ticks of 100 nanoseconds/,
    );
  });

  test("are no times in columns that are not declared so", () => {
    for (const declared of ["INTEGER", "BIGINT", "INT UNSIGNED", ""])
      expect(decide(declared, "1600000000000")).toEqual(kept("bigint"));
    expect(decide("REAL", "2459000.5")).toEqual(kept("double precision"));
  });
});
