/** docs/mapping.md against the schema: every key is told, and every example is read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { typesOf } from "../../src/mapping/conversion.js";
import { parseMapping } from "../../src/mapping/read.js";
import {
  columnRule,
  conversions,
  epochs,
  mappingFile,
  tableRule,
  valuesRule,
} from "../../src/mapping/schema.js";
import { readType } from "../../src/mapping/type-words.js";
import { complaintsOf } from "./complaints.js";

const root = join(import.meta.dirname, "..", "..");
const text = readFileSync(join(root, "docs", "mapping.md"), "utf8");

/** The rows of the first table under a heading, as cells. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const section = text.split(new RegExp(`^#+ ${heading}$`, "m"))[1]?.split(/^#+ /m)[0] ?? "";
  const rows = section.match(/^\|.*\|$/gm)?.slice(2) ?? [];
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
};
const code = (cell: string): string => /^`(.*)`$/.exec(cell)?.[1] ?? "";
const words = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? "");

const places: readonly [heading: string, keys: readonly string[], around: (example: string) => string][] = [
  ["The file", Object.keys(mappingFile.shape), (it) => (it.startsWith("version") ? it : `version: 1\n${it}`)],
  ["A table", Object.keys(tableRule.shape), (it) => `version: 1\ntables: { t: { ${it} } }`],
  [
    "A column, or a declared type",
    Object.keys(columnRule.shape),
    (it) => `version: 1\ntables: { t: { columns: { c: { ${it} } } } }`,
  ],
];

describe.each(places)("the table under '%s'", (heading, keys, around) => {
  const rows = rowsUnder(heading);

  test("has every key, and no other", () => {
    expect(rows.map(([key = ""]) => code(key)).sort()).toEqual([...keys].sort());
  });

  test.each(rows.map(([key = "", example = ""]) => [code(key), code(example)]))(
    "has an example of %s: %s",
    (key, example) => {
      expect(example.startsWith(`${key}: `)).toBe(true);
      expect(complaintsOf(around(example))).toEqual([]);
    },
  );
});

test("the keys of `values` are those from `zone` on", () => {
  const keys = rowsUnder("A column, or a declared type").map(([key = ""]) => code(key));
  expect(keys.slice(keys.indexOf("zone"))).toEqual(Object.keys(valuesRule.shape));
});

test.each(["docs/mapping.md", "README.md"])("every YAML example of %s is a mapping", (name) => {
  const blocks = [...readFileSync(join(root, name), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```/gm)];
  for (const [, block = ""] of blocks)
    expect(parseMapping(block, "example").tables.length).toBeGreaterThan(0);
  expect(blocks.length).toBeGreaterThan(0);
});

test("every type that is named is one", () => {
  const named = rowsUnder("type").flatMap((row) => row.flatMap(words));
  expect(named.filter((each) => readType(each).kind === "refused")).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

test("every conversion is told, with what it makes", () => {
  const rows = rowsUnder("convert");
  const told = rows.flatMap(([names = ""]) => words(names));
  expect(told.sort()).toEqual([...conversions, "{ epoch: s }"].sort());
  for (const epoch of epochs) expect(words(rows.map((row) => row.join()).join()).join()).toContain(epoch);
  for (const [names = "", , makes = "", or = ""] of rows)
    for (const name of words(names)) {
      const made = words(`${makes} ${or}`.replace("numeric(p,s)", "numeric"));
      const types = made
        .map((each) => readType(each))
        .map((read) => (read.kind === "type" ? read.type.name : null));
      const convert =
        name === "{ epoch: s }" ? { epoch: "s" as const } : (name as (typeof conversions)[number]);
      expect([...new Set(types)]).toEqual(typesOf(convert));
    }
});
