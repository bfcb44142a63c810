/** Why a proof fails for a zone: the loader's rules and the server's differ, and since when. */
import { beforeAll, describe, expect, test } from "vitest";
import type { TableVerdict } from "../../../src/model/verdict.js";
import { disagreementOf, explainZones } from "../../../src/pipeline/proof/zone-rules.js";
import type { Session } from "../../../src/target/session.js";
import { databaseForAll } from "../../database.js";
import { columnPlan, tablePlan } from "../../validate/room.js";

const seconds = (iso: string): number => (Date.parse(iso) - Date.UTC(2000, 0, 1)) / 1000;

describe("rules that differ", () => {
  const periods = [
    { start: -Infinity, offset: 3600 },
    { start: seconds("2020-01-01"), offset: 7200 },
  ];

  test("not at all", () => {
    expect(disagreementOf(periods, (at) => (at < seconds("2020-01-01") ? 3600 : 7200))).toBeNull();
  });

  test("by a change a second later, or earlier", () => {
    const change = seconds("2020-01-01");
    expect(disagreementOf(periods, (at) => (at < change + 1 ? 3600 : 7200))).toEqual([change, change]);
    expect(disagreementOf(periods, (at) => (at < change - 1 ? 3600 : 7200))).toEqual([
      change - 1,
      change - 1,
    ]);
  });

  test("by a period that only one of them has", () => {
    const [from, to] = [seconds("1940-05-01"), seconds("1942-11-02T03:00:00Z")];
    const offsetAt = (at: number): number =>
      at >= from && at < to ? 0 : at < seconds("2020-01-01") ? 3600 : 7200;
    expect(disagreementOf(periods, offsetAt)).toEqual([from, seconds("1942-11-02")]);
  });

  test("from the beginning to the end", () => {
    expect(disagreementOf(periods, () => 0)).toEqual([seconds("1800-01-01"), seconds("2500-01-01") - 1]);
  });
});

describe("the reason of a verdict", () => {
  const database = databaseForAll();
  let session: Session;
  beforeAll(async () => {
    session = await database.open();
  });

  const tables = ["t", "u"].map((name) =>
    tablePlan(name, [
      { ...columnPlan("at", "timestamp with time zone"), zone: name === "t" ? "Asia/Tokyo" : null },
    ]),
  );
  const verdict = (source: string, kind: TableVerdict["verdict"]): TableVerdict => ({
    source,
    target: source,
    verdict: kind,
    sourceRows: 1,
    targetRows: 1,
    rejected: 0,
    sourceDigest: null,
    targetDigest: null,
    reason: kind === "identical" ? null : "not the same values",
    asked: false,
    reader: null,
    method: null,
    differences: null,
    notCompared: [],
    aggregates: null,
  });

  /** A server in which Tokyo has summer time. */
  const other = (): Session => ({
    ...session,
    query: async (sql, parameters) =>
      parameters?.[0] === "Asia/Tokyo"
        ? [...(await session.query(sql, parameters)), { start: "1719792000", offset: "36000" }]
        : session.query(sql, parameters),
  });

  test("tells the zone and the years where the table is different", async () => {
    const [first, second] = await explainZones(other(), tables, [
      verdict("t", "different"),
      verdict("u", "different"),
    ]);
    expect(first?.reason).toMatch(
      /^not the same values; the server and this Node know other rules for Asia\/Tokyo between 2024-07-01 and 2499-12-31: /,
    );
    expect(second).toEqual(verdict("u", "different"));
  });

  test("stays as it is where the rules are the same, or nothing is different", async () => {
    expect(await explainZones(session, tables, [verdict("t", "different")])).toEqual([
      verdict("t", "different"),
    ]);
    for (const kind of ["identical", "identical-under-policy", "unproven"] as const)
      expect(await explainZones(other(), tables, [verdict("t", kind)])).toEqual([verdict("t", kind)]);
  });
});
