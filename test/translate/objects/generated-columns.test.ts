/** Generated columns: what is computed is the same on both engines, for the rows that came and for new ones. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BothEngines, type Row } from "../both-engines.js";
import { saying } from "../mapping-of.js";
import { columnOf, planOf, tableOf } from "../plan-of.js";

/** A table `$t` with a key `id` and a generated column `g`, rows of it, and new ones. */
interface Case {
  readonly title: string;
  readonly table: string;
  readonly rows: readonly string[];
  readonly fresh: readonly Row[];
  /** SQLite's spelling of PostgreSQL's value, where the type has another. */
  readonly sourceSql?: string;
  readonly targetSql?: string;
}

const cases: readonly Case[] = [
  {
    title: "a sum",
    table: "a INT, b INT, g INT AS (a + b) STORED",
    rows: ["1, 2", "NULL, 1"],
    fresh: [
      [3, 4],
      [null, null],
    ],
  },
  {
    title: "a virtual sum",
    table: "a INT, b INT, g INT AS (a + b)",
    rows: ["1, 2", "NULL, 1"],
    fresh: [[3, 4]],
  },
  { title: "no type at all", table: "a INT, g AS (a * 2)", rows: ["1", "NULL"], fresh: [[3]] },
  {
    title: "an integer division",
    table: "a INT, b INT, g INTEGER AS (a / b) VIRTUAL",
    rows: ["7, 2", "-7, 2", "1, 0"],
    fresh: [[9, 2]],
  },
  {
    title: "a real that a column of integers holds",
    table: "a REAL, b INT, g INTEGER AS (a * b)",
    rows: ["1.5, 3"],
    fresh: [[2.5, 1]],
  },
  {
    title: "a whole number in a column of reals",
    table: "a INT, g REAL AS (a + 1) STORED",
    rows: ["1"],
    fresh: [[2]],
    sourceSql: "CAST(g AS INT)",
  },
  {
    title: "a price of decimals",
    table: "price DECIMAL(10,2), n INT, g DECIMAL(10,2) AS (price * n) STORED",
    rows: ["19.99, 3", "0.1, 3", "2.5, 2"],
    fresh: [["0.7", 3]],
  },
  {
    title: "a name of two",
    table: "a TEXT, b TEXT, g TEXT GENERATED ALWAYS AS (a || ' ' || b) STORED",
    rows: ["'A', 'É'", "'A', NULL"],
    fresh: [["x", ""]],
  },
  {
    title: "lower case",
    table: "a TEXT, g TEXT AS (lower(a)) STORED UNIQUE",
    rows: ["'ÄBc'"],
    fresh: [["ÖX"]],
  },
  {
    title: "a part of a text",
    table: "a TEXT, g TEXT AS (substr(a, instr(a, '@') + 1))",
    rows: ["'me@home'", "'none'"],
    fresh: [["a@b"]],
  },
  {
    title: "a length",
    table: "a TEXT, g INTEGER AS (length(a)) NOT NULL",
    rows: ["'é𝄞'"],
    fresh: [["abc"], [null]],
  },
  { title: "a text of a number", table: "a INT, g TEXT AS (a) STORED", rows: ["1", "-20"], fresh: [[300]] },
  {
    title: "a choice",
    table: "a INT, g TEXT AS (CASE WHEN a > 1 THEN 'many' WHEN a = 1 THEN 'one' END)",
    rows: ["0", "1", "2"],
    fresh: [[5], [null]],
  },
  {
    title: "a truth",
    table: "a INT, g BOOLEAN AS (a > 1) STORED",
    rows: ["0", "2"],
    fresh: [[5], [null]],
    targetSql: "g::int",
  },
  {
    title: "a truth as a number",
    table: "a INT, g INTEGER AS (a > 1) VIRTUAL",
    rows: ["0", "2"],
    fresh: [[5], [null]],
  },
  {
    title: "of a boolean",
    table: "a BOOLEAN, b BOOLEAN, g INTEGER AS (a + b * 2) STORED",
    rows: ["0, 1", "1, NULL"],
    fresh: [[1, 1]],
  },
  {
    title: "of another one",
    table: "a INT, f INT AS (a + 1), g INT AS (f * f) STORED",
    rows: ["2"],
    fresh: [[3], [null]],
  },
  {
    title: "of one that comes later",
    table: "a INT, g INT AS (z - 1), z INT AS (a * 3) STORED",
    rows: ["2"],
    fresh: [[3]],
  },
  {
    title: "with a default inside",
    table: "a TEXT, g TEXT AS (coalesce(nullif(trim(a), ''), 'none'))",
    rows: ["' '", "' x '", "NULL"],
    fresh: [["y"]],
  },
  { title: "a constant", table: "a INT, g INT AS (7) STORED", rows: ["1"], fresh: [[2]] },
  { title: "NULL", table: "a INT, g TEXT AS (NULL)", rows: ["1"], fresh: [[2]] },
  {
    title: "with an index on it, which makes it stored",
    table: "a INT, g INT AS (a % 10)); CREATE INDEX $t_i ON $t (g",
    rows: ["12"],
    fresh: [[29]],
  },
  {
    title: "hex of bytes",
    table: "a BLOB, g TEXT AS (hex(a)) STORED",
    rows: ["x'00ff'"],
    fresh: [[Buffer.from("c3a9", "hex")], [null]],
  },
  {
    title: "a cast",
    table: "a TEXT, g INTEGER AS (CAST(a AS INTEGER)) STORED",
    rows: ["'12ab'", "'x'", "NULL"],
    fresh: [[" 7"]],
  },
  {
    title: "a comparison of two texts that are known",
    table:
      "a INT, g INT AS (CASE WHEN 'a' COLLATE NOCASE = 'A' AND 'x' IN ('y', 'x') THEN CASE 'k' WHEN 'l' THEN 0 ELSE a END END)",
    rows: ["1", "NULL"],
    fresh: [[3]],
  },
  {
    title: "the bytes of a text",
    table: "a TEXT, g BLOB AS (CAST(a AS BLOB)) STORED",
    rows: ["'é\\x41'", "'\\'", "''", "NULL"],
    fresh: [["\\\\é"]],
    sourceSql: "hex(g)",
    targetSql: "coalesce(upper(encode(g, 'hex')), '')",
  },
  {
    title: "a rounded one",
    table: "a REAL, g REAL AS (round(a / 3) / 8)",
    rows: ["4.0", "10.0"],
    fresh: [[10.5]],
  },
  {
    title: "the day of a time",
    table: "a DATETIME, g TEXT AS (date(a)) STORED",
    rows: ["'2024-02-29 23:59:59'"],
    fresh: [["2025-01-01 00:00:00"]],
  },
];

describe("on both engines", () => {
  let engines: BothEngines;
  beforeAll(async () => {
    const sql = cases.map(({ table, rows }, index) => {
      const name = `t${index}`;
      return [
        `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${table.replaceAll("$t", name)});`,
        ...rows.map((row, at) => `INSERT INTO ${name} VALUES (${at + 1}, ${row});`),
      ].join("\n");
    });
    engines = await BothEngines.migrate(sql.join("\n"));
  }, 120_000);
  afterAll(() => engines.end());

  test.each(cases.map((each, index) => ({ ...each, name: `t${index}` })))(
    "the same is computed: $title",
    async ({ name, rows, fresh, sourceSql = "g", targetSql = "g" }) => {
      expect(engines.outcome.notCarried.filter((line) => line.table === name)).toEqual([]);
      for (const [at, row] of fresh.entries()) {
        const { sqlite, postgres } = await engines.insert(name, [rows.length + at + 1, ...row]);
        expect([row, postgres]).toEqual([row, sqlite]);
      }
      const { sqlite, postgres } = await engines.values(name, sourceSql, targetSql, "id", "id");
      expect(postgres).toEqual(sqlite);
      expect(columnOf(engines.outcome.plan, name, "g").generated).not.toBeNull();
    },
  );
});
describe("a generated column that PostgreSQL cannot compute", () => {
  test("keeps its values as a plain column where SQLite has stored them", () => {
    const plan = planOf(
      "CREATE TABLE t (a REAL, g TEXT AS (a || '!') STORED NOT NULL); INSERT INTO t VALUES (1.5)",
    );
    expect(columnOf(plan, "t", "g")).toMatchObject({
      type: { name: "text" },
      notNull: true,
      generated: null,
    });
    expect(plan.notCarried).toEqual([
      {
        type: "generated column",
        name: "t.g",
        table: "t",
        sql: "AS (a || '!')",
        reason: expect.stringMatching(/as a text.*; its values are carried as a plain column$/) as unknown,
        instead: expect.stringContaining('BEFORE INSERT OR UPDATE ON "t"') as unknown,
      },
    ]);
  });

  test("goes where it is virtual, and what names it goes with it", () => {
    const plan = planOf(
      `CREATE TABLE t (a REAL, g TEXT AS (a || '!'), h TEXT AS (g || '?') STORED, CHECK ("g" <> ''), UNIQUE (g));
       CREATE INDEX i ON t (a) WHERE "g" IS NOT NULL; INSERT INTO t VALUES (1.5)`,
    );
    const table = tableOf(plan, "t");
    expect(table.columns.map(({ source, generated }) => [source, generated])).toEqual([
      ["a", null],
      ["h", null],
    ]);
    expect(table).toMatchObject({ checks: [], uniques: [], indexes: [] });
    expect(plan.notCarried.map(({ type, reason }) => [type, reason])).toEqual([
      ["generated column", expect.stringMatching(/a virtual column has no values of its own$/)],
      ["generated column", expect.stringMatching(/a floating-point number as a text/)],
      ["unique", "a column of it is not carried over"],
      ["index", expect.stringMatching(/^g, which is not carried over/)],
      ["check", expect.stringMatching(/^g, which is not carried over/)],
    ]);
  });
});

describe("a generated column", () => {
  const kinds = (sql: string, serverVersion: number): readonly (string | undefined)[] =>
    tableOf(planOf(sql, [], { serverVersion }), "t").columns.map(({ generated }) => generated?.kind);

  test("is virtual from PostgreSQL 18 on, and nowhere where an index or a key has it", () => {
    const table = "CREATE TABLE t (a INT, g AS (a + 1), s AS (a + 2) STORED);";
    expect(kinds(table, 18)).toEqual([undefined, "virtual", "stored"]);
    expect(kinds(table, 17)).toEqual([undefined, "stored", "stored"]);
    expect(kinds(`${table} CREATE INDEX i ON t (g)`, 18)).toEqual([undefined, "stored", "stored"]);
    expect(kinds(`${table} CREATE INDEX i ON t (a) WHERE G > 1`, 18)).toEqual([
      undefined,
      "stored",
      "stored",
    ]);
    expect(kinds(`${table} CREATE INDEX i ON t (abs("g"))`, 18)).toEqual([undefined, "stored", "stored"]);
    expect(kinds("CREATE TABLE t (a INT, g AS (a + 1) UNIQUE)", 18)).toEqual([undefined, "stored"]);
    expect(kinds("CREATE TABLE t (a INT, g INT AS (a + 1) REFERENCES t (a))", 18)).toEqual([
      undefined,
      "stored",
    ]);
  });

  test("names columns as the target does", () => {
    const mapping = saying({ "t.First Name": { rename: "first" } });
    const plan = planOf(`CREATE TABLE t ("First Name" TEXT, g TEXT AS (upper("first name")) STORED)`, [
      mapping,
    ]);
    expect(columnOf(plan, "t", "g").generated).toEqual({
      sql: 'upper("first" COLLATE "C")',
      kind: "stored",
      sourceKind: "stored",
      sourceSql: 'upper("first name")',
    });
  });

  test("that SQLite has stored is not computed from a column in which a policy changes values", () => {
    const mapping = saying({ "t.a": { policy: { nullAs: "?" } } });
    const plan = planOf("CREATE TABLE t (a TEXT, v TEXT AS (a || '!'), g TEXT AS (v || '!') STORED)", [
      mapping,
    ]);
    expect(columnOf(plan, "t", "v").generated).not.toBeNull();
    expect(columnOf(plan, "t", "g").generated).toBeNull();
    expect(plan.notCarried.map(({ name, reason }) => [name, reason])).toEqual([
      ["t.g", expect.stringMatching(/^a, in which a policy may change values/)],
    ]);
  });

  test("of sixteen that each name the last twice is refused before it is long", () => {
    const columns = Array.from({ length: 16 }, (_, index) => `g${index + 1} INT AS (g${index} * g${index})`);
    const plan = planOf(`CREATE TABLE t (g0 INT, ${columns.join(", ")})`);
    const carried = tableOf(plan, "t").columns.length;
    expect(carried).toBeGreaterThan(10);
    expect(carried + plan.notCarried.length).toBe(17);
    expect(plan.notCarried.at(-1)?.reason).toMatch(/longer than 100000 characters/);
  });
});
