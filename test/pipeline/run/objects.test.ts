/** Checks, generated columns, indexes of expressions, views, triggers and comments, from a plan into PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnTerm, type ColumnPlan, type Plan } from "../../../src/model/plan.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { makeSqlite, type SqliteFile } from "../../fixture.js";
import { runPlan, withTable } from "../run-plan.js";

let database: TestDatabase;
let source: SqliteFile;
beforeAll(async () => {
  database = await createDatabase();
  source = makeSqlite(
    "shop",
    `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price INTEGER, twice INTEGER AS (price * 2) STORED);
     INSERT INTO item (id, name, price) VALUES (1, 'Ä', 5), (2, 'b', -7), (3, NULL, -8), (4, 'd', NULL);`,
  );
});
afterAll(async () => {
  await database.drop();
  source.remove();
});

const run = (schema: string, change: (plan: Plan) => Plan) =>
  runPlan(source.path, database.url, (plan) => change({ ...plan, schema }));

const changeItem = (plan: Plan, change: Parameters<typeof withTable>[2]): Plan =>
  withTable(plan, "item", change);

const twice = (sql: string) => (column: ColumnPlan) => ({
  ...column,
  generated: { sql, kind: "stored", sourceKind: "stored", sourceSql: "price * 2" } as const,
});

const changeColumn = (plan: Plan, name: string, change: (column: ColumnPlan) => ColumnPlan): Plan =>
  changeItem(plan, (table) => ({
    ...table,
    columns: table.columns.map((column) => (column.source === name ? change(column) : column)),
  }));

const constraints = (schema: string) =>
  database.query(
    `SELECT conname AS name, convalidated AS valid FROM pg_constraint
      WHERE connamespace = $1::regnamespace AND contype = 'c' ORDER BY 1`,
    [schema],
  );

describe("a check", () => {
  const check = (name: string, sql: string) => ({ name, sql, sourceSql: sql });

  test("that rows break stays NOT VALID, and the rows are named", async () => {
    const result = await run("broken", (plan) =>
      changeItem(plan, (table) => ({
        ...table,
        checks: [check("named", "name <> ''"), check("positive", '"price" > 0'), check("id", "id > 0")],
      })),
    );
    expect(result.status).toBe("migrated");
    expect(result.findings).toEqual([
      {
        kind: "check-broken",
        at: { table: "item" },
        name: "positive",
        sql: '"price" > 0',
        rows: 2,
        first: ["id = 2, price = -7", "id = 3, price = -8"],
      },
    ]);
    expect(result.notCarried.filter(({ type }) => type === "check")).toEqual([]);
    expect(await constraints("broken")).toEqual([
      { name: "id", valid: "t" },
      { name: "named", valid: "t" },
      { name: "positive", valid: "f" },
    ]);
    await expect(database.query("UPDATE broken.item SET price = -1 WHERE id = 1")).rejects.toThrow(
      /positive/,
    );
  });

  test.each([
    ["100 / (price + 7) <> 0", "uncomputable"],
    // The row before breaks it.
    ["100 / (price + 8) < 100", "uncomputable_later"],
  ])(
    "that cannot be computed for some row goes, for it would refuse every change of that row: %s",
    async (sql, schema) => {
      const result = await run(schema, (plan) =>
        changeItem(plan, (table) => ({ ...table, checks: [check("odd", sql)] })),
      );
      expect(result.findings).toMatchObject([
        { kind: "piece-refused", piece: "check", name: "odd", message: "division by zero" },
      ]);
      expect(result.notCarried.filter(({ type }) => type === "check")).toMatchObject([
        {
          type: "check",
          name: "odd",
          table: "item",
          sql: `ALTER TABLE "${schema}"."item" ADD CONSTRAINT "odd" CHECK (${sql})`,
          reason: "division by zero",
        },
      ]);
      expect(await constraints(schema)).toEqual([]);
    },
  );
});

describe("a generated column", () => {
  test("is computed by PostgreSQL, not copied, and compared with what SQLite has stored", async () => {
    const result = await run("generated", (plan) => changeColumn(plan, "twice", twice("price * 2")));
    expect(result.verdicts).toMatchObject([{ verdict: "identical" }]);
    await database.query("UPDATE generated.item SET price = 21 WHERE id = 1");
    expect(await database.query("SELECT twice FROM generated.item ORDER BY id")).toEqual([
      { twice: "42" },
      { twice: "-14" },
      { twice: "-16" },
      { twice: null },
    ]);
  });

  test("that computes something else is a difference: nothing is moved", async () => {
    const result = await run("wrong", (plan) => changeColumn(plan, "twice", twice("price * 3")));
    expect(result.status).toBe("refused");
    expect(result.verdicts).toMatchObject([{ verdict: "different" }]);
    expect(await database.query("SELECT FROM pg_namespace WHERE nspname IN ('wrong')")).toEqual([]);
  });

  test("that is virtual in SQLite has nothing to be compared with", async () => {
    const added: Pick<ColumnPlan, "source" | "target" | "generated"> = {
      source: "half",
      target: "half",
      generated: { sql: "price / 2", kind: "stored", sourceKind: "virtual", sourceSql: "price / 2" },
    };
    const result = await run("virtual", (plan) =>
      changeItem(plan, (table) => ({
        ...table,
        columns: [...table.columns, { ...table.columns[2]!, ...added }],
      })),
    );
    expect(result.verdicts).toMatchObject([{ verdict: "identical" }]);
    expect(await database.query("SELECT half FROM virtual.item WHERE id = 1")).toEqual([{ half: "2" }]);
  });
});

test("indexes take expressions, collations and predicates; comments stand on tables and columns", async () => {
  const result = await run("indexed", (plan) =>
    changeItem(plan, (table) => ({
      ...table,
      comment: "it's\n\\ 'quoted'",
      columns: table.columns.map((column) =>
        column.source === "name" ? { ...column, comment: "as $$ it -- is called" } : column,
      ),
      indexes: [
        {
          name: "by name",
          unique: true,
          terms: [{ sql: 'lower("name" COLLATE "C")', column: null, descending: true }, columnTerm("id")],
          where: '"price" IS NOT NULL',
        },
      ],
    })),
  );
  expect(result.findings).toEqual([]);
  expect(await database.query("SELECT indexdef AS sql FROM pg_indexes WHERE indexname = 'by name'")).toEqual([
    {
      sql: `CREATE UNIQUE INDEX "by name" ON indexed.item USING btree (lower((name COLLATE "C")) DESC, id) WHERE (price IS NOT NULL)`,
    },
  ]);
  expect(
    await database.query(
      `SELECT obj_description('indexed.item'::regclass) AS "table", col_description('indexed.item'::regclass, 2) AS "column"`,
    ),
  ).toEqual([{ table: "it's\n\\ 'quoted'", column: "as $$ it -- is called" }]);
});

describe("views and triggers", () => {
  const view = (target: string, sql: string, uses: readonly string[]): Plan["views"][number] => ({
    ...{ source: target, target, sql, uses },
    columns: ["a"],
    sourceSql: `CREATE VIEW ${target} AS ${sql}`,
  });
  const trigger: Plan["triggers"][number] = {
    source: "guard",
    target: "guard",
    table: "item",
    functionName: "guard",
    functionSql:
      "BEGIN\n  IF NEW.price > 100 THEN RAISE EXCEPTION '$$ too dear'; END IF;\n  PERFORM * FROM cheap;\n  RETURN NEW;\nEND",
    timing: 'BEFORE UPDATE OF "price"',
    when: "NEW.name IS NOT NULL",
    sourceSql: "CREATE TRIGGER guard ...",
  };

  test("stand in the schema, whatever its name and the search path of those who use them", async () => {
    const schema = 'a "schema", it is';
    const result = await run(schema, (plan) => ({
      ...plan,
      views: [
        view("pg_class", "SELECT id FROM item WHERE price < 0", ["item"]),
        view("cheap", "SELECT a + 1 FROM pg_class", ["pg_class"]),
      ],
      triggers: [trigger],
    }));
    expect(result.findings).toEqual([]);
    const name = '"a ""schema"", it is"';
    expect(await database.query(`SELECT a FROM ${name}.cheap ORDER BY a`)).toEqual([{ a: "3" }, { a: "4" }]);
    await database.query(`UPDATE ${name}.item SET price = 101 WHERE id = 3`);
    await expect(database.query(`UPDATE ${name}.item SET price = 101 WHERE id = 1`)).rejects.toThrow(
      "$$ too dear",
    );
  });

  test("that PostgreSQL does not take are listed with its words; the rest is there", async () => {
    const result = await run("objects", (plan) => ({
      ...plan,
      views: [
        view("bad", "SELECT nowhere FROM item", ["item"]),
        view("good", "SELECT id FROM item", ["item"]),
      ],
      triggers: [{ ...trigger, functionSql: "BEGIN not plpgsql END" }],
    }));
    expect(result.status).toBe("migrated");
    expect(result.findings).toMatchObject([
      { kind: "piece-refused", at: { table: null }, piece: "view", name: "bad" },
      { kind: "piece-refused", at: { table: "item" }, piece: "trigger", name: "guard" },
    ]);
    expect(result.notCarried.slice(-2)).toMatchObject([
      { type: "view", name: "bad", reason: 'column "nowhere" does not exist' },
      { type: "trigger", name: "guard", table: "item" },
    ]);
    expect(await database.query("SELECT count(*) AS rows FROM objects.good")).toEqual([{ rows: "4" }]);
    expect(await database.query("SELECT FROM pg_proc WHERE pronamespace = 'objects'::regnamespace")).toEqual(
      [],
    );
  });

  test("of which a name is taken meanwhile undo the run", async () => {
    await database.query("CREATE SCHEMA taken; CREATE VIEW taken.good AS SELECT 1");
    const running = run("public", (plan) => ({
      ...plan,
      schema: "taken",
      views: [view("good", "SELECT id FROM item", ["item"])],
    }));
    await expect(running).rejects.toMatchObject({ code: "target-in-the-way" });
    expect(
      await database.query("SELECT relname AS name FROM pg_class WHERE relnamespace = 'taken'::regnamespace"),
    ).toEqual([{ name: "good" }]);
  });
});
