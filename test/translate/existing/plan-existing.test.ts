import { describe, expect, test } from "vitest";
import { introspect } from "../../../src/export/introspect.js";
import { typeWords } from "../../../src/model/postgres.js";
import type { ExistingColumn } from "../../../src/translate/columns/existing-type.js";
import { matchExisting } from "../../../src/translate/existing/match.js";
import {
  existingMeanings,
  planForExisting,
  type ExistingPlan,
} from "../../../src/translate/existing/plan-existing.js";
import { Rules } from "../../../src/translate/rules/rules.js";
import type { Mapping } from "../../../src/model/mapping.js";
import { openMemory, profilesOf, readersOf, sourceOf } from "../plan-of.js";

/** `t.a bigint` */
const columnsOf = (...lines: readonly string[]): readonly ExistingColumn[] =>
  lines.map((line) => {
    const [, table = "", column = "", type = ""] = /^(.*?)\.(\S+) (.*)$/.exec(line) ?? [];
    return { table, column, type, labels: null, isCitext: false };
  });

function planAgainst(
  sql: string,
  columns: readonly ExistingColumn[],
  mappings: readonly Mapping[] = [],
): ExistingPlan {
  const database = openMemory(sql);
  try {
    const source = sourceOf(database);
    const schema = introspect(source);
    const matching = matchExisting(schema, columns, new Rules(mappings));
    const matched = { ...schema, tables: matching.tables.map(({ table }) => table) };
    const profiles = profilesOf(source, matched, ({ name }) =>
      existingMeanings(matching.tables.find(({ table }) => table.name === name)!),
    );
    const planSource = { file: "memory.db", bytes: 0, encoding: schema.encoding, fingerprint: "" };
    return planForExisting({
      source: planSource,
      matching,
      readers: readersOf(matched),
      profiles,
      mappings: [],
      targetSchema: "here",
      serverVersion: 18,
    });
  } finally {
    database.close();
  }
}

const reasons = (existing: ExistingPlan): readonly (readonly [string, string | null])[] =>
  existing.verdicts.map(({ source, reason }) => [source, reason] as const);

/** The types that a table's columns are compared as, with their units. */
const compared = (existing: ExistingPlan, table = "t"): readonly string[] =>
  existing.plan.tables
    .filter(({ source }) => source === table)
    .flatMap(({ columns }) =>
      columns.map(({ type, unit }) => typeWords(type) + (unit === null ? "" : ` in ${unit}`)),
    );

describe("a table that cannot be compared", () => {
  test("has a column that the target has not", () => {
    const existing = planAgainst(
      "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, 4)",
      columnsOf("t.a bigint"),
    );
    expect(existing.plan.tables).toEqual([]);
    expect(existing.verdicts).toEqual([
      {
        source: "t",
        target: "t",
        verdict: "unproven",
        sourceRows: 2,
        targetRows: null,
        rejected: 0,
        sourceDigest: null,
        targetDigest: null,
        differences: null,
        reader: null,
        method: null,
        notCompared: [],
        aggregates: null,
        reason: "the target's table has no column b",
        asked: false,
      },
    ]);
  });

  test("has two columns that may be meant", () => {
    const targets = columnsOf("t.user_id bigint", "t.UserId bigint");
    expect(reasons(planAgainst('CREATE TABLE t ("user id")', targets))).toEqual([
      ["t", "column user id: the target has user_id, UserId, and which is meant nobody says"],
    ]);
  });

  test("has two tables that may be meant", () => {
    const targets = columnsOf("T.a bigint", "t_.a bigint");
    expect(reasons(planAgainst("CREATE TABLE t (a)", targets))).toEqual([]);
    const both = columnsOf("user_posts.a bigint", "UserPosts.a bigint");
    expect(reasons(planAgainst('CREATE TABLE "User Posts" (a)', both))).toEqual([
      [
        "User Posts",
        "table User Posts: the target has user_posts, UserPosts, and which is meant nobody says",
      ],
    ]);
  });

  test.each([
    [
      "seconds and milliseconds",
      "1600000000), (1600000000000",
      /unclear \(1 in seconds since 1970, 1 in milliseconds since 1970\)/,
    ],
    ["zeros", "0), (0", /unclear \(2 at zero\)/],
    ["Core Data's seconds", "600000000), (700000000", /or seconds since 2001/],
  ])("has %s where the target has times", (_, values, reason) => {
    for (const type of ["timestamp with time zone", "timestamp without time zone", "date"]) {
      const [verdict] = planAgainst(
        `CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (${values})`,
        columnsOf(`t.a ${type}`),
      ).verdicts;
      expect(verdict?.reason).toMatch(reason);
    }
  });
});

describe("a table that can be compared", () => {
  test.each([
    ["smallint", "smallint"],
    ["real", "real"],
    ["numeric(10,2)", "numeric(10,2)"],
    ["character varying(30)", "varchar(30)"],
    ["character(3)", "char(3)"],
    ["time(3) without time zone", "time(3)"],
    ["timestamp(6) with time zone", "timestamptz(6)"],
    ["timestamp without time zone", "timestamp"],
    ["inet", "inet"],
    ["integer[]", "integer[]"],
    ["bit(8)", "bit(8)"],
  ])("%s is compared as %s, whatever SQLite declares", (type, as) => {
    const existing = planAgainst("CREATE TABLE t (a TEXT)", columnsOf(`t.a ${type}`));
    expect(compared(existing)).toEqual([as]);
    expect(existing.verdicts).toEqual([]);
    expect(existing.plan.tables[0]?.columns[0]?.because).toBe(`${type} in the target`);
  });

  test("has its times in the unit of its numbers, though they are declared INTEGER", () => {
    const existing = planAgainst(
      "CREATE TABLE t (a INTEGER, b BIGINT, c TEXT, d REAL); INSERT INTO t VALUES (1600000000, 1600000000000, '2024-01-01', 2459000.5)",
      columnsOf(
        "t.a timestamp with time zone",
        "t.b date",
        "t.c timestamp with time zone",
        "t.d timestamp without time zone",
      ),
    );
    expect(compared(existing)).toEqual([
      "timestamptz in seconds",
      "date in milliseconds",
      "timestamptz",
      "timestamp in julian",
    ]);
  });

  test("has no unit where the target keeps the numbers", () => {
    const existing = planAgainst(
      "CREATE TABLE t (a DATETIME); INSERT INTO t VALUES (1600000000), (1600000000000)",
      columnsOf("t.a bigint"),
    );
    expect(compared(existing)).toEqual(["bigint"]);
  });

  test("may have more columns in the target, in another order", () => {
    const existing = planAgainst(
      "CREATE TABLE t (a, b)",
      columnsOf("t.id bigint", "t.b text", "t.extra inet", "t.a boolean"),
    );
    expect(compared(existing)).toEqual(["boolean", "text"]);
  });

  test("does not need a virtual column, but a stored one", () => {
    const sql = "CREATE TABLE t (a, v AS (a), s AS (a) STORED)";
    expect(compared(planAgainst(sql, columnsOf("t.a text", "t.s text")))).toEqual(["text", "text"]);
    expect(reasons(planAgainst(sql, columnsOf("t.a text", "t.v text")))).toEqual([
      ["t", "the target's table has no column s"],
    ]);
  });

  test("is planned bare: nothing of it is made", () => {
    const { plan } = planAgainst(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a NOT NULL DEFAULT 1 UNIQUE); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT 1",
      columnsOf("t.id integer", "t.a text"),
    );
    expect(plan).toMatchObject({ schema: "here", notCarried: [], findings: [] });
    // The key tells rows apart that differ.
    const primaryKey = { name: "t_pkey", columns: ["id"] };
    expect(plan.tables[0]).toMatchObject({ primaryKey, uniques: [], indexes: [], foreignKeys: [] });
    for (const column of plan.tables[0]?.columns ?? [])
      expect(column).toMatchObject({ notNull: false, defaultSql: null, identity: null });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

test("a table that the target has not is planned, for the comparison to miss", () => {
  const existing = planAgainst(
    "CREATE TABLE t (a INTEGER, b); CREATE TABLE u (c)",
    columnsOf("u.c text", "tt.a text"),
  );
  expect(existing.verdicts).toEqual([]);
  expect(existing.plan.tables.map((table) => table.target)).toEqual(["t", "u"]);
  expect(existing.plan.tables[0]?.columns.map((column) => column.because)).toEqual([
    "not in the target",
    "not in the target",
  ]);
});

test("a file without tables has nothing to compare, and that is said", () => {
  const existing = planAgainst("CREATE VIEW v AS SELECT 1", columnsOf("v.a text"));
  expect(existing.plan.tables).toEqual([]);
  expect(existing.plan.findings).toEqual([{ kind: "nothing-to-move", at: { table: null } }]);
});

describe("existingMeanings", () => {
  test("are those of the target's types, and of the declaration where it has none", () => {
    const database = openMemory("CREATE TABLE t (a INTEGER, b TEXT, c DATETIME, d JSON)");
    const schema = introspect(sourceOf(database));
    database.close();
    const columns = columnsOf("t.a timestamp with time zone", "t.b uuid", "t.d inet", "u.c text");
    const [matched] = matchExisting(schema, columns, new Rules([])).tables;
    expect(existingMeanings(matched!)).toEqual([
      { name: "a", meaning: "timestamp" },
      { name: "b", meaning: "uuid" },
      { name: "c", meaning: "timestamp" },
      { name: "d", meaning: "text" },
    ]);
  });
});
