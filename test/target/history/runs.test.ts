import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { openTarget } from "../../../src/target/connection/connect.js";
import { beginRun, endRunSql, lastRun, type NewRun } from "../../../src/target/history/runs.js";
import { runSchema } from "../../../src/target/history/schema.js";
import type { Session } from "../../../src/target/session.js";
import { createDatabase, databaseForAll, databaseUrl } from "../../database.js";
import { planOfTables } from "../plan-of-tables.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
});

const planOf = (file: string, schema = "public"): Plan => ({
  formatVersion: 1,
  source: { file, bytes: 1, encoding: "UTF-8", fingerprint: `sqlite-1:${file}` },
  schema,
  serverVersion: 18,
  trial: "untried",
  mappings: [],
  sampledRows: null,
  onReject: "fail",
  maxRejects: null,
  onOrphans: "not-valid",
  orphanKeys: [],
  tables: [],
  views: [],
  triggers: [],
  notCarried: [
    { type: "view", name: "v'ï\\", table: null, sql: "CREATE VIEW …", reason: "quote ' and \\ and \"" },
  ],
  findings: [],
});

const newRun = (plan: Plan): NewRun => ({ plan, toolVersion: "1.2.3", strategy: "create" });

const without = (value: object, key: string): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

describe("the run history", () => {
  test("is absent at first, and that is no error", async () => {
    expect(await lastRun(session, "a.db", null)).toBeNull();
  });

  test("begins a run with a schema of its own, in one transaction", async () => {
    const run = await beginRun(session, newRun(planOf("a.db")));
    expect(run).toBe(1);
    const schemas = await session.query(
      "SELECT nspname::text AS name FROM pg_namespace WHERE nspname LIKE 'sqlift%' ORDER BY 1",
    );
    expect(schemas).toEqual([{ name: "sqlift" }, { name: runSchema(1) }]);
  });

  test("does not count a run that is not done", async () => {
    expect(await lastRun(session, "a.db", null)).toBeNull();
  });

  test("gives the newest done run of a file back, its plan unchanged", async () => {
    await session.query(endRunSql(1, "done"));
    const second = await beginRun(session, newRun(planOf("a.db", "other")));
    await session.query(endRunSql(second, "done"));
    const third = await beginRun(session, newRun(planOf("a.db")));
    await session.query(endRunSql(third, "refused", "it's \\ no — 'quoted' $1"));
    expect(await lastRun(session, "a.db", null)).toMatchObject({
      run: second,
      plan: planOf("a.db", "other"),
    });
    expect(await lastRun(session, "b.db", null)).toBeNull();
    expect(await lastRun(session, "a.db", "public")).toMatchObject({ run: 1, plan: planOf("a.db") });
    expect(await lastRun(session, "a.db", "elsewhere")).toBeNull();
    const rows = await session.query("SELECT message FROM sqlift.runs WHERE run = $1", [String(third)]);
    expect(rows).toEqual([{ message: "it's \\ no — 'quoted' $1" }]);
  });

  test.each(["done", "incomplete"] as const)(
    "never says of one that is %s that it has failed",
    async (end) => {
      const run = await beginRun(session, newRun(planOf("ended.db", end)));
      await session.query(endRunSql(run, end));
      for (const status of ["interrupted", "failed", "refused"] as const)
        await session.query(endRunSql(run, status, "late"));
      const read = () => session.query(`SELECT status, message FROM sqlift.runs WHERE run = ${run}`);
      expect(await read()).toEqual([{ status: end, message: null }]);
      await session.query(endRunSql(run, "done"));
      expect(await read()).toMatchObject([{ status: "done" }]);
    },
  );

  test("refuses a plan that it does not understand", async () => {
    const run = await beginRun(session, newRun(planOf("later.db")));
    await session.query(endRunSql(run, "done"));
    await session.query(`UPDATE sqlift.runs SET plan = '{"formatVersion": 2}' WHERE run = $1`, [String(run)]);
    await expect(lastRun(session, "later.db", null)).rejects.toMatchObject({ code: "target-history" });
  });

  test.each<[lacking: string, plan: (whole: Plan) => unknown]>([
    ["orphanKeys", (plan) => without(plan, "orphanKeys")],
    ["tables", (plan) => ({ ...plan, tables: {} })],
    [
      "tables[1].columns[0].zone",
      (plan) => {
        const [table = null] = plan.tables;
        const columns = (table?.columns ?? []).map((column) => without(column, "zone"));
        return { ...plan, tables: [table, { ...table, columns }] };
      },
    ],
    ["tables[0].source", (plan) => ({ ...plan, tables: [null] })],
    [
      "tables[0].columns[0].generated.sourceKind",
      (plan) => {
        const [table] = plan.tables;
        const generated = { sql: "1", kind: "stored", sourceSql: "1" };
        const columns = (table?.columns ?? []).map((column) => ({ ...column, generated }));
        return { ...plan, tables: [{ ...table, columns }] };
      },
    ],
  ])("refuses a plan that has no %s, as builds before the first release stored", async (lacking, of) => {
    const plan = of(planOfTables("public", ["t"]));
    const run = await beginRun(session, newRun(planOf("early.db")));
    await session.query(`UPDATE sqlift.runs SET plan = $1, status = 'done' WHERE run = ${run}`, [
      JSON.stringify(plan),
    ]);
    await expect(lastRun(session, "early.db", null)).rejects.toMatchObject({
      code: "target-history",
      message: expect.stringContaining(`: it has no ${lacking}.`) as string,
    });
  });

  test("gives a plan with tables back", async () => {
    const plan = { ...planOfTables("public", ["t"]), source: planOf("tables.db").source };
    const run = await beginRun(session, newRun(plan));
    await session.query(endRunSql(run, "done"));
    expect(await lastRun(session, "tables.db", null)).toEqual({ run, plan });
  });

  test.each(["read committed", "repeatable read"])(
    "numbers runs apart when they begin at the same time, where transactions are %s by default",
    async (isolation) => {
      const other = await createDatabase();
      await other.query(`ALTER DATABASE ${other.name} SET default_transaction_isolation = '${isolation}'`);
      const both = await Promise.all(
        [1, 2, 3].map(() => openTarget(other.url, { environment: process.env })),
      );
      try {
        const sessions = await Promise.all(both.map((each) => each.open()));
        const runs = await Promise.all(sessions.map((each) => beginRun(each, newRun(planOf("c.db")))));
        expect([...runs].sort()).toEqual([1, 2, 3]);
      } finally {
        await Promise.all(both.map((each) => each.close()));
        await other.drop();
      }
    },
  );

  test("says which GRANT is missing where no schema may be made", async () => {
    const role = `sqlift_history_${session.processId}`;
    await session.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const limited = await openTarget(databaseUrl(database.name, `${role}:secret`), {
      environment: process.env,
    });
    try {
      const own = await limited.open();
      expect(await lastRun(own, "a.db", null)).toBeNull();
      await expect(beginRun(own, newRun(planOf("a.db")))).rejects.toMatchObject({ code: "target-rights" });
    } finally {
      await limited.close();
      await session.query(`DROP ROLE ${role}`);
    }
  });
});
