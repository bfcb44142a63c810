/** schemas/mapping.schema.json, which editors read, is made from the schema that the program checks by. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { format } from "prettier";
import { expect, test } from "vitest";
import { z } from "zod";
import { columnRule, mappingFile, tableRule, typeRule, valuesRule } from "../../src/mapping/schema.js";

const path = join(import.meta.dirname, "..", "..", "schemas", "mapping.schema.json");
const made = z.toJSONSchema(mappingFile, { io: "input", target: "draft-7" });

test("it is what zod makes of src/mapping/schema.ts (UPDATE_SCHEMA=1 writes it anew)", async () => {
  if (process.env["UPDATE_SCHEMA"] === "1")
    writeFileSync(path, await format(JSON.stringify(made), { parser: "json", printWidth: 110 }));
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(made)));
});

test.each(Object.entries({ mappingFile, tableRule, columnRule, typeRule, valuesRule }))(
  "every key of %s has a description for editors",
  (_, { shape }) => {
    const { properties } = z.toJSONSchema(z.object(shape), { io: "input", target: "draft-7" });
    const silent = Object.entries(properties ?? {}).filter(
      ([, schema]) =>
        !JSON.stringify(schema).includes('"description"') && !JSON.stringify(schema).includes('"$ref"'),
    );
    expect(silent).toEqual([]);
  },
);

test("an editor that reads it takes any table and column, and tells unknown keys", () => {
  const accepts = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(path, "utf8")) as object);
  const columns = { "is_*": { type: "boolean", true: ["yes"], "out-of-range": null }, "": null };
  expect(accepts({ version: 1, tables: { "Ünï 'x'": { columns } }, types: null })).toBe(true);
  expect(accepts({ version: 1, tables: { t: { colums: {} } } })).toBe(false);
  expect(accepts({ version: 2 })).toBe(false);
  expect(accepts({ version: 1, values: { type: "text" } })).toBe(false);
});
