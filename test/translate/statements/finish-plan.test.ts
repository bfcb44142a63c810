import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { createTableSql } from "../../../src/translate/statements/ddl.js";
import { finishPlan } from "../../../src/translate/statements/finish-plan.js";
import { databaseForAll } from "../../database.js";
import { finishStatements } from "../finish-statements.js";
import { planOf } from "../plan-of.js";

const database = databaseForAll();

const plan = planOf(
  `CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, b UNIQUE);
   CREATE INDEX i ON c (a DESC, b); CREATE UNIQUE INDEX u ON c (a);
   CREATE TABLE p (x INTEGER PRIMARY KEY); INSERT INTO c (a) VALUES (NULL)`,
);
const [c, p] = finishPlan("s", plan);

const make = async (of: Plan, schema: string): Promise<void> => {
  await database.query(`CREATE SCHEMA ${schema}`);
  for (const table of of.tables) await database.query(createTableSql(schema, table));
};

describe("finishPlan", () => {
  test("has for each table its primary key, unique constraints and indexes, then its foreign keys", () => {
    const steps = [c, p].map((each) => [...(each?.indexes ?? []), ...(each?.foreignKeys ?? [])]);
    expect(steps.map((each) => each.map((step) => [step.kind, step.name, step.guardsUniqueness]))).toEqual([
      [
        ["primary key", "c_pkey", true],
        ["unique", "c_b_key", true],
        ["index", "i", false],
        ["index", "u", true],
        ["foreign key", "c_a_fkey", false],
      ],
      [["primary key", "p_pkey", true]],
    ]);
  });

  test("builds every index bare, so that those of a table can be built side by side", () => {
    expect(c?.indexes.map((step) => step.buildSql)).toEqual([
      'CREATE UNIQUE INDEX "c_pkey" ON "s"."c" ("id")',
      'CREATE UNIQUE INDEX "c_b_key" ON "s"."c" ("b")',
      'CREATE INDEX "i" ON "s"."c" ("a" DESC, "b")',
      'CREATE UNIQUE INDEX "u" ON "s"."c" ("a")',
    ]);
  });

  test("makes constraints of the indexes of keys", () => {
    expect(c?.indexes.map((step) => step.attachSql)).toEqual([
      'ALTER TABLE "s"."c" ADD CONSTRAINT "c_pkey" PRIMARY KEY USING INDEX "c_pkey"',
      'ALTER TABLE "s"."c" ADD CONSTRAINT "c_b_key" UNIQUE USING INDEX "c_b_key"',
      null,
      null,
    ]);
  });

  test("closes a table with its identity values and statistics", () => {
    expect(c?.closingSql).toEqual([`SELECT setval('"s"."c_id_seq"'::regclass, 2, false)`, 'ANALYZE "s"."c"']);
  });

  test("adds foreign keys NOT VALID and validates them, but for those with orphans", () => {
    expect(c?.foreignKeys.map(({ addSql, validateSql }) => [addSql, validateSql])).toEqual([
      [
        'ALTER TABLE "s"."c" ADD CONSTRAINT "c_a_fkey" FOREIGN KEY ("a") REFERENCES "s"."p" ("x") ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID',
        'ALTER TABLE "s"."c" VALIDATE CONSTRAINT "c_a_fkey"',
      ],
    ]);
    const orphaned = planOf(
      "CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES p); INSERT INTO c VALUES (1)",
    );
    expect(finishPlan("s", orphaned).at(-1)?.foreignKeys[0]?.validateSql).toBeNull();
  });

  test("goes into another thread as it is", () => {
    expect(structuredClone(c)).toEqual(c);
  });

  test("writes each step as a person would, for where the tables end: it makes the same", async () => {
    const definitions = async (schema: string) =>
      await database.query(
        `SELECT conname || ' ' || replace(pg_get_constraintdef(oid), $1 || '.', '') AS sql
           FROM pg_constraint WHERE connamespace::regnamespace::text = $1
         UNION ALL SELECT replace(indexdef, $1 || '.', '') FROM pg_indexes WHERE schemaname = $1 ORDER BY 1`,
        [schema],
      );
    const written: Plan = { ...plan, schema: "written" };
    await make(plan, "built");
    for (const sql of finishStatements("built", written)) await database.query(sql);
    await make(plan, "written");
    const finishes = finishPlan("built", written);
    for (const { finalSql } of [
      ...finishes.flatMap(({ indexes }) => indexes),
      ...finishes.flatMap(({ foreignKeys }) => foreignKeys),
    ])
      await database.query(finalSql);
    expect(await definitions("built")).toEqual(await definitions("written"));
    expect((await definitions("built")).length).toBeGreaterThan(8);
    await database.query("DROP SCHEMA built, written CASCADE");
  });

  test("finds orphans in PostgreSQL: rows whose key is whole and points nowhere", async () => {
    const composite = planOf(
      "CREATE TABLE p (x, y, PRIMARY KEY (x, y)); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p)",
    );
    await make(composite, "orphans");
    await database.query("INSERT INTO orphans.p VALUES ('1', 'one')");
    await database.query(
      "INSERT INTO orphans.c SELECT v.* FROM (VALUES ('1', 'one'), ('1', 'two'), (NULL, 'x'), ('x', NULL), ('2', '')) AS v",
    );
    const [key] = finishPlan("orphans", composite).flatMap(({ foreignKeys }) => foreignKeys);
    expect(await database.query(key?.orphansSql ?? "")).toEqual([{ rows: "2", first: '["1, two", "2, "]' }]);
    await database.query("DROP SCHEMA orphans CASCADE");
  });
});
