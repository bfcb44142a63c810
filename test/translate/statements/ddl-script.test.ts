import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { columnTerm, type Plan } from "../../../src/model/plan.js";
import { ddlScript } from "../../../src/translate/statements/ddl-script.js";
import { describeDatabase } from "../../catalog-text.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { makeSqlite } from "../../fixture.js";
import { runPlan, withTable } from "../../pipeline/run-plan.js";
import { planOf } from "../plan-of.js";

let script: TestDatabase;
let migrated: TestDatabase;
beforeEach(async () => {
  [script, migrated] = await Promise.all([createDatabase(), createDatabase()]);
});
afterEach(async () => {
  await script.drop();
  await migrated.drop();
});

const sql = `CREATE TABLE "Parent ""x""" (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT UNIQUE DEFAULT 'it''s; \\');
  CREATE TABLE child (a INTEGER NOT NULL, b TEXT, p INTEGER REFERENCES "Parent ""x""" ON DELETE CASCADE, d INTEGER AS (a + 1) STORED,
    PRIMARY KEY (a, b)) WITHOUT ROWID;
  CREATE INDEX "by; b" ON child (b DESC)`;

/** With all that the translator may put into a plan. */
const withEverything = (plan: Plan, schema: string): Plan => ({
  ...withTable(plan, "child", (table) => ({
    ...table,
    comment: "-- what; 'it' \\ is",
    columns: table.columns.map((column) => {
      if (column.source === "b") return { ...column, comment: "two\nlines; $$" };
      if (column.source !== "d") return column;
      const generated = { sql: '"a" + 1', kind: "stored", sourceKind: "stored", sourceSql: "a + 1" } as const;
      return { ...column, generated };
    }),
    checks: [{ name: "positive", sql: '"a" > 0 AND "b" <> \';\'', sourceSql: "" }],
    indexes: [
      ...table.indexes,
      {
        name: "some",
        unique: true,
        terms: [{ ...columnTerm("b"), sql: 'lower("b")', column: null }],
        where: '"a" > 5',
      },
    ],
  })),
  schema,
  views: [
    {
      source: "v",
      target: "v",
      columns: ["x"],
      sql: "SELECT a FROM child WHERE \"b\" = ';'",
      sourceSql: "",
      uses: ["child"],
    },
    { source: "w", target: "w", columns: ["x"], sql: "SELECT x + 1 FROM v", sourceSql: "", uses: ["v"] },
  ],
  triggers: [
    {
      ...{ source: "t", target: "t", table: "child", functionName: "t", when: "NEW.a > 1", sourceSql: "" },
      ...{ functionSql: "BEGIN\n  -- ;\n  RETURN NEW;\nEND", timing: 'BEFORE UPDATE OF "b"' },
    },
  ],
});

test.each(["public", 'odd "schema"; it is'])(
  "in schema %s it makes what migrate makes of the same file without rows",
  async (schema) => {
    const source = makeSqlite("empty", sql);
    try {
      const { plan } = await runPlan(
        source.path,
        migrated.url,
        (made) => withEverything(made, schema),
        undefined,
      );
      await script.query(ddlScript(plan));
      const made = await describeDatabase(script);
      expect(made).toBe(await describeDatabase(migrated));
      expect(made).toMatch(/^CREATE TRIGGER .*^view /msu);
    } finally {
      source.remove();
    }
  },
);

describe("ddlScript", () => {
  test("leaves a foreign key that rows break NOT VALID", () => {
    const plan = planOf(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (7)",
    );
    expect(ddlScript(plan)).toMatch(/FOREIGN KEY .* NOT VALID;$/mu);
  });

  test.each(["\n", "\r", "\r\n", "\0\n", "*/ \n", "\n\\! touch x\n"])(
    "lets nothing out of its comments: %j",
    async (end) => {
      const text = `a${end}\\q${end}DROP TABLE t;${end}`;
      const plan = planOf("CREATE TABLE t (a)");
      const made = ddlScript({
        ...plan,
        source: { ...plan.source, file: text },
        notCarried: [{ type: "view", name: text, table: text, sql: text, reason: text }],
      });
      const lines = made.split(/\r\n|\r|\n/);
      const known = /^(?:-- .*|--|BEGIN;|COMMIT;|SET LOCAL .*;|CREATE TABLE "public"."t" \("a" text\);|)$/u;
      expect(lines.filter((line) => !known.test(line))).toEqual([]);
      expect(made).not.toContain("\0");
      await script.query(made);
      expect(await script.query("SELECT to_regclass('public.t') AS t")).toEqual([{ t: "t" }]);
    },
  );

  test("says what it is for, where the data comes, and what is not in it", () => {
    const plan = planOf("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const line = {
      type: "trigger",
      name: "x",
      table: "t",
      sql: "CREATE TRIGGER x\nAFTER ...",
      reason: "no",
    } as const;
    expect(ddlScript({ ...plan, schema: "s", notCarried: [line] })).toMatchInlineSnapshot(`
      "-- The DDL of memory.db for PostgreSQL 18, schema "s", as sqlift migrate would make it;
      -- no server has tried it yet.
      -- Run it with psql -v ON_ERROR_STOP=1 -f and the name of this file.

      BEGIN;
      SET LOCAL client_encoding = 'UTF8';
      SET LOCAL standard_conforming_strings = on;
      SET LOCAL search_path = pg_catalog;

      -- Before the data
      CREATE SCHEMA IF NOT EXISTS "s";
      CREATE TABLE "s"."t" ("a" bigint);

      -- The data comes here:
      -- "s"."t" ("a"): 1 rows

      -- After the data

      COMMIT;

      -- Not carried over: 1
      --
      -- trigger "x" on "t": no
      -- CREATE TRIGGER x
      -- AFTER ...
      "
    `);
  });
});
