/** Local times of zones as the validator reads them: by the server's rules, and alike with the loader, which has others. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgType } from "../../src/model/postgres.js";
import type { ColumnPolicy } from "../../src/model/policy.js";
import { encoderFor } from "../../src/transform/fields/choose-field.js";
import { plannedField } from "../../src/validate/amend/amend.js";
import { canonicalField } from "../../src/validate/canonical/column-form.js";
import { validateTables } from "../../src/validate/compare.js";
import type { LocalClock } from "../../src/validate/canonical/local-clock.js";
import { withReadTransaction } from "../../src/validate/target/read-transaction.js";
import { RowBytes } from "../../src/validate/canonical/row-bytes.js";
import { testedClock } from "../../src/validate/self-test/zones.js";
import type { Session } from "../../src/target/session.js";
import { judged, localTimes, zones } from "../local-times.js";
import { amended } from "../transform/amended.js";
import { anyValue } from "../transform/arbitraries.js";
import { edgeValues } from "../transform/edge-values.js";
import type { Value } from "../transform/values.js";
import { columnPlan, makeSource, makeTarget, planOf, tablePlan, type TestTarget } from "./room.js";

let target: TestTarget;
beforeAll(async () => {
  target = await makeTarget();
});
afterAll(() => target.remove());

/** @param bend what becomes of our SQL on its way. */
const tested = (zone: string, bend: (sql: string) => string = (sql) => sql): Promise<LocalClock | string> => {
  const session: Session = {
    ...target.session,
    query: (sql, parameters) => target.session.query(bend(sql), parameters),
  };
  return withReadTransaction(target.session, () => testedClock(session, zone));
};

const clocks = new Map<string, LocalClock>();
const clockOf = async (zone: string): Promise<LocalClock> => {
  const clock = clocks.get(zone) ?? (await tested(zone));
  if (typeof clock === "string") throw new Error(clock);
  clocks.set(zone, clock);
  return clock;
};

const timestamptz = pgType("timestamp with time zone");

describe("the self-test of a zone", () => {
  test.each<[string, (sql: string) => string]>([
    [
      "has another clock",
      (sql) => sql.replace("AT TIME ZONE $1::text AS at", "AT TIME ZONE $1::text + '1 us' AS at"),
    ],
    ["sleeps through changes", (sql) => sql.replaceAll("172800", "1728000000")],
    ["is a second late", (sql) => sql.replace("SELECT high, becomes", "SELECT high + 1, becomes")],
    [
      "began otherwise",
      (sql) => sql.replace("SELECT NULL::int8 AS start, ", "SELECT NULL::int8 AS start, 60 + "),
    ],
  ])("fails where the server %s", async (_, bend) => {
    expect(await tested("Europe/Berlin", bend)).toBe(
      "the self-test failed: this server's local times of Europe/Berlin are not those that its own rules make",
    );
  });

  test.each(["UTC", "Etc/GMT+12", "Asia/Gaza", "Antarctica/Troll"])("passes for %s", async (zone) => {
    expect(await tested(zone)).toMatchObject({ zone });
  });
});

test.each(zones)("the clock of %s is PostgreSQL's", async (zone) => {
  const field = canonicalField({ type: timestamptz, unit: null, clock: await clockOf(zone) });
  const own = (text: string): string => {
    const row = new RowBytes(1);
    const misfit = field.write(Buffer.from(text, "latin1"), true, row);
    if (misfit === null) return String(row.view().readBigInt64BE(row.view().length - 8));
    return misfit.startsWith("does not exist")
      ? "skipped-time"
      : misfit.startsWith("comes twice")
        ? "doubled-time"
        : misfit;
  };
  const times = fc.array(await localTimes(target.session, zone), { minLength: 200, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(times, async (several) => {
      const theirs = await judged((sql, parameters) => target.session.query(sql, parameters), zone, several);
      const wrong = several.flatMap(({ iso }, index) =>
        own(iso) === theirs[index] ? [] : [{ iso, own: own(iso), theirs: theirs[index] }],
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

describe("what the loader makes of a value is what the validator expects", () => {
  const policy = fc.record(
    {
      outOfRange: fc.constant("null" as const),
      excess: fc.constantFrom("round" as const, "truncate" as const),
    },
    { requiredKeys: [] },
  );

  test.each(["Europe/Berlin", "Pacific/Apia"])("in %s", async (zone) => {
    const clock = await clockOf(zone);
    const local = (await localTimes(target.session, zone)).chain(({ iso }) =>
      fc.constantFrom(iso, `${iso}0000001`, `${iso}Z`),
    );
    const alike = (value: Value, precision: number, rules: ColumnPolicy): void => {
      if (value === null) return;
      const column = {
        ...columnPlan("c", pgType("timestamp with time zone", precision), "seconds"),
        zone,
        policy: rules,
      };
      const field = amended(column, value)?.field ?? null;
      const row = new RowBytes(1);
      const isText = typeof value === "string" || (typeof value === "object" && !Buffer.isBuffer(value));
      const source = typeof value === "string" ? Buffer.from(value) : isText ? value.text : value;
      const misfit = plannedField({ ...column, clock }).write(source, isText, row, []);
      const expected = misfit === null ? row.view().subarray(-(field?.length ?? 4)) : null;
      if (expected === null ? field !== null : field?.equals(expected) !== true)
        expect({ value, precision, rules, misfit, field }).toBe("alike");
    };
    const precision = fc.constantFrom(0, 3, 6);
    for (const value of edgeValues) alike(value, 6, {});
    fc.assert(fc.property(fc.oneof(local, anyValue), precision, policy, alike), { numRuns: 500 });
    const shift = ["294276-12-31 23:30", "-4713-11-24 00:30", "294277-01-01 00:30", "-4714-11-24"];
    for (const value of shift)
      for (const rules of [{}, { outOfRange: "null" as const }]) alike(value, 6, rules);
    expect(encoderFor({ type: timestamptz, unit: null, zone })).toBeTypeOf("function");
  });
});

describe("a table with a column in a zone", () => {
  const columns = [{ ...columnPlan("at", timestamptz), zone: "Europe/Berlin" }];
  const verdicts = async (zone: string, rows: string) => {
    const source = await makeSource(
      "CREATE TABLE t (at TEXT); INSERT INTO t VALUES ('2024-07-01 12:00'); CREATE TABLE u (at TEXT);",
    );
    try {
      await target.query("DROP TABLE IF EXISTS t, u");
      await target.query("CREATE TABLE t (at timestamptz)");
      await target.query("CREATE TABLE u (at timestamptz)");
      await target.query(`INSERT INTO t VALUES (${rows})`);
      const plan = planOf(
        tablePlan(
          "t",
          columns.map((column) => ({ ...column, zone })),
          { rows: 1 },
        ),
        tablePlan("u", columns),
      );
      return await validateTables(source.source, target.session, plan, "public");
    } finally {
      source.remove();
    }
  };

  test("is identical if the instant is that of the local time, and different if it is any other", async () => {
    expect(await verdicts("Europe/Berlin", "'2024-07-01 10:00Z'")).toMatchObject([
      { verdict: "identical" },
      {},
    ]);
    expect(await verdicts("Europe/Berlin", "'2024-07-01 11:00Z'")).toMatchObject([
      { verdict: "different" },
      {},
    ]);
    expect(await verdicts("Europe/Berlin", "'2024-07-01 12:00Z'")).toMatchObject([
      { verdict: "different" },
      {},
    ]);
    expect(await verdicts("Asia/Tokyo", "'2024-07-01 03:00Z'")).toMatchObject([{ verdict: "identical" }, {}]);
  });

  test("is unproven where the server does not know the zone, and the other tables are proven", async () => {
    expect(await verdicts("Mars/Base", "'2024-07-01 10:00Z'")).toMatchObject([
      { verdict: "unproven", asked: false, reason: expect.stringContaining("Mars/Base") as string },
      { verdict: "identical" },
    ]);
  });
});
