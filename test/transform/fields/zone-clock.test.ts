/** Local times of zones as instants: against PostgreSQL's own clocks, and by hand where it matters. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { arrayType, pgType } from "../../../src/model/postgres.js";
import type { Session } from "../../../src/target/session.js";
import { explainMisfit } from "../../../src/transform/explain/explain.js";
import { clockOf } from "../../../src/transform/fields/zone-clock.js";
import { databaseForAll } from "../../database.js";
import { judged, localTimes, zones } from "../../local-times.js";
import { amended } from "../amended.js";
import { columnPlan, one, type Value } from "../values.js";

const columnIn = (zone: string | null, type = pgType("timestamp with time zone")) => ({
  ...columnPlan("c", type, "seconds"),
  zone,
});

/** Microseconds since 2000-01-01 UTC, or the code of the reject. */
function moved(zone: string | null, value: Value, column = columnIn(zone)): string {
  const field = amended(column, value)?.field;
  return field === undefined ? explainMisfit(column, one(value), 0).code : String(field.readBigInt64BE(4));
}

const instant = (iso: string): string => String((BigInt(Date.parse(iso)) - 946_684_800_000n) * 1000n);

test("a zone that ICU does not know is a mistake of ours: mappings are checked before", () => {
  expect(() => clockOf("Mars/Base")).toThrow(RangeError);
});

describe("where clocks go forward", () => {
  test("the local times between do not exist, to the microsecond", () => {
    const local = (time: string): string => moved("Europe/Berlin", `2024-03-31 ${time}`);
    expect(local("01:59:59.999999")).toBe(String(BigInt(instant("2024-03-31T01:00:00Z")) - 1n));
    expect(local("02:00:00")).toBe("skipped-time");
    expect(local("02:59:59.999999")).toBe("skipped-time");
    expect(local("03:00")).toBe(instant("2024-03-31T01:00:00Z"));
  });

  test("it may be half an hour, midnight, or a whole day", () => {
    expect(moved("Australia/Lord_Howe", "2024-10-06 02:15")).toBe("skipped-time");
    expect(moved("Australia/Lord_Howe", "2024-10-06 02:30")).toBe(instant("2024-10-05T15:30:00Z"));
    expect(moved("America/Sao_Paulo", "2018-11-04")).toBe("skipped-time");
    expect(moved("Pacific/Apia", "2011-12-30 12:00")).toBe("skipped-time");
    expect(moved("Pacific/Apia", "2011-12-29 23:59")).toBe(instant("2011-12-30T09:59:00Z"));
    expect(moved("Pacific/Apia", "2011-12-31 00:00")).toBe(instant("2011-12-30T10:00:00Z"));
  });
});

describe("where clocks go back", () => {
  test("the local times between come twice, to the microsecond", () => {
    const local = (time: string): string => moved("America/New_York", `2024-11-03T${time}`);
    expect(local("00:59:59.999999")).toBe(String(BigInt(instant("2024-11-03T05:00:00Z")) - 1n));
    expect(local("01:00:00")).toBe("doubled-time");
    expect(local("01:59:59.999999")).toBe("doubled-time");
    expect(local("02:00")).toBe(instant("2024-11-03T07:00:00Z"));
  });

  test("an offset says which is meant, and the zone does not matter", () => {
    expect(moved("America/New_York", "2024-11-03 01:30-04:00")).toBe(instant("2024-11-03T05:30:00Z"));
    expect(moved("America/New_York", "2024-11-03 01:30-05:00")).toBe(instant("2024-11-03T06:30:00Z"));
    expect(moved("America/New_York", "2024-11-03 01:30Z")).toBe(instant("2024-11-03T01:30:00Z"));
  });
});

test("the reasons name the zone and the direction", () => {
  const reason = (value: string) => explainMisfit(columnIn("Europe/Berlin"), one(value), 0).reason;
  expect(reason("2024-03-31 02:30")).toBe(
    "it does not exist in Europe/Berlin, where clocks go forward over it",
  );
  expect(reason("2024-10-27 02:30")).toBe(
    "it comes twice in Europe/Berlin, where clocks go back over it, and it has no offset",
  );
});

test("local mean time is exact to the second", () => {
  expect(moved("Europe/Berlin", "1850-01-01")).toBe(instant("1849-12-31T23:06:32Z"));
  expect(moved("Europe/Berlin", "-4000-01-01")).toBe(instant("-004001-12-31T23:06:32Z"));
});

test("numbers are instants whatever the zone", () => {
  for (const value of [1_700_000_000n, 1_700_000_000.5, -1n])
    expect(moved("Asia/Kolkata", value)).toBe(moved(null, value));
});

test("another type of value, and text that is no time, are what they are without a zone", () => {
  for (const value of [
    Buffer.from("2024-01-01"),
    "",
    "2024-13-01",
    "2024-01-01 25:00",
    "300000-01-01",
    "soon",
  ])
    expect(moved("Asia/Kolkata", value)).toBe(moved(null, value));
});

test("what its zone moves beyond PostgreSQL's years is out of range, whichever end it is", () => {
  expect(moved("America/New_York", "294276-12-31 23:00")).toBe("range");
  expect(moved("Asia/Kolkata", "-4713-11-24 03:00")).toBe("range");
  expect(moved("Asia/Kolkata", "294276-12-31 23:00")).not.toBe("range");
  const orNull = { ...columnIn("America/New_York"), policy: { outOfRange: "null" as const } };
  expect(amended(orNull, "294276-12-31 23:00")?.by).toEqual(["outOfRange"]);
});

test("no policy makes anything of a time that its zone does not have once", () => {
  const policy = { outOfRange: "null", empty: "null", excess: "round", nullAs: "2024-03-31 02:30" } as const;
  const column = { ...columnIn("Europe/Berlin"), policy };
  for (const value of ["2024-03-31 02:30", "2024-10-27 02:30", "2024-03-31 02:30:00.1234567", null])
    expect(amended(column, value)).toBeNull();
});

test("digits beyond the precision are rounded on the local clock's instant", () => {
  const column = {
    ...columnIn("Europe/Berlin", pgType("timestamp with time zone", 0)),
    policy: { excess: "round" as const },
  };
  expect(moved(null, "2024-03-31 01:59:59.9999999", column)).toBe(instant("2024-03-31T01:00:00Z"));
  expect(moved(null, "2024-07-01 12:00:00.4", column)).toBe(instant("2024-07-01T10:00:00Z"));
});

test("elements of an array are local times, too", () => {
  const column = columnIn("Europe/Berlin", arrayType(pgType("timestamp with time zone")) as never);
  const field = amended(column, '["2024-07-01 12:00", "2024-07-01 12:00Z"]')!.field;
  const last = field.length - 20;
  expect(String(field.readBigInt64BE(last))).toBe(instant("2024-07-01T10:00:00Z"));
  expect(String(field.readBigInt64BE(last + 12))).toBe(instant("2024-07-01T12:00:00Z"));
  expect(amended(column, '["2024-03-31 02:30"]')).toBeNull();
});

test("years come in any order", () => {
  const times = ["2024-07-01", "1999-01-01", "9999-07-01", "1850-01-01", "2024-03-31 02:30", "2024-07-01"];
  const clock = (time: string): string => moved("Europe/Berlin", time);
  const forward = times.map(clock);
  expect(times.toReversed().map(clock)).toEqual(forward.toReversed());
  expect(forward[0]).toBe(forward[5]);
  expect(forward[4]).toBe("skipped-time");
});

describe("as PostgreSQL's AT TIME ZONE has it", () => {
  const database = databaseForAll();
  let session: Session;
  beforeAll(async () => {
    session = await database.open();
  });

  test.each(zones)("%s", async (zone) => {
    const times = fc.array(await localTimes(session, zone), { minLength: 200, maxLength: 200 });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(times, async (several) => {
        const theirs = await judged((sql, parameters) => session.query(sql, parameters), zone, several);
        const wrong = several.flatMap(({ iso }, index) => {
          const own = moved(zone, iso);
          seen.add(own.replace(/^-?\d+$/, "instant"));
          return own === theirs[index] ? [] : [{ iso, own, theirs: theirs[index] }];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
    expect([...seen].sort()).toEqual(["doubled-time", "instant", "skipped-time"]);
  });
});
