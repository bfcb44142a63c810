/** CHECK constraints: what they are in the plan, and that both engines take and refuse the same rows. */
import type Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { pgType, type PgType } from "../../../src/model/postgres.js";
import { BothEngines } from "../both-engines.js";
import { plainCases, type CheckCase } from "../check-cases.js";
import { meaningCases } from "../check-meaning-cases.js";
import { mappingOf, saying, tableRule } from "../mapping-of.js";
import { findingsOf, planOf, tableOf } from "../plan-of.js";

const cases: readonly CheckCase[] = [...plainCases, ...meaningCases];

const tableName = (index: number): string => `t${index}`;

describe("on both engines", () => {
  let engines: BothEngines;
  beforeAll(async () => {
    const sql = cases.map(([, table], index) =>
      `CREATE TABLE $t ${table};`.replaceAll("$t", tableName(index)),
    );
    engines = await BothEngines.migrate(sql.join("\n"));
  }, 120_000);
  afterAll(() => engines.end());

  test.for(cases.map(([title, columns, rows], index) => [title, columns, tableName(index), rows] as const))(
    "the same rows are taken and refused: %s",
    async ([, columns, table, rows], { skip }) => {
      skip(inject("serverMajor") < 16 && /json_valid/i.test(columns), "IS JSON begins with PostgreSQL 16");
      expect(engines.outcome.notCarried.filter((line) => line.table === table)).toEqual([]);
      const answers = [];
      for (const row of rows) answers.push({ row, ...(await engines.insert(table, row)) });
      expect(answers.map(({ row, postgres }) => [row, postgres])).toEqual(
        answers.map(({ row, sqlite }) => [row, sqlite]),
      );
    },
  );
});

describe("a check that cannot be carried is listed with its reason", () => {
  const reasons = (sql: string, said: Parameters<typeof saying>[0]): readonly string[] => {
    const plan = planOf(sql, [saying(said)]);
    expect(tableOf(plan, "t").checks).toEqual([]);
    return plan.notCarried.filter(({ type }) => type === "check").map(({ reason }) => reason);
  };

  test.each([
    ["REGEXP", "a TEXT CHECK (a REGEXP 'x')", /REGEXP/],
    ["a function of nobody", "a TEXT CHECK (soundex2(a) = 'x')", /soundex2/],
    ["MATCH", "a TEXT CHECK (a MATCH 'x')", /MATCH/],
    ["a row value", "a INT, b INT, CHECK ((a, b) > (1, 2))", /row value/],
    ["a pattern that is computed", "a TEXT, b TEXT, CHECK (a GLOB b)", /GLOB with a pattern/],
    ["a text as a truth", "a TEXT CHECK (a)", /a text as a condition/],
    ["the rowid, which no column holds", "a INT CHECK (rowid > 0)", /rowid/],
  ])("%s", (_, columns, reason) => {
    const memory = (database: Database.Database): void => {
      database.function("soundex2", { deterministic: true }, String);
      database.function("regexp", { deterministic: true }, (a, b) => String([a, b]));
      database.exec(`CREATE TABLE t (${columns})`);
    };
    const plan = planOf(memory);
    expect(tableOf(plan, "t").checks).toEqual([]);
    const [line, ...others] = plan.notCarried.filter(({ type }) => type === "check");
    expect(others).toEqual([]);
    expect(line?.reason).toMatch(reason);
    expect(line?.sql).toMatch(/^CHECK \(/);
  });

  test("a column that is skipped, also where its name would be a text in double quotes", () => {
    const skipped = { "t.b": { skip: true } } as const;
    expect(reasons('CREATE TABLE t (a TEXT, b TEXT, CHECK (a <> "b"), CHECK (t.b > a))', skipped)).toEqual([
      'b, which is not carried over, in: "b"',
      "b, which is not carried over, in: t.b",
    ]);
  });

  test("values that SQLite holds as something else than PostgreSQL", () => {
    const said = (type: PgType) => ({ "t.a": { type } });
    const rows = (values: string): string =>
      `CREATE TABLE t (a TEXT CHECK (a > '5')); INSERT INTO t VALUES ${values}`;
    // As texts '10' comes before '5'.
    expect(reasons(rows("('7')"), said(pgType("bigint")))).toHaveLength(1);
    expect(reasons(rows("('7.5')"), said(pgType("numeric")))).toHaveLength(1);
    expect(
      reasons("CREATE TABLE t (a REAL CHECK (a / 2 > 1)); INSERT INTO t VALUES (3)", said(pgType("bigint"))),
    ).toHaveLength(1);
    expect(
      reasons("CREATE TABLE t (a CHECK (length(a) = 4)); INSERT INTO t VALUES ('00ff')", {
        "t.a": { type: pgType("bytea"), decode: "hex" },
      }),
    ).toHaveLength(1);
    expect(
      reasons("CREATE TABLE t (a CHECK (a > 1)); INSERT INTO t VALUES (x'01')", said(pgType("boolean"))),
    ).toHaveLength(1);
  });

  test("blanks that the type does not tell apart", () => {
    const table = "CREATE TABLE t (a TEXT CHECK (a <> 'x'))";
    expect(reasons(table, { "t.a": { type: pgType("character", 4) } })).toHaveLength(1);
  });
});

describe("a check", () => {
  const namesOf = (sql: string): readonly string[] =>
    tableOf(planOf(sql), "t").checks.map(({ name }) => name);

  test("keeps its name; without one it gets the one that PostgreSQL would give it", () => {
    expect(
      namesOf(
        `CREATE TABLE t (a INT CHECK (a > 0) CHECK (a > 1), b INT CONSTRAINT "B is" CHECK (b > 0), CHECK (a > b), CONSTRAINT t_a_check CHECK (b > a))`,
      ),
    ).toEqual(["t_a_check_2", "t_a_check_3", "B is", "t_check", "t_a_check"]);
  });

  test("makes way for the keys of the table, with which it shares its names", () => {
    expect(namesOf("CREATE TABLE t (a INT PRIMARY KEY, CONSTRAINT t_pkey CHECK (a > 0))")).toEqual([
      "t_pkey_2",
    ]);
  });

  test("of a name over 63 bytes is shortened, and that is told", () => {
    const plan = planOf(`CREATE TABLE t (a INT CONSTRAINT "${"é".repeat(40)}" CHECK (a > 0))`);
    expect(tableOf(plan, "t").checks.map(({ name }) => Buffer.byteLength(name))).toEqual([62]);
    expect(findingsOf(plan, "name-changed")).toMatchObject([
      { what: "constraint", from: "é".repeat(40), why: "too-long" },
    ]);
  });

  test("names columns as the target does, and words for true as the rows spell them", () => {
    const mapping = saying({
      "t.Old Name": { rename: "new" },
      "t.w": { type: pgType("boolean"), policy: { trueWords: ["Y"], falseWords: ["N"] } },
    });
    const plan = planOf(
      `CREATE TABLE t ("Old Name" INT CHECK ("old name" > 0), w CHECK (w IN ('Y', 'N')), CHECK (w = 'Y' OR "Old Name" = 1));
       INSERT INTO t VALUES (1, 'Y')`,
      [mapping],
    );
    expect(tableOf(plan, "t").checks.map(({ sql }) => sql)).toEqual([
      '"new" > 0',
      '"w" IN (true, false)',
      '"w" OR ("new" = 1)',
    ]);
  });

  test("of a table that is renamed may name the table", () => {
    const plan = planOf("CREATE TABLE t (a INT CHECK (t.a > 0))", [
      mappingOf({ tables: [tableRule("t", { rename: "u" })] }),
    ]);
    expect(tableOf(plan, "t").checks).toEqual([{ name: "u_a_check", sql: '"a" > 0', sourceSql: "t.a > 0" }]);
  });
});
