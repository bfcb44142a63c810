import { closeSync, openSync, writeSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import type { ProgressEvent } from "../../src/model/progress.js";
import { openSource } from "../../src/source/open.js";
import type { Session } from "../../src/target/session.js";
import type { ProofMethod } from "../../src/model/verdict.js";
import { faultsBeyondRows } from "../../src/validate/beyond/beyond.js";
import { validateTables } from "../../src/validate/compare.js";
import {
  columnPlan,
  makeSource,
  makeTarget,
  planOf,
  tablePlan,
  type SourceFile,
  type TestTarget,
} from "./room.js";

const table = tablePlan("t", [
  columnPlan("id", "bigint"),
  columnPlan("name", pgType("character varying", 20)),
]);
const second = tablePlan("u", [columnPlan("id", "bigint")], { rows: 1 });
const sourceSql = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two');
  CREATE TABLE u (id INTEGER PRIMARY KEY); INSERT INTO u VALUES (1);`;

let source: SourceFile;
let target: TestTarget;

beforeEach(async () => {
  source = await makeSource(sourceSql);
  target = await makeTarget();
  await target.query("CREATE TABLE t (id bigint, name varchar(20))");
  await target.query("INSERT INTO t VALUES (1, 'one'), (2, 'two')");
  await target.query("CREATE TABLE u (id bigint)");
  await target.query("INSERT INTO u VALUES (1)");
});

afterEach(async () => {
  source.remove();
  await target.remove();
});

const validate = (
  plan: Plan = planOf(table, second),
  session: Session = target.session,
  schema = "public",
  method?: ProofMethod,
) => validateTables(source.source, session, plan, schema, { method });

describe("a target that is not what the plan says", () => {
  test("a missing table is different, and the others get their verdicts", async () => {
    await target.query("DROP TABLE t");
    expect(await validate()).toEqual([
      {
        source: "t",
        target: "t",
        verdict: "different",
        sourceRows: 2,
        targetRows: null,
        rejected: 0,
        sourceDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        targetDigest: null,
        reason: "the target has no table public.t",
        asked: false,
        reader: "sqlite",
        method: null,
        differences: null,
        notCompared: [],
        aggregates: null,
      },
      expect.objectContaining({ target: "u", verdict: "identical" }),
    ]);
  });

  test("a table in another schema is no table of this one", async () => {
    await target.query("CREATE SCHEMA elsewhere");
    const [verdict] = await validate(planOf(table), target.session, "elsewhere");
    expect(verdict).toMatchObject({ verdict: "different", reason: "the target has no table elsewhere.t" });
  });

  test("a view of the name is no table", async () => {
    await target.query("ALTER TABLE t RENAME TO hidden");
    await target.query("CREATE VIEW t AS SELECT * FROM hidden");
    expect((await validate())[0]).toMatchObject({
      verdict: "different",
      reason: "the target has no table public.t",
    });
  });

  test("a missing column is different, with the rows counted", async () => {
    await target.query("ALTER TABLE t DROP name");
    expect((await validate())[0]).toMatchObject({
      verdict: "different",
      sourceRows: 2,
      targetRows: 2,
      targetDigest: null,
      reason: "the target's table t has no column name",
    });
  });

  test("a column of another type is different, even where a cast would make its values equal", async () => {
    await target.query("ALTER TABLE t ALTER id TYPE numeric(10,2)");
    await target.query("UPDATE t SET id = id + 0.4");
    expect((await validate())[0]).toMatchObject({
      verdict: "different",
      targetRows: 2,
      reason: "the target's column t.id is numeric(10,2), the plan says bigint",
    });
  });

  test("a column of a domain is compared as the type below it", async () => {
    await target.query("CREATE DOMAIN short AS varchar(20)");
    await target.query("CREATE DOMAIN shorter AS short NOT NULL CHECK (VALUE <> 'x')");
    await target.query("ALTER TABLE t ALTER name TYPE shorter");
    expect((await validate())[0]).toMatchObject({ verdict: "identical" });
    await target.query("UPDATE t SET name = name || ' ' WHERE id = 1");
    expect((await validate())[0]).toMatchObject({ verdict: "different" });
  });

  test("a column of a domain over another type is of that type", async () => {
    await target.query("CREATE DOMAIN price AS numeric(10,2)");
    await target.query("ALTER TABLE t ALTER id TYPE price");
    expect((await validate())[0]?.reason).toBe(
      "the target's column t.id is public.price, the plan says bigint",
    );
  });

  test("types that the planned one holds whole are compared through it", async () => {
    const held = tablePlan("held", [
      columnPlan("a", "bigint"),
      columnPlan("b", "bigint"),
      columnPlan("c", "double precision"),
      columnPlan("d", "timestamp with time zone"),
      columnPlan("e", "text"),
    ]);
    const heldSource = await makeSource(
      "CREATE TABLE held (a, b, c, d, e); INSERT INTO held VALUES (7, -7, 0.5, '2020-01-01 12:00:00.000001', 'x')",
    );
    await target.query("CREATE TABLE held (a integer, b smallint, c real, d timestamp, e varchar(3))");
    await target.query("INSERT INTO held VALUES (7, -7, 0.5, '2020-01-01 12:00:00.000001', 'x')");
    const kind = async () =>
      (await validateTables(heldSource.source, target.session, planOf(held), "public"))[0]?.verdict;
    try {
      expect(await kind()).toBe("identical");
      for (const change of ["a = 8", "b = -8", "c = 0.50000006", "d = d + interval '1 us'", "e = 'y'"]) {
        await target.query(`UPDATE held SET ${change}`);
        expect(await kind()).toBe("different");
        await target.query(
          "UPDATE held SET a = 7, b = -7, c = 0.5, d = '2020-01-01 12:00:00.000001', e = 'x'",
        );
      }
    } finally {
      heldSource.remove();
    }
  });

  test("a longer varchar holds the same values", async () => {
    await target.query("ALTER TABLE t ALTER name TYPE varchar(200)");
    expect((await validate())[0]).toMatchObject({ verdict: "identical" });
  });

  test("columns in another order, and more of them, are no difference", async () => {
    await target.query("ALTER TABLE t ADD more text DEFAULT 'x'");
    await target.query("ALTER TABLE t ADD id2 bigint");
    await target.query("UPDATE t SET id2 = id");
    await target.query("ALTER TABLE t DROP id");
    await target.query("ALTER TABLE t RENAME id2 TO id");
    expect((await validate())[0]).toMatchObject({ verdict: "identical" });
  });

  test("rows in a partition count", async () => {
    await target.query("DROP TABLE t");
    await target.query("CREATE TABLE t (id bigint, name varchar(20)) PARTITION BY LIST (id)");
    await target.query("CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1)");
    await target.query("CREATE TABLE t2 PARTITION OF t DEFAULT");
    await target.query("INSERT INTO t VALUES (2, 'two'), (1, 'one')");
    expect((await validate())[0]).toMatchObject({ verdict: "identical" });
  });
});

describe("a side that cannot be read", () => {
  test("a table that the role may not read is unproven, and the others get their verdicts", async () => {
    const role = await makeRole();
    await target.query(`GRANT SELECT ON u TO ${role.name}`);
    try {
      const verdicts = await validate(planOf(table, second), role.session);
      expect(verdicts).toMatchObject([
        { verdict: "unproven", sourceRows: 2, targetRows: null, targetDigest: null },
        { verdict: "identical" },
      ]);
      expect(verdicts[0]?.reason).toMatch(/^Cannot read the target's table public\.t: permission denied/);
    } finally {
      await role.remove();
    }
  });

  test("a table under row-level security is unproven, even where the policy shows all its rows", async () => {
    const role = await makeRole();
    await target.query("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
    await target.query("CREATE POLICY everything ON t USING (true)");
    await target.query(`GRANT SELECT ON t TO ${role.name}`);
    await role.session.query("SET row_security = on");
    try {
      const [verdict] = await validate(planOf(table), role.session);
      expect(verdict?.verdict).toBe("unproven");
      expect(verdict?.reason).toMatch(/row-level security/);
    } finally {
      await role.remove();
    }
  });

  /** A role without rights, and the test's session as that role. */
  const makeRole = async () => {
    const [{ name } = { name: "" }] = await target.query("SELECT current_database() || '_reader' AS name");
    await target.query(`CREATE ROLE ${String(name)}`);
    await target.session.query(`SET SESSION AUTHORIZATION ${String(name)}`);
    const remove = async (): Promise<void> => {
      await target.session.query("RESET SESSION AUTHORIZATION");
      await target.query(`DROP OWNED BY ${String(name)}`);
      await target.query(`DROP ROLE ${String(name)}`);
    };
    return { name: String(name), session: target.session, remove };
  };

  test("a table that the source does not have is unproven", async () => {
    await target.query("CREATE TABLE v (id bigint)");
    expect(await validate(planOf(tablePlan("v", [columnPlan("id", "bigint")])))).toMatchObject([
      { verdict: "unproven", sourceRows: null, targetRows: 0, reason: "the source has no table v" },
    ]);
  });

  test("a column that the source does not have makes its table unproven", async () => {
    const renamed = tablePlan("u", [{ ...columnPlan("id", "bigint"), source: "key" }]);
    const [verdict] = await validate(planOf(renamed));
    expect(verdict).toMatchObject({ verdict: "unproven", sourceRows: null, targetRows: 1 });
    expect(verdict?.reason).toMatch(/no such column: t\.key/);
  });

  test("a damaged page makes its table unproven, and the others get their verdicts", async () => {
    const damaged = await makeSource(sourceSql);
    const root = damaged.source.database
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 't'")
      .pluck()
      .get();
    damaged.source.close();
    const descriptor = openSync(damaged.path, "r+");
    writeSync(descriptor, Buffer.alloc(8, 0xff), 0, 8, (Number(root) - 1) * 4096);
    closeSync(descriptor);
    const reopened = await openSource(damaged.path, {});
    try {
      const verdicts = await validateTables(reopened, target.session, planOf(table, second), "public");
      expect(verdicts).toMatchObject([
        { verdict: "unproven", sourceRows: null, targetRows: 2 },
        { verdict: "identical" },
      ]);
      expect(verdicts[0]?.reason).toMatch(/damaged/);
    } finally {
      reopened.close();
      damaged.remove();
    }
  });

  test("a lost connection ends the run", async () => {
    const blocker = await lockTable("u");
    const [{ pid } = { pid: "" }] = await target.session.query("SELECT pg_backend_pid() AS pid");
    const running = validate();
    const outcome = expect(running).rejects.toMatchObject({ name: "ToolError", code: "target-lost" });
    await untilWaiting();
    await target.query("SELECT pg_terminate_backend($1)", [pid]);
    await outcome;
    await blocker.end();
  });
});

/** A session that keeps others from reading the table until it ends. */
const lockTable = async (name: string): Promise<Session> => {
  const session = await target.open();
  await session.query("BEGIN");
  await session.query(`LOCK TABLE public.${name} IN ACCESS EXCLUSIVE MODE`);
  return session;
};

/** Until some session waits for a lock. */
const untilWaiting = async (): Promise<void> => {
  for (;;) {
    const waiting = await target.query(
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    );
    if (waiting.length > 0) return;
  }
};

describe("rows that differ in number", () => {
  test.each([
    ["INSERT INTO u VALUES (1), (2)", 3],
    ["DELETE FROM u", 0],
  ])("are different, with both counts in words (%s)", async (sql, rows) => {
    await target.query(sql);
    expect((await validate())[1]).toMatchObject({
      verdict: "different",
      sourceRows: 1,
      targetRows: rows,
      reason: `the source has 1 row, the target has ${rows}`,
    });
  });
});

describe("values that do not convert", () => {
  test("make the table different, with the first of them and both counts in words", async () => {
    const narrow = tablePlan("t", [columnPlan("id", "bigint"), columnPlan("name", "boolean")]);
    await target.query("ALTER TABLE t ALTER name TYPE boolean USING true");
    expect(await validate(planOf(narrow))).toEqual([
      {
        source: "t",
        target: "t",
        verdict: "different",
        sourceRows: 2,
        targetRows: 2,
        rejected: 0,
        sourceDigest: null,
        targetDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        reason:
          "2 rows of the source do not convert: table t, rowid 1, column name (boolean): TEXT 'one' is none of t, f, true, false",
        asked: false,
        reader: "sqlite",
        method: { by: "stream", because: "the tables are small" },
        differences: null,
        notCompared: [],
        aggregates: null,
      },
    ]);
  });
});

describe("the self-test", () => {
  /** The server's answers to a slightly other question, as a relative of PostgreSQL may give them. */
  const bent = (session: Session, bend: (sql: string) => string): Session => ({
    ...session,
    query: (sql, parameters) => session.query(bend(sql), parameters),
  });

  test("a server with another form of a type in use proves nothing", async () => {
    const session = bent(target.session, (sql) => sql.replaceAll("trim_scale", ""));
    const priced = tablePlan("u", [columnPlan("id", "numeric")]);
    const reason =
      "the self-test failed: this server gives numeric another canonical form than PostgreSQL does";
    expect(await validate(planOf(table, priced), session, "public", "digest")).toMatchObject([
      { target: "t", verdict: "unproven", sourceRows: null, targetRows: null, reason },
      { target: "u", verdict: "unproven", reason },
    ]);
  });

  test("another form of a type that is not in use does not matter", async () => {
    const session = bent(target.session, (sql) => sql.replaceAll("trim_scale", ""));
    expect((await validate(planOf(second), session))[0]?.verdict).toBe("identical");
  });

  test("what fails in the database alone is streamed, unless the database was asked for", async () => {
    const session = bent(target.session, (sql) => sql.replaceAll("record_send", "record_send_"));
    const [verdict] = await validate(planOf(table), session);
    expect(verdict).toMatchObject({ verdict: "identical", method: { by: "stream" } });
    expect(verdict?.method?.because).toContain("record_send_");
  });

  /** What is streamed comes by the client itself. */
  const bentStream = (session: Session, bend: (sql: string) => string): Session => ({
    ...session,
    client: new Proxy(session.client, {
      get: (client, name) => {
        if (name !== "query") return Reflect.get(client, name) as unknown;
        return (copy: { text: string }) => {
          copy.text = bend(copy.text);
          return client.query(copy as never) as unknown;
        };
      },
    }),
  });

  test("what fails streamed alone is digested in the database, unless streaming was asked for", async () => {
    const session = bentStream(target.session, (sql) => sql.replaceAll("::int8 AS f", "::int8 # 1 AS f"));
    const reason =
      "the self-test failed: this server gives bigint another canonical form than PostgreSQL does";
    const method = { by: "digest", because: `of streamed rows ${reason}` };
    expect(await validate(planOf(table), session)).toMatchObject([{ verdict: "identical", method }]);
    expect(await validate(planOf(table), session, "public", "stream")).toMatchObject([
      { verdict: "unproven", reason },
    ]);
  });

  test("a server without record_send proves nothing", async () => {
    const session = bent(target.session, (sql) => sql.replaceAll("record_send", "record_send_"));
    const [verdict] = await validate(planOf(table), session, "public", "digest");
    expect(verdict?.verdict).toBe("unproven");
    expect(verdict?.reason).toMatch(/^Cannot test the server's canonical form: .*record_send_/);
  });
});

describe("the target's catalogs", () => {
  test("are asked once for all tables, before the rows and after them", async () => {
    const asked: string[] = [];
    const session: Session = {
      ...target.session,
      query: (sql, parameters) => {
        if (sql.includes("pg_class")) asked.push(sql);
        return target.session.query(sql, parameters);
      },
    };
    const questions = async (plan: Plan): Promise<number> => {
      asked.splice(0);
      await validate(plan, session);
      expect(await faultsBeyondRows(session, plan, { isKnown: true })).toEqual([]);
      return asked.length;
    };
    expect(await questions(planOf(table, second))).toBe(await questions(planOf(table)));
  });
});

describe("a run", () => {
  test("of no tables has no verdicts", async () => {
    expect(await validate(planOf())).toEqual([]);
  });

  test("of empty tables on both sides is identical", async () => {
    const empty = await makeSource("CREATE TABLE u (id)");
    await target.query("TRUNCATE u");
    try {
      const verdicts = await validateTables(empty.source, target.session, planOf(second), "public");
      expect(verdicts).toMatchObject([
        { verdict: "identical", sourceRows: 0, targetRows: 0, targetDigest: "0".repeat(64) },
      ]);
    } finally {
      empty.remove();
    }
  });

  test("of a table as wide as PostgreSQL allows sees its last column", async () => {
    const names = Array.from({ length: 1600 }, (_, index) => `c${index}`);
    const wide = tablePlan(
      "wide",
      names.map((name) => columnPlan(name, "boolean")),
    );
    const wideSource = await makeSource(
      `CREATE TABLE wide (${names.join(", ")}); INSERT INTO wide VALUES (${names.map((_, at) => at % 2).join(", ")})`,
    );
    await target.query(`CREATE TABLE wide (${names.map((name) => `${name} boolean`).join(", ")})`);
    await target.query(`INSERT INTO wide VALUES (${names.map((_, at) => String(at % 2 === 1)).join(", ")})`);
    try {
      const verdict = async () =>
        (await validateTables(wideSource.source, target.session, planOf(wide), "public"))[0]?.verdict;
      expect(await verdict()).toBe("identical");
      await target.query("UPDATE wide SET c1599 = false");
      expect(await verdict()).toBe("different");
    } finally {
      wideSource.remove();
    }
  });

  test("tells its phase and each table that is done", async () => {
    const events: ProgressEvent[] = [];
    await validateTables(source.source, target.session, planOf(table, second), "public", {
      onProgress: (event) => events.push(event),
    });
    expect(events.filter(({ kind }) => kind !== "table")).toEqual([
      { kind: "phase", phase: "validate", tables: 2, rows: 1 },
      { kind: "table-done", phase: "validate", table: "t", rows: 2 },
      { kind: "table-done", phase: "validate", table: "u", rows: 1 },
    ]);
  });

  test("leaves the session outside any transaction, as it was", async () => {
    await validate();
    expect(await target.session.query("SHOW transaction_isolation")).toEqual([
      { transaction_isolation: "read committed" },
    ]);
    expect(await target.session.query("SHOW enable_indexscan")).toEqual([{ enable_indexscan: "on" }]);
  });

  test("is not begun once the signal is given", async () => {
    const running = validateTables(source.source, target.session, planOf(table), "public", {
      signal: AbortSignal.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: "ToolError", code: "interrupted" });
  });

  test("is interrupted while the server is at work, and the session can be used again", async () => {
    const blocker = await lockTable("u");
    const stop = new AbortController();
    const running = validateTables(source.source, target.session, planOf(table, second), "public", {
      signal: stop.signal,
    });
    const outcome = expect(running).rejects.toMatchObject({ name: "ToolError", code: "interrupted" });
    await untilWaiting();
    stop.abort();
    await outcome;
    expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    await blocker.end();
  });

  test("waits for the target as long as it takes, whatever timeouts are set", async () => {
    for (const timeout of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]) {
      await target.session.query(`SET ${timeout} = '500ms'`);
    }
    const blocker = await lockTable("u");
    const running = validate();
    await untilWaiting();
    await new Promise((resolve) => setTimeout(resolve, 800));
    await blocker.end();
    expect((await running).map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
  });

  test("sees one moment of the target, whatever is committed meanwhile", async () => {
    let changed: Promise<unknown> | null = null;
    const onProgress = (event: ProgressEvent): void => {
      if (event.kind === "table-done") changed ??= target.query("INSERT INTO u VALUES (2)");
    };
    const slow = {
      ...target.session,
      query: async (sql: string, parameters?: readonly (string | null | Buffer)[]) => {
        await changed;
        return target.session.query(sql, parameters);
      },
    };
    const verdicts = await validateTables(source.source, slow, planOf(table, second), "public", {
      onProgress,
    });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
    expect(await target.query("SELECT count(*) AS n FROM u")).toEqual([{ n: "2" }]);
  });
});
