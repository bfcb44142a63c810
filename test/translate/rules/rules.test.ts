import { describe, expect, test } from "vitest";
import type { Mapping } from "../../../src/model/mapping.js";
import { pgType } from "../../../src/model/postgres.js";
import type { SqliteColumn, SqliteTable } from "../../../src/model/sqlite.js";
import { Rules } from "../../../src/translate/rules/rules.js";
import { mappingOf, rule, tableRule } from "../mapping-of.js";

const column: SqliteColumn = {
  name: "Seen",
  declaredType: "  DATETIME \n (6) ",
  affinity: "NUMERIC",
  notNull: false,
  defaultSql: null,
  generated: "no",
};
const table = { name: "Person", columns: [column] } as unknown as SqliteTable;

const choiceOf = (...mappings: readonly Mapping[]) => new Rules(mappings).column(table, column);
const typeOf = (...mappings: readonly Mapping[]) => choiceOf(...mappings).type?.value.name ?? null;

const text = { type: pgType("text") };
const uuid = { type: pgType("uuid") };
const date = { type: pgType("date") };

describe("nothing", () => {
  test("is what no mapping says, and what rules for others say", () => {
    const nothing = {
      skip: null,
      rename: null,
      type: null,
      unit: null,
      decode: null,
      zone: null,
      policy: {},
      bytesIfInvalid: false,
      nocase: "index",
    };
    expect(choiceOf()).toEqual(nothing);
    expect(
      choiceOf(
        mappingOf({
          tables: [
            tableRule("people", { columns: [rule("seen", text)] }),
            tableRule("person", { columns: [rule("see", text)], types: [rule("DATE", text)] }),
          ],
          types: [rule("TIMESTAMP", text)],
        }),
      ),
    ).toEqual(nothing);
  });

  test("is lost of a rule by another that says nothing of it", () => {
    const choice = choiceOf(
      mappingOf({
        types: [rule("DATETIME (6)", { type: pgType("timestamp with time zone"), unit: "milliseconds" })],
      }),
      mappingOf({ tables: [tableRule("person", { columns: [rule("seen", { rename: "seen_at" })] })] }),
    );
    expect(choice).toMatchObject({ rename: "seen_at", unit: "milliseconds" });
    expect(choice.type?.value.name).toBe("timestamp with time zone");
  });
});

describe("what counts more", () => {
  const byType = [rule("datetime*", text)];
  test.each<[string, Partial<Mapping>, string]>([
    [
      "a declared type in any case, its white space as single blanks",
      { types: [rule("datetime (6)", text)] },
      "text",
    ],
    [
      "an exact declared type than a pattern",
      { types: [rule("datetime (6)", uuid), rule("d*", text)] },
      "uuid",
    ],
    [
      "the table's declared types than the file's",
      { types: [rule("datetime (6)", text)], tables: [tableRule("*", { types: [rule("*", uuid)] })] },
      "uuid",
    ],
    [
      "a column's pattern than declared types",
      { types: byType, tables: [tableRule("p*", { columns: [rule("s*", uuid)], types: byType })] },
      "uuid",
    ],
    [
      "an exact column than a pattern",
      { tables: [tableRule("person", { columns: [rule("seen", date), rule("s*", uuid)] })] },
      "date",
    ],
    [
      "an exact table than a pattern",
      {
        tables: [
          tableRule("person", { columns: [rule("seen", date)] }),
          tableRule("pers*", { columns: [rule("seen", uuid)] }),
        ],
      },
      "date",
    ],
    [
      "the later of two equals",
      {
        tables: [
          tableRule("p*", { columns: [rule("seen", date)] }),
          tableRule("*n", { columns: [rule("seen", uuid)] }),
        ],
      },
      "uuid",
    ],
  ])("%s", (_words, says, type) => {
    expect(typeOf(mappingOf({ values: rule("*", { policy: { nul: "strip" } }), ...says }))).toBe(type);
  });

  test("a later mapping than the most exact rule of an earlier one", () => {
    const exact = mappingOf({ tables: [tableRule("person", { columns: [rule("seen", date)] })] });
    expect(typeOf(exact, mappingOf({ types: [rule("*", uuid)] }))).toBe("uuid");
    expect(typeOf(mappingOf({ types: [rule("*", uuid)] }), exact)).toBe("date");
  });

  test("a type takes no unit from another rule", () => {
    const numbers = mappingOf({ types: [rule("*", { ...date, unit: "seconds" })] });
    expect(
      choiceOf(numbers, mappingOf({ types: [rule("*", { type: pgType("timestamp with time zone") })] })).unit,
    ).toBeNull();
  });
});

describe("policies", () => {
  test("are gathered key by key, the last word counts", () => {
    const choice = choiceOf(
      mappingOf({ values: rule("*", { policy: { nul: "strip", invalidUtf8: "replace", empty: "null" } }) }),
      mappingOf({ types: [rule("*", { policy: { nul: "replace", empty: "reject" } })] }),
    );
    expect(choice.policy).toEqual({ nul: "replace", invalidUtf8: "replace" });
  });

  test("of text that is no UTF-8 may be bytes, until taken back", () => {
    const bytes = mappingOf({ values: rule("*", { policy: { invalidUtf8: "bytea" } }) });
    expect(choiceOf(bytes)).toMatchObject({ bytesIfInvalid: true, policy: {} });
    const back = mappingOf({ values: rule("*", { policy: { invalidUtf8: "reject" } }) });
    expect(choiceOf(bytes, back)).toMatchObject({ bytesIfInvalid: false, policy: {} });
  });
});

describe("of a table", () => {
  test("skip is taken back by `skip: false`, and gives the mapping's reason where it has none", () => {
    const skips = mappingOf({ because: "all rules do", tables: [tableRule("*", { skip: true })] });
    expect(new Rules([skips]).table("Person").skip).toEqual({
      value: true,
      place: { mapping: "my.yaml", line: 1 },
      because: "all rules do",
      isBuiltIn: false,
    });
    const keeps = mappingOf({ tables: [tableRule("person", { skip: false })] });
    expect(new Rules([skips, keeps]).table("Person").skip).toBeNull();
    expect(new Rules([skips, keeps]).table("other").skip).not.toBeNull();
  });

  test("a name is the last one given", () => {
    const first = mappingOf({ tables: [tableRule("person", { rename: "people" })] });
    const second = mappingOf({ tables: [tableRule("per*", { rename: "humans" })] });
    expect(new Rules([first, second]).table("person").rename).toBe("humans");
    expect(new Rules([first]).table("persons").rename).toBeNull();
  });
});
