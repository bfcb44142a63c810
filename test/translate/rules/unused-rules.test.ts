import { describe, expect, test } from "vitest";
import type { Mapping } from "../../../src/model/mapping.js";
import type { SqliteTable } from "../../../src/model/sqlite.js";
import { unusedRules } from "../../../src/translate/rules/unused-rules.js";
import { mappingOf, rule, tableRule } from "../mapping-of.js";

const table = (name: string, ...columns: readonly [name: string, declaredType: string][]): SqliteTable =>
  ({
    name,
    columns: columns.map(([column, declaredType]) => ({ name: column, declaredType })),
  }) as unknown as SqliteTable;
const tables = [
  table("Person", ["id", "INTEGER"], ["email", "TEXT"], ["born", "DATETIME"]),
  table("pet", ["id", "INTEGER"], ["weight", "DECIMAL ( 5,2)"]),
];
const unusedOf = (says: Partial<Mapping>) =>
  unusedRules({ encoding: "UTF-8", tables, objects: [] }, [mappingOf(says)]).map((finding) =>
    finding.kind === "rule-unused" ? [finding.pattern, finding.nearest] : [],
  );

describe("a rule is unused", () => {
  test.each<[what: string, says: Partial<Mapping>, pattern: string, nearest: string | null]>([
    ["of a table that is not there", { tables: [tableRule("persons")] }, "persons", "Person"],
    ["of a table that nothing is like", { tables: [tableRule("invoices")] }, "invoices", null],
    ["of tables by a pattern", { tables: [tableRule("persn*")] }, "persn*", null],
    [
      "of a column that is not there",
      { tables: [tableRule("person", { columns: [rule("emial")] })] },
      "emial",
      "email",
    ],
    [
      "of a column that only another table has",
      { tables: [tableRule("pet", { columns: [rule("email")] })] },
      "email",
      null,
    ],
    ["of a declared type", { types: [rule("DATETIM")] }, "DATETIM", "DATETIME"],
    [
      "of a declared type that only another table has",
      { tables: [tableRule("pet", { types: [rule("datetime")] })] },
      "datetime",
      null,
    ],
  ])("%s", (_, says, pattern, nearest) => {
    expect(unusedOf(says)).toEqual([[pattern, nearest]]);
  });

  test("once, where its table is not there", () => {
    expect(
      unusedOf({ tables: [tableRule("persn", { columns: [rule("a"), rule("b")], types: [rule("c")] })] }),
    ).toEqual([["persn", "Person"]]);
  });

  test("and is told with its place", () => {
    const place = { mapping: "my.yaml", line: 7 };
    expect(
      unusedRules({ encoding: "UTF-8", tables, objects: [] }, [
        mappingOf({ types: [rule("GUID", { place })] }),
      ]),
    ).toEqual([{ kind: "rule-unused", at: { table: null }, rule: place, pattern: "GUID", nearest: null }]);
  });
});

describe("a rule is used", () => {
  test.each<[what: string, says: Partial<Mapping>]>([
    ["by a table in another case", { tables: [tableRule("PERSON")] }],
    [
      "by one of the tables that its pattern fits",
      { tables: [tableRule("p*", { columns: [rule("w*")], types: [rule("DATE*")] })] },
    ],
    ["by a declared type with other white space", { types: [rule("decimal ( 5,2)")] }],
    ["though it is for all values", { values: rule("*") }],
    ["or passed over, where it came with sqlift", { isBuiltIn: true, tables: [tableRule("sessions")] }],
  ])("%s", (_, says) => {
    expect(unusedOf(says)).toEqual([]);
  });
});
