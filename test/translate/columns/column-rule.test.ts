import { describe, expect, test } from "vitest";
import type { ColumnRule, Mapping } from "../../../src/model/mapping.js";
import { pgType, typeWords } from "../../../src/model/postgres.js";
import { timesSeen } from "../../report/finding-examples.js";
import { mappingOf, rule, tableRule } from "../mapping-of.js";
import { columnOf, findingsOf, notCarriedOf, planOf, tableOf } from "../plan-of.js";

const timestamptz = pgType("timestamp with time zone");

const saying = (says: Partial<ColumnRule>, more: Partial<Mapping> = {}): Mapping =>
  mappingOf({ tables: [tableRule("t", { columns: [rule("c", says)] })], ...more });

const planned = (declared: string, values: string, ...mappings: Mapping[]) => {
  const plan = planOf(`CREATE TABLE t (c ${declared}); INSERT INTO t (c) VALUES ${values}`, mappings);
  return { plan, column: columnOf(plan, "t", "c") };
};

describe("a person's rule", () => {
  test("decides whatever is declared, and says so with its place and reason", () => {
    const { column } = planned(
      "INTEGER",
      "(1), (2)",
      saying({ type: pgType("text"), because: "codes, not numbers" }),
    );
    expect(column).toMatchObject({
      type: pgType("text"),
      rule: { mapping: "my.yaml", line: 1 },
      because: "my.yaml:1: codes, not numbers",
    });
  });

  test("decides also against the values: they are rejected, not the rule", () => {
    const { plan, column } = planned("TEXT", "('1'), ('x')", saying({ type: pgType("bigint") }));
    expect(typeWords(column.type)).toBe("bigint");
    expect(findingsOf(plan, "rule-not-kept")).toEqual([]);
  });

  test("for a type stands, whatever texts would be bytes", () => {
    const { column } = planned(
      "TEXT",
      "(CAST(x'ff' AS TEXT))",
      saying({ type: pgType("text"), policy: { invalidUtf8: "bytea" } }),
    );
    expect(typeWords(column.type)).toBe("text");
  });

  test("for a time takes the unit that the numbers tell", () => {
    const { plan, column } = planned("INTEGER", "(1600000000000)", saying({ type: timestamptz }));
    expect(column).toMatchObject({ type: timestamptz, unit: "milliseconds" });
    expect(findingsOf(plan, "time-unit-missing")).toEqual([]);
  });

  test("for a time blocks where they tell none", () => {
    const { plan, column } = planned("INTEGER", "(1600000000000), (5)", saying({ type: timestamptz }));
    expect(column).toMatchObject({ type: timestamptz, unit: null });
    expect(findingsOf(plan, "time-unit-missing")).toEqual([
      {
        kind: "time-unit-missing",
        at: { table: "t", column: "c" },
        type: "timestamptz",
        rule: { mapping: "my.yaml", line: 1 },
        seen: timesSeen({ milliseconds: 1, small: 1 }),
      },
    ]);
  });

  test("gives a unit that the numbers alone would not", () => {
    const { plan, column } = planned(
      "INTEGER",
      "(1600000000000), (5)",
      saying({ type: timestamptz, unit: "milliseconds" }),
    );
    expect(column).toMatchObject({ type: timestamptz, unit: "milliseconds" });
    expect(findingsOf(plan, "time-unit-missing")).toEqual([]);
  });

  test("is not overruled by a foreign key's wish for equal types", () => {
    const plan = planOf(
      `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (c TEXT REFERENCES p (id));
       INSERT INTO p VALUES (1); INSERT INTO t VALUES ('1')`,
      [saying({ type: pgType("text") })],
    );
    expect(typeWords(columnOf(plan, "t", "c").type)).toBe("text");
    expect(notCarriedOf(plan)).toEqual(["foreign key t (c)"]);
  });

  test("makes no identity of a key that is no whole number any more", () => {
    const plan = planOf("CREATE TABLE t (c INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)", [
      saying({ type: pgType("text") }),
    ]);
    expect(columnOf(plan, "t", "c")).toMatchObject({ identity: null, notNull: true });
    expect(tableOf(plan, "t").primaryKey?.columns).toEqual(["c"]);
  });
});

describe("a built-in rule", () => {
  const builtIn = (says: Partial<ColumnRule>): Mapping =>
    mappingOf({
      name: "orm",
      isBuiltIn: true,
      tables: [tableRule("*", { columns: [rule("*", { ...says, place: { mapping: "orm", line: null } })] })],
    });

  test("decides where all values agree", () => {
    const { plan, column } = planned("TEXT", `('{"a":1}'), (NULL)`, builtIn({ type: pgType("jsonb") }));
    expect(column).toMatchObject({ type: pgType("jsonb"), because: "mapping orm" });
    expect(findingsOf(plan, "rule-not-kept")).toEqual([]);
  });

  test("gives way where one does not, and that is said", () => {
    const { plan, column } = planned("TEXT", `('{"a":1}'), ('{')`, builtIn({ type: pgType("jsonb") }));
    expect(column).toMatchObject({ type: pgType("text"), rule: null });
    expect(findingsOf(plan, "rule-not-kept")).toMatchObject([
      {
        rule: { mapping: "orm", line: null },
        offer: { type: "jsonb", unit: null, policy: {}, rejected: 1 },
        type: "text",
        values: 1,
        first: { value: "'{'" },
      },
    ]);
  });

  test("gives way to numbers that clearly count another unit", () => {
    const { plan, column } = planned(
      "DATETIME",
      "(1600000000)",
      builtIn({ type: timestamptz, unit: "milliseconds" }),
    );
    expect(column).toMatchObject({ unit: "seconds", rule: null });
    expect(findingsOf(plan, "rule-not-kept")).toMatchObject([
      {
        offer: { type: "timestamptz", unit: "milliseconds", rejected: null },
        type: "timestamptz",
        values: 0,
      },
    ]);
  });

  test("settles numbers that leave it open", () => {
    const { column } = planned(
      "DATETIME",
      "(1600000000000), (5)",
      builtIn({ type: timestamptz, unit: "milliseconds" }),
    );
    expect(column).toMatchObject({ type: timestamptz, unit: "milliseconds" });
  });

  test.each(["uuid", "text"] as const)("%s makes way for bytes, where somebody asks for them", (name) => {
    const bytes = saying({ policy: { invalidUtf8: "bytea" } });
    const orm = builtIn({ type: pgType(name) });
    const { plan, column } = planned("TEXT", "(CAST(x'ff' AS TEXT))", orm, bytes);
    expect(column).toMatchObject({
      type: pgType("bytea"),
      rule: null,
      because: "invalid-utf8: bytea; it holds text that is no UTF-8",
    });
    expect(plan.findings.filter(({ kind }) => kind !== "values-converted")).toEqual([]);
    expect(planned("TEXT", "('ordinary')", builtIn({ type: pgType("text") }), bytes).column).toMatchObject({
      type: pgType("text"),
      rule: { mapping: "orm", line: null },
    });
  });

  test("waits for the encoders where the values were not counted", () => {
    const { column } = planned("TEXT", "('127.0.0.1')", builtIn({ type: pgType("inet") }));
    expect(typeWords(column.type)).toBe("inet");
  });
});

describe("what is left out", () => {
  const source = `CREATE TABLE p (id INTEGER PRIMARY KEY, secret TEXT UNIQUE, note TEXT);
    CREATE TABLE t (c INTEGER REFERENCES p (id)); CREATE INDEX by_secret ON p (secret, note)`;

  test("of a table: the column, and what stands on it, each with its reason", () => {
    const plan = planOf(source, [
      mappingOf({
        tables: [tableRule("p", { columns: [rule("secret", { skip: true, because: "not ours" })] })],
      }),
    ]);
    expect(tableOf(plan, "p").columns.map(({ source: name }) => name)).toEqual(["id", "note"]);
    expect(plan.notCarried.map(({ type, name, reason }) => [type, name, reason])).toEqual([
      ["column", "p.secret", "skipped by my.yaml:1: not ours"],
      ["unique", "p UNIQUE (secret)", "a column of it is not carried over"],
      ["index", "by_secret", "a column of it is not carried over"],
    ]);
  });

  test("of a table all columns: the table", () => {
    const plan = planOf("CREATE TABLE p (a, b); CREATE TABLE q (a)", [
      mappingOf({ tables: [tableRule("p", { columns: [rule("*", { skip: true })] })] }),
    ]);
    expect(plan.tables.map(({ source: name }) => name)).toEqual(["q"]);
    expect(plan.notCarried.map(({ type, name, reason }) => [type, name, reason])).toEqual([
      ["table", "p", "all its columns are skipped"],
    ]);
  });

  test("of a file: the table, and the foreign keys that point at it", () => {
    const plan = planOf(source, [mappingOf({ tables: [tableRule("P", { skip: true })] })]);
    expect(plan.tables.map(({ source: name }) => name)).toEqual(["t"]);
    expect(notCarriedOf(plan)).toEqual(["table p", "foreign key t (c)"]);
  });
});

describe("other names", () => {
  test("reach keys, indexes and foreign keys", () => {
    const plan = planOf(
      `CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT UNIQUE); CREATE INDEX i ON p (a, id);
       CREATE TABLE t (c INTEGER REFERENCES p (id))`,
      [
        mappingOf({
          tables: [
            tableRule("p", {
              rename: "parent",
              columns: [rule("id", { rename: "key" }), rule("a", { rename: "word" })],
            }),
          ],
        }),
      ],
    );
    const parent = tableOf(plan, "p");
    expect(parent).toMatchObject({
      target: "parent",
      primaryKey: { name: "parent_pkey", columns: ["key"] },
      uniques: [{ name: "parent_word_key", columns: ["word"] }],
    });
    expect(parent.indexes[0]?.terms.map(({ column }) => column)).toEqual(["word", "key"]);
    expect(columnOf(plan, "p", "id").identity?.sequence).toBe("parent_key_seq");
    expect(tableOf(plan, "t").foreignKeys).toMatchObject([{ parentTable: "parent", parentColumns: ["key"] }]);
    expect(findingsOf(plan, "name-changed")).toEqual([]);
  });

  test("that cannot stay are told like all others", () => {
    const plan = planOf("CREATE TABLE p (id); CREATE TABLE t (c)", [
      mappingOf({ tables: [tableRule("p", { rename: "t" })] }),
    ]);
    expect(findingsOf(plan, "name-changed")).toMatchObject([{ from: "t", to: "t_2", why: "collision" }]);
  });
});
