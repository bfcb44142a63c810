/** The mappings that come with sqlift. The program does not check them when it starts: that is done here. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { builtInMapping, builtInMappings, builtInNames, builtInText } from "../../src/mapping/built-in.js";
import { readYaml } from "../../src/mapping/document.js";
import { readMapping } from "../../src/mapping/read.js";

const folder = join(import.meta.dirname, "..", "..", "mappings");
const prepared = join(folder, "built-in.json");

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(/\.yaml$/, ""))
  .sort();
const files = Object.fromEntries(
  names.map((name) => [name, readYaml(readFileSync(join(folder, `${name}.yaml`), "utf8")).value]),
);
// Before the tests below are named by it.
if (process.env["UPDATE_MAPPINGS"] === "1")
  writeFileSync(prepared, await format(JSON.stringify(files), { parser: "json", printWidth: 110 }));

test("built-in.json is what the YAML files say (UPDATE_MAPPINGS=1 writes it anew)", () => {
  // As text, for the order of rules counts.
  expect(JSON.stringify(JSON.parse(readFileSync(prepared, "utf8")))).toBe(JSON.stringify(files));
});

test("they are the files of mappings/, by their names", () => {
  expect(builtInNames()).toEqual(names);
  expect(builtInNames().length).toBeGreaterThan(0);
  expect(builtInMappings().map(({ name }) => name)).toEqual(builtInNames());
});

test("no other name has one, and the nearest is offered", () => {
  for (const read of [builtInMapping, builtInText]) {
    expect(() => read("djagno")).toThrow(
      expect.objectContaining({ code: "mapping-not-found", hint: "Perhaps django is meant." }),
    );
    for (const name of ["../package", "README", "built-in", "constructor", "__proto__"])
      expect(() => read(name)).toThrow(expect.objectContaining({ code: "mapping-not-found" }));
  }
});

describe.each(builtInNames())("%s", (name) => {
  const path = join(folder, `${name}.yaml`);

  test("has no mistake, its file's name, and a reason", () => {
    const mapping = readMapping(path);
    expect(mapping.name).toBe(name);
    expect(mapping.because).not.toBeNull();
  });

  test("is the same, checked or not, but for its places", () => {
    const plain = (mapping: object): unknown =>
      JSON.parse(
        JSON.stringify(mapping, (key, value: unknown) =>
          key === "place" || key === "isBuiltIn" ? null : value,
        ),
      );
    expect(plain(builtInMapping(name))).toEqual(plain(readMapping(path)));
    expect(builtInMapping(name).isBuiltIn).toBe(true);
  });

  test("has rules that are called by its name", () => {
    const { tables, types, values } = builtInMapping(name);
    const rules = [...tables, ...tables.flatMap((table) => [...table.columns, ...table.types]), ...types];
    expect(new Set(rules.map(({ place }) => JSON.stringify(place)))).toEqual(
      new Set([JSON.stringify({ mapping: name, line: null })]),
    );
    // A mapping that nobody asked for has no business with every value.
    expect(values).toBeNull();
  });

  test("is recognised by tables or columns, or by its name alone", () => {
    const { recognise } = builtInMapping(name);
    if (recognise !== null) expect([...recognise.tables, ...recognise.columns]).not.toEqual([]);
  });
});
