/** Zones in mapping files: names that are none, and places where they are in vain. */
import { describe, expect, test } from "vitest";
import { parseMapping } from "../../src/mapping/read.js";
import { complaintsOf, ruleComplaints } from "./complaints.js";

const noZone = (name: string, hint: string): readonly string[] => [
  `zone: ${JSON.stringify(name)} is no time zone of the IANA database; ${hint}`,
];
const areaAndCity = "one is named Area/City, as in Europe/Berlin";

describe("a name that is no zone is refused, with the nearest", () => {
  test.each([
    ["Europe/Berln", "did you mean Europe/Berlin?"],
    ["europe/berlin", "did you mean Europe/Berlin?"],
    ["America/NewYork", "did you mean America/New_York?"],
    ["Berlin", areaAndCity],
    ["utc", "did you mean UTC?"],
    ["", areaAndCity],
    // Abbreviations to PostgreSQL, which would forget summer.
    ["CET", areaAndCity],
    ["EST5EDT", areaAndCity],
    ["+02:00", areaAndCity],
    ["Mars/Base", areaAndCity],
    // ICU's own.
    ["SystemV/EST5EDT", areaAndCity],
    ["Etc/Unknown", areaAndCity],
  ])("%s", (name, hint) => {
    expect(ruleComplaints(`zone: ${JSON.stringify(name)}`)).toEqual(noZone(name, hint));
  });

  test.each([
    "Europe/Berlin",
    "America/Argentina/Buenos_Aires",
    "America/Port-au-Prince",
    "Etc/GMT+5",
    "UTC",
    // Only an alias to ICU.
    "Asia/Kolkata",
    "US/Eastern",
  ])("%s is one", (name) => {
    expect(ruleComplaints(`zone: ${name}`)).toEqual([]);
  });
});

describe("beside a type that knows no zone it is refused:", () => {
  test.each([
    ["type: date", "date"],
    ["type: timestamp(3)", "timestamp(3)"],
    ["type: text", "text"],
    ['type: "timestamp[]"', "timestamp[]"],
    ["convert: boolean", "boolean"],
    ["convert: hex", "bytea"],
    ["type: date, convert: { epoch: s }", "date"],
  ])("%s", (says, type) => {
    expect(ruleComplaints(`${says}, zone: Europe/Berlin`)).toEqual([
      `zone: a zone is for timestamptz, not for ${type}`,
    ]);
  });

  test.each(["type: timestamptz(3)", "convert: { epoch: ms }", "convert: julian", 'type: "timestamptz[]"'])(
    "but not %s",
    (says) => {
      expect(ruleComplaints(`${says}, zone: Europe/Berlin`)).toEqual([]);
    },
  );
});

test("every complaint has its line and column, wherever the rule stands", () => {
  const text = `version: 1
tables:
  t:
    columns:
      c: { zone: Europe/Paris, type: date }
    types:
      DATETIME: { zone: Europe/Pariss }
    zone: Europe/Paris
types:
  DATETIME:
    zone: 2
values: { zone: x }
`;
  expect(
    complaintsOf(text).map((line) => line.replace(/ (is no|a zone is|expected|unknown key).*/, " $1")),
  ).toEqual([
    "5:18: tables > t > columns > c > zone: a zone is",
    '7:25: tables > t > types > DATETIME > zone: "Europe/Pariss" is no',
    "8:5: tables > t: unknown key",
    "11:11: types > DATETIME > zone: expected",
    '12:17: values > zone: "x" is no',
  ]);
  expect(complaintsOf(text)[2]).toMatch(/it is for columns and declared types|stand under "columns"/);
});

test("a rule for a column, for a declared type and for all values keeps its zone", () => {
  const mapping = parseMapping(
    `version: 1
tables: { t: { columns: { a: { zone: Europe/Paris }, b: {} }, types: { X: { zone: UTC } } } }
types: { Y: { zone: Asia/Tokyo } }
values: { zone: Africa/Cairo }`,
    "my.yaml",
  );
  const [table] = mapping.tables;
  const rules = [...(table?.columns ?? []), ...(table?.types ?? []), ...mapping.types, mapping.values];
  expect(rules.map((rule) => rule?.zone)).toEqual([
    "Europe/Paris",
    null,
    "UTC",
    "Asia/Tokyo",
    "Africa/Cairo",
  ]);
});
