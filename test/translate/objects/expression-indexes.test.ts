/** Indexes that are more than columns: both engines refuse the same duplicates, and PostgreSQL really has the index. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BothEngines, type Row } from "../both-engines.js";
import { saying } from "../mapping-of.js";
import { findingsOf, planOf, tableOf } from "../plan-of.js";

/** A table `$t`, its rows, those to be tried, and PostgreSQL's definitions of its indexes, from USING on. */
type Case = readonly [title: string, sql: string, rows: readonly Row[], indexes: readonly string[]];

const cases: readonly Case[] = [
  [
    "a partial unique index",
    "CREATE TABLE $t (email TEXT, gone INT); CREATE UNIQUE INDEX $t_i ON $t (email) WHERE gone = 0",
    [
      ["a", 0],
      ["a", 0],
      ["a", 1],
      ["a", 1],
      [null, 0],
      [null, 0],
      ["a", null],
    ],
    ["btree (email) WHERE (gone = 0)"],
  ],
  [
    "a partial one of texts, as PocketBase has it",
    "CREATE TABLE $t (email TEXT NOT NULL DEFAULT ''); CREATE UNIQUE INDEX $t_i ON $t (email) WHERE email != ''",
    [[""], [""], ["a"], ["a"]],
    ["btree (email) WHERE (email <> ''::text)"],
  ],
  [
    "a partial one of a boolean",
    "CREATE TABLE $t (owner INT, main BOOLEAN NOT NULL); CREATE UNIQUE INDEX $t_i ON $t (owner) WHERE main",
    [
      [1, 1],
      [1, 0],
      [1, 0],
      [1, 1],
      [2, 1],
    ],
    ["btree (owner) WHERE main"],
  ],
  [
    "a partial one of what is not NULL",
    "CREATE TABLE $t (a INT, b INT); CREATE UNIQUE INDEX $t_i ON $t (a) WHERE b IS NOT NULL AND a IN (1, 2)",
    [
      [1, null],
      [1, null],
      [1, 1],
      [1, 2],
      [3, 1],
      [3, 1],
    ],
    ["btree (a) WHERE ((b IS NOT NULL) AND (a = ANY (ARRAY[(1)::bigint, (2)::bigint])))"],
  ],
  [
    "lower()",
    "CREATE TABLE $t (name TEXT); CREATE UNIQUE INDEX $t_i ON $t (lower(name))",
    [["Bob"], ["BOB"], ["É"], ["é"], [null], [null]],
    [`btree (lower((name COLLATE "C")))`],
  ],
  [
    "two times of different units",
    `CREATE TABLE $t (s TIMESTAMP, ms DATETIME); CREATE UNIQUE INDEX $t_i ON $t (ms - s) WHERE ms > s;
     INSERT INTO $t VALUES (1700000000, 1700000000000)`,
    [
      [1_700_000_001, 1_700_000_001_000n],
      [1_700_000_001, 1_700_000_001_000n],
      [1_700_000_002, 1_700_000_002_500n],
    ],
    [
      "btree (((((EXTRACT(epoch FROM (ms AT TIME ZONE 'UTC'::text)) * (1000)::numeric))::bigint - (EXTRACT(epoch FROM (s AT TIME ZONE 'UTC'::text)))::bigint))) WHERE (((EXTRACT(epoch FROM (ms AT TIME ZONE 'UTC'::text)) * (1000)::numeric))::bigint > (EXTRACT(epoch FROM (s AT TIME ZONE 'UTC'::text)))::bigint)",
    ],
  ],
  [
    "what is the same in every row, which lets one row in",
    "CREATE TABLE $t (a INT); CREATE UNIQUE INDEX $t_i ON $t (CAST('only' AS TEXT) DESC)",
    [[1], [2], [null]],
    ["btree (('only'::text) DESC)"],
  ],
  [
    "NULL, which lets all in",
    "CREATE TABLE $t (a INT); CREATE UNIQUE INDEX $t_i ON $t (NULL, nullif(a, a))",
    [[1], [1], [null]],
    [],
  ],
  [
    "the bytes of a text",
    "CREATE TABLE $t (a TEXT); CREATE UNIQUE INDEX $t_i ON $t (hex(a)) WHERE CAST(a AS BLOB) <> x'5c'",
    [["\\"], ["\\"], ["\\x41"], ["\\x41"], ["é"], ["é"]],
    [
      "btree (COALESCE(upper(encode((replace(a, '\\'::text, '\\\\'::text))::bytea, 'hex'::text)), ''::text)) WHERE ((replace(a, '\\'::text, '\\\\'::text))::bytea <> '\\x5c'::bytea)",
    ],
  ],
  [
    "an expression beside a column, descending",
    "CREATE TABLE $t (a INT, b INT, c TEXT); CREATE UNIQUE INDEX $t_i ON $t (a + b DESC, c)",
    [
      [1, 2, "x"],
      [2, 1, "x"],
      [2, 1, "y"],
      [null, 1, "x"],
      [null, 1, "x"],
    ],
    ["btree (((a + b)) DESC, c)"],
  ],
  [
    "coalesce(), to make NULLs equal",
    "CREATE TABLE $t (a INT, b INT); CREATE UNIQUE INDEX $t_i ON $t (a, coalesce(b, 0))",
    [
      [1, null],
      [1, null],
      [1, 0],
      [1, 1],
    ],
    ["btree (a, COALESCE(b, (0)::bigint))"],
  ],
  [
    "NOCASE of the column",
    "CREATE TABLE $t (name TEXT COLLATE NOCASE UNIQUE)",
    [["Alice"], ["ALICE"], ["alicé"], ["ALICÉ"], [null], [null]],
    [`btree (lower((name COLLATE "C")))`],
  ],
  [
    "NOCASE of the index",
    "CREATE TABLE $t (a TEXT, b INT); CREATE UNIQUE INDEX $t_i ON $t (a COLLATE NOCASE, b)",
    [
      ["x", 1],
      ["X", 1],
      ["X", 2],
    ],
    [`btree (lower((a COLLATE "C")), b)`],
  ],
  [
    "BINARY of the index over NOCASE of the column",
    "CREATE TABLE $t (a TEXT COLLATE NOCASE); CREATE UNIQUE INDEX $t_i ON $t (a COLLATE BINARY)",
    [["x"], ["X"], ["x"]],
    ["btree (a)"],
  ],
  [
    "RTRIM",
    "CREATE TABLE $t (a TEXT COLLATE RTRIM UNIQUE)",
    [["x"], ["x  "], [" x"], ["x\t"]],
    ["btree (rtrim(a, ' '::text))"],
  ],
  [
    "a primary key under NOCASE",
    "CREATE TABLE $t (a TEXT COLLATE NOCASE PRIMARY KEY NOT NULL) WITHOUT ROWID",
    [["x"], ["X"], ["y"]],
    ["btree (a)", `btree (lower((a COLLATE "C")))`],
  ],
  [
    "a composite primary key without rowid",
    "CREATE TABLE $t (a TEXT, b INT, PRIMARY KEY (b, a COLLATE NOCASE DESC)) WITHOUT ROWID",
    [
      ["x", 1],
      ["X", 1],
      ["X", 2],
      [null, 1],
    ],
    ["btree (b, a)", `btree (b, lower((a COLLATE "C")) DESC)`],
  ],
  [
    "NOCASE of numbers, which is nothing",
    "CREATE TABLE $t (a INTEGER COLLATE NOCASE UNIQUE)",
    [[1], [1], [2]],
    ["btree (a)"],
  ],
  [
    "an expression under NOCASE",
    "CREATE TABLE $t (a TEXT, b TEXT); CREATE UNIQUE INDEX $t_i ON $t ((a || b) COLLATE NOCASE)",
    [
      ["x", "y"],
      ["X", "Y"],
      ["xy", ""],
      ["y", "x"],
    ],
    [`btree (lower(((a || b) COLLATE "C")))`],
  ],
  [
    "the day of a time",
    "CREATE TABLE $t (at DATETIME); CREATE UNIQUE INDEX $t_i ON $t (date(at)); INSERT INTO $t VALUES ('2024-01-01 10:00:00')",
    [["2024-01-01 23:00:00"], ["2024-01-02 00:00:00"]],
    [],
  ],
  [
    "a generated column",
    "CREATE TABLE $t (a TEXT, g TEXT AS (substr(a, 1, 1)) UNIQUE)",
    [["abc"], ["axy"], ["b"]],
    ["btree (g)"],
  ],
];

describe("on both engines", () => {
  let engines: BothEngines;
  beforeAll(async () => {
    const sql = cases.map(([, table], index) => `${table};`.replaceAll("$t", `t${index}`));
    engines = await BothEngines.migrate(sql.join("\n"));
  }, 120_000);
  afterAll(() => engines.end());

  test.each(cases.map(([title, , rows, indexes], at) => [title, `t${at}`, rows, indexes] as const))(
    "the same duplicates are refused: %s",
    async (_, table, rows, indexes) => {
      expect(engines.outcome.notCarried.filter((line) => line.table === table)).toEqual([]);
      const answers = [];
      for (const row of rows) answers.push({ row, ...(await engines.insert(table, row)) });
      expect(answers.map(({ row, postgres }) => [row, postgres])).toEqual(
        answers.map(({ row, sqlite }) => [row, sqlite]),
      );
      const found = await engines.target.query(
        "SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') AS def FROM pg_index WHERE indrelid = $1::regclass ORDER BY 1",
        [table],
      );
      if (indexes.length > 0) expect(found.map(({ def }) => def)).toEqual(indexes);
      else expect(found).toHaveLength(1);
    },
  );
});

describe("an index that cannot be carried is listed with its reason", () => {
  test.each([
    [
      "on what changes",
      "CREATE INDEX i ON t (a) WHERE a > 1; CREATE UNIQUE INDEX j ON t (quote(r))",
      /quote\(\) of/,
    ],
    ["on a decimal as a text", "CREATE UNIQUE INDEX j ON t (r || 'x')", /as a text/],
    ["on a text as a condition", "CREATE UNIQUE INDEX j ON t (a) WHERE s", /a text as a condition/],
  ])("%s", (_, sql, reason) => {
    const plan = planOf(`CREATE TABLE t (a INT, r REAL, s TEXT); ${sql}`);
    expect(tableOf(plan, "t").indexes.map(({ name }) => name)).not.toContain("j");
    expect(plan.notCarried).toEqual([
      expect.objectContaining({
        type: "unique",
        name: "j",
        table: "t",
        reason: expect.stringMatching(reason) as unknown,
      }),
    ]);
    expect(plan.notCarried[0]?.sql).toMatch(/^CREATE UNIQUE INDEX j/);
  });

  test("on a column that is skipped, in the condition or among the terms", () => {
    const plan = planOf(
      `CREATE TABLE t (a INT, b TEXT COLLATE NOCASE UNIQUE); CREATE INDEX i ON t (a) WHERE "b" > ''; CREATE INDEX j ON t (b COLLATE NOCASE)`,
      [saying({ "t.b": { skip: true } })],
    );
    expect(tableOf(plan, "t")).toMatchObject({ uniques: [], indexes: [] });
    expect(plan.notCarried.map(({ name, sql }) => [name, sql])).toEqual([
      ["t.b", "b TEXT"],
      ["t UNIQUE (b)", "UNIQUE (b)"],
      ["i", `CREATE INDEX i ON t (a) WHERE "b" > ''`],
      ["j", "CREATE INDEX j ON t (b COLLATE NOCASE)"],
    ]);
  });

  test("of more than 32 terms, and where uniqueness goes with it the run says no", () => {
    const list = Array.from({ length: 33 }, (_, index) => `c${index}`);
    const plan = planOf(
      `CREATE TABLE t (${list.map((name) => `${name} INT`).join(", ")}); CREATE INDEX wide ON t (${list.map((name) => `${name} + 1`).join(", ")});
       CREATE UNIQUE INDEX unique_wide ON t (${list.join(", ")}) WHERE c1 > 0`,
    );
    expect(tableOf(plan, "t").indexes).toEqual([]);
    expect(plan.notCarried.map(({ name, reason }) => [name, reason])).toEqual([
      ["wide", "cannot use more than 32 columns in an index"],
      ["unique_wide", "cannot use more than 32 columns in an index"],
    ]);
    expect(findingsOf(plan, "key-not-made").map(({ name }) => name)).toEqual(["unique_wide"]);
  });
});

test("a foreign key finds the plain key beside the one under NOCASE", () => {
  const plan = planOf(
    `CREATE TABLE p (name TEXT COLLATE NOCASE UNIQUE, code TEXT COLLATE NOCASE); CREATE UNIQUE INDEX p_code ON p (code);
     CREATE TABLE c (name TEXT REFERENCES p (name), code TEXT REFERENCES p (code))`,
  );
  expect(tableOf(plan, "p").uniques.map(({ name }) => name)).toEqual(["p_name_key", "p_code_key"]);
  expect(tableOf(plan, "p").indexes.map(({ name, unique, terms }) => [name, unique, terms[0]?.sql])).toEqual([
    ["p_name_key_2", true, 'lower("name" COLLATE "C")'],
    ["p_code", true, 'lower("code" COLLATE "C")'],
  ]);
  expect(tableOf(plan, "c").foreignKeys).toHaveLength(2);
});
