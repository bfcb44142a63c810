/** A plan put to the server that it is for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { pgType } from "../../../src/model/postgres.js";
import { plan as planFile } from "../../../src/pipeline/plan.js";
import { triedPlan } from "../../../src/pipeline/planning/trial.js";
import { openTarget } from "../../../src/target/connection/connect.js";
import type { Target } from "../../../src/target/session.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { makeSqlite, type SqliteFile } from "../../fixture.js";
import { planOf } from "../../translate/plan-of.js";
import { runPlan, withTable } from "../run-plan.js";

let database: TestDatabase;
let target: Target;
let source: SqliteFile;
beforeAll(async () => {
  database = await createDatabase();
  target = await openTarget(database.url, { environment: process.env });
  source = makeSqlite(
    "small",
    `CREATE TABLE p (id INTEGER PRIMARY KEY);
     CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, p INTEGER REFERENCES p, later INTEGER AS (id + 1) STORED);
     INSERT INTO p VALUES (1); INSERT INTO t (id, a, p) VALUES (1, 'x', 1)`,
  );
});
afterAll(async () => {
  await target.close();
  await database.drop();
  source.remove();
});

const tried = async (plan: Plan): Promise<Plan> => triedPlan(await target.open(), plan, undefined);

const schemas = async (): Promise<readonly unknown[]> =>
  database.query("SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'sqlift%'");

test("a plan that PostgreSQL takes is the same plan, tried", async () => {
  const plan = planOf(
    `CREATE TABLE "a;b" (id INTEGER PRIMARY KEY, "x""y" TEXT DEFAULT 'it''s; --', c REFERENCES "a;b");
     CREATE INDEX "i;" ON "a;b" ("x""y")`,
  );
  expect(await tried(plan)).toEqual({ ...plan, trial: "tried" });
  expect(await schemas()).toEqual([]);
});

test("views are tried on views, triggers on both, whatever the names", async () => {
  const plan = planOf("CREATE TABLE pg_class (a INTEGER)");
  const view = (name: string, from: string, column: string): Plan["views"][number] => ({
    ...{ source: name, target: name, columns: ["a"], uses: [from], sourceSql: "" },
    sql: `SELECT ${column} FROM "${from}"`,
  });
  const trigger = (table: string, timing: string): Plan["triggers"][number] => ({
    ...{ source: "t", target: "t", table, timing, when: null, sourceSql: "" },
    functionName: `on ${table}`,
    functionSql: "BEGIN RETURN NEW; END",
  });
  const settled = await tried({
    ...plan,
    views: [view("v", "pg_class", "a"), view("w", "v", "a"), view("x", "v", "b"), view("y", "x", "a")],
    triggers: [
      trigger("w", "INSTEAD OF INSERT"),
      trigger("v", "BEFORE INSERT"),
      trigger("y", "INSTEAD OF INSERT"),
    ],
  });
  expect(settled.views.map(({ target: name }) => name)).toEqual(["v", "w"]);
  expect(settled.triggers.map(({ table }) => table)).toEqual(["w"]);
  expect(settled.notCarried.map(({ type, name, table, reason }) => [type, name, table, reason])).toEqual([
    ["view", "x", null, 'PostgreSQL does not take it: column "b" does not exist'],
    ["view", "y", null, 'PostgreSQL does not take it: relation "x" does not exist'],
    [
      "trigger",
      "t",
      "v",
      'PostgreSQL does not take it: "v" is a view: Views cannot have row-level BEFORE or AFTER triggers.',
    ],
    ["trigger", "t", "y", expect.stringContaining("does not exist")],
  ]);
});

test("a foreign key without its key is refused for itself", async () => {
  const plan = planOf("CREATE TABLE p (k JSON UNIQUE); CREATE TABLE c (k JSON REFERENCES p (k))");
  const asJson = withTable(plan, "p", (table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, type: pgType("json") })),
  }));
  const settled = await tried(asJson);
  expect(settled.findings.map(({ kind, at }) => [kind, at.table])).toEqual([
    ["key-not-made", "p"],
    ["piece-refused", "c"],
  ]);
});

describe("a plan that was tried is carried out", () => {
  test("with a plain column for a generated one that is refused, and no default for a refused one", async () => {
    const result = await runPlan(
      source.path,
      database.url,
      (made) =>
        withTable({ ...made, schema: "settled" }, "t", (table) => ({
          ...table,
          columns: table.columns.map((column) => {
            if (column.source === "a") return { ...column, defaultSql: "no_such()" };
            if (column.source !== "later") return column;
            const generated = {
              sql: "random()",
              kind: "stored",
              sourceKind: "stored",
              sourceSql: "id + 1",
            } as const;
            return { ...column, generated };
          }),
        })),
      tried,
    );
    expect(result).toMatchObject({
      status: "migrated",
      verdicts: [{ verdict: "identical" }, { verdict: "identical" }],
    });
    expect(result.findings.map((finding) => finding.kind === "piece-refused" && finding.name)).toEqual([
      "t.a",
      "t.later",
    ]);
    expect(await database.query("SELECT later, a FROM settled.t")).toEqual([{ later: "2", a: "x" }]);
    expect(await database.query("SELECT FROM pg_namespace WHERE nspname LIKE 'sqlift_trial%'")).toEqual([]);
  });
});

describe("plan", () => {
  const make = (options: Parameters<typeof planFile>[1]) =>
    planFile(source.path, { environment: process.env, jobs: 1, ...options });

  test.each<[what: string, options: NonNullable<Parameters<typeof planFile>[1]>]>([
    ["--trial without a target", { trial: true }],
    ["a version that is too old", { targetVersion: 13 }],
    ["a version that there is not", { targetVersion: 19 }],
    ["half a version", { targetVersion: 15.5 }],
    ["a version of a target that tells its own", { targetVersion: 16, target: "postgres://localhost/x" }],
  ])("refuses %s", async (_what, options) => {
    await expect(make(options)).rejects.toMatchObject({ code: "usage" });
  });

  test("is for the newest PostgreSQL unless a version is named, and untried", async () => {
    expect(await make({})).toMatchObject({ serverVersion: 18, trial: "untried" });
    expect(await make({ targetVersion: 14 })).toMatchObject({ serverVersion: 14, trial: "untried" });
  });

  test("is for the target's version, and tried where that is asked", async () => {
    const serverVersion = Math.floor(target.version / 10_000);
    expect(await make({ target: database.url })).toMatchObject({ serverVersion, trial: "untried" });
    expect(await make({ target: database.url, trial: true })).toMatchObject({
      serverVersion,
      trial: "tried",
    });
  });

  test("is not tried where something blocks, for migrate would not come so far", async () => {
    await database.query("CREATE SCHEMA blocked; CREATE TABLE blocked.t (somebody text)");
    const made = await make({ target: database.url, trial: true, schema: "blocked" });
    expect(made).toMatchObject({ trial: "untried", findings: [{ kind: "name-taken" }] });
  });
});
