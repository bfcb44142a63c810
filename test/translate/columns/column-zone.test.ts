/** What a mapping's zone makes of a column: where it counts, and what is said. */
import { describe, expect, test } from "vitest";
import { arrayType, pgType } from "../../../src/model/postgres.js";
import type { ColumnRule, Mapping } from "../../../src/model/mapping.js";
import { mappingOf, rule, saying, tableRule } from "../mapping-of.js";
import { columnOf, planOf } from "../plan-of.js";

const berlin = { zone: "Europe/Berlin" };
const timestamptz = pgType("timestamp with time zone");

const planned = (declared: string, values: readonly string[], ...mappings: readonly Mapping[]) => {
  const inserts = values.map((value) => `INSERT INTO t VALUES (${value})`);
  const plan = planOf([`CREATE TABLE t (c ${declared})`, ...inserts].join(";"), mappings);
  const { type, zone, because } = columnOf(plan, "t", "c");
  return { type: type.name, zone, because, findings: plan.findings.map(({ kind }) => kind) };
};
const zoneOf = (...mappings: readonly Mapping[]) =>
  planned("DATETIME", ["'2024-07-01 12:00'"], ...mappings).zone;

describe("a column that becomes no timestamptz", () => {
  test.each<[string, string, Partial<ColumnRule>]>([
    ["TEXT", "'2024-07-01 12:00'", {}],
    ["DATE", "'2024-07-01'", {}],
    ["DATETIME", "'soon'", {}],
    ["DATETIME", "'2024-07-01 12:00'", { type: pgType("timestamp without time zone") }],
    ["INTEGER", "1700000000", {}],
  ])("%s with %s has no zone", (declared, value, says) => {
    expect(planned(declared, [value], saying({ "t.c": { ...says, ...berlin } })).zone).toBeNull();
  });
});

test("without a zone texts without an offset are UTC, and that is said; with one it is not", () => {
  const values = ["'2024-07-01 12:00'", "'2024-07-01 12:00Z'"];
  expect(planned("DATETIME", values)).toMatchObject({ zone: null, findings: ["zoneless-as-utc"] });
  expect(planned("DATETIME", values, saying({ "t.c": berlin }))).toEqual({
    type: "timestamp with time zone",
    zone: "Europe/Berlin",
    because: "declared DATETIME; times without an offset are local times of Europe/Berlin, as my.yaml:1 says",
    findings: [],
  });
});

test("the reason names the rule for the zone where it is not the one for the type, and why it is there", () => {
  const ofType = saying({ "t.c": { type: timestamptz, because: "they are times" } });
  const ofZone = mappingOf({
    values: rule("*", { ...berlin, because: "local", place: { mapping: "z", line: 7 } }),
  });
  expect(planned("TEXT", ["'2024-07-01'"], ofZone, ofType).because).toBe(
    "my.yaml:1: they are times; times without an offset are local times of Europe/Berlin, as z:7 says (local)",
  );
  expect(planned("TEXT", ["'2024-07-01'"], saying({ "t.c": { type: timestamptz, ...berlin } })).because).toBe(
    "my.yaml:1; times without an offset are local times of Europe/Berlin",
  );
});

test("UTC takes a zone back, and is no zone", () => {
  const all = mappingOf({ values: rule("*", berlin) });
  expect(planned("DATETIME", ["'2024-07-01 12:00'"], all, saying({ "t.c": { zone: "UTC" } }))).toMatchObject({
    zone: null,
    because: "declared DATETIME; times without an offset are UTC, as my.yaml:1 says",
    findings: [],
  });
});

test("the elements of an array are in the zone", () => {
  const { zone } = planned("TEXT", [], saying({ "t.c": { type: arrayType(timestamptz), ...berlin } }));
  expect(zone).toBe("Europe/Berlin");
});

describe("which zone counts", () => {
  const inZone = (zone: string) => ({ zone });
  const mapping = mappingOf({
    values: rule("*", inZone("Asia/Tokyo")),
    types: [rule("DATETIME", inZone("Asia/Seoul"))],
    tables: [
      tableRule("t", {
        types: [rule("DATETIME", inZone("Asia/Manila"))],
        columns: [rule("*", inZone("Asia/Dubai")), rule("c", inZone("Asia/Kabul"))],
      }),
    ],
  });
  const [table] = mapping.tables;

  test("a column by its name, by a pattern, its declared type in the table, in the file, all values", () => {
    expect(zoneOf(mapping)).toBe("Asia/Kabul");
    const byPattern = { ...table!, columns: table!.columns.slice(0, 1) };
    expect(zoneOf({ ...mapping, tables: [byPattern] })).toBe("Asia/Dubai");
    expect(zoneOf({ ...mapping, tables: [{ ...table!, columns: [] }] })).toBe("Asia/Manila");
    expect(zoneOf({ ...mapping, tables: [] })).toBe("Asia/Seoul");
    expect(zoneOf({ ...mapping, tables: [], types: [] })).toBe("Asia/Tokyo");
  });

  test("a later mapping before an earlier one; none of a mapping that nobody asked for", () => {
    expect(zoneOf(mapping, mappingOf({ values: rule("*", berlin) }))).toBe("Europe/Berlin");
    expect(zoneOf({ ...mapping, isBuiltIn: true })).toBeNull();
  });
});

test("a child takes the zone of its parent together with its type", () => {
  const plan = planOf(
    `CREATE TABLE p (at DATETIME PRIMARY KEY); CREATE TABLE c (at TEXT REFERENCES p(at));
     INSERT INTO p VALUES ('2024-07-01 12:00'); INSERT INTO c VALUES ('2024-07-01 12:00')`,
    [saying({ "p.at": berlin })],
  );
  expect(columnOf(plan, "c", "at")).toMatchObject({ type: timestamptz, zone: "Europe/Berlin" });
});

test.each([
  ["'2024-07-01 12:00'", null],
  ["'2024-07-01'", null],
  ["'2024-07-01 12:00Z'", "'2024-07-01 12:00Z'::timestamp with time zone"],
  ["CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"],
])("DEFAULT %s in a zone becomes %s", (literal, sql) => {
  const plan = planOf(`CREATE TABLE t (c DATETIME DEFAULT ${literal})`, [saying({ "t.c": berlin })]);
  expect(columnOf(plan, "t", "c").defaultSql).toBe(sql);
  const reasons = plan.notCarried.map(({ reason }) => reason);
  expect(reasons).toEqual(sql === null ? [expect.stringMatching(/^it is a local time;/)] : []);
});
