/** Rows that the target's own constraints do not take where it has rows already: listed with their keys, and nothing has happened. */
import { describe, expect, test } from "vitest";
import { ToolError } from "../../../src/errors.js";
import type { ExistingRows } from "../../../src/model/existing.js";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { status } from "../../../src/pipeline/status.js";
import { undo } from "../../../src/pipeline/undo.js";
import { catalogLines } from "../../catalogs.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
const environment = process.env;

const move = (sql: string, existingRows: ExistingRows, options: MigrateOptions = {}) =>
  migrate(makeFile("app", sql).path, database.url, {
    environment,
    intoExisting: true,
    existingRows,
    ...options,
  });

const written = (table: string) => database.query(`SELECT xmin, t::text FROM ${table} t ORDER BY 2`);

/** @returns what refused them. */
async function refused(target: string, sql: string, existingRows: ExistingRows) {
  await database.query(target);
  const before = [await written("t"), await catalogLines(database)];
  const outcome = await move(sql, existingRows);
  expect([await written("t"), await catalogLines(database)]).toEqual(before);
  expect(await database.query("SELECT FROM pg_namespace WHERE nspname LIKE 'sqlift_run_%'")).toEqual([]);
  expect(outcome.status).toBe("refused");
  expect((await status(database.url, { environment })).runs).toMatchObject([{ status: "refused" }]);
  return outcome.findings.flatMap((finding) =>
    finding.kind === "constraint-broken"
      ? [`${finding.constraint} ${finding.name}: ${finding.rows}: ${finding.first.toSorted().join("; ")}`]
      : [],
  );
}

describe.each(["update", "skip"] as const)("%s", (rows) => {
  test("a row that collides with one of another key", async () => {
    expect(
      await refused(
        "CREATE TABLE t (id int PRIMARY KEY, email text UNIQUE); INSERT INTO t VALUES (1, 'a@x'), (2, 'b@x')",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO t VALUES (1, 'a@x'), (3, 'b@x'), (4, NULL)",
        rows,
      ),
    ).toEqual(["unique t_email_key: 1: id = 3, email = b@x"]);
  });

  test("rows of the source that are one row there", async () => {
    expect(
      await refused(
        `CREATE EXTENSION IF NOT EXISTS citext; CREATE TABLE t (name citext PRIMARY KEY, no int); INSERT INTO t VALUES ('x', 1)`,
        "CREATE TABLE t (name TEXT PRIMARY KEY, no INTEGER); INSERT INTO t VALUES ('Ann', 1), ('ANN', 2), ('bob', 3)",
        rows,
      ),
    ).toEqual(["unique t_pkey: 2: name = ANN; name = Ann"]);
  });

  test("rows that break a check", async () => {
    expect(
      await refused(
        "CREATE TABLE t (id int PRIMARY KEY, price int CONSTRAINT paid CHECK (price > 0)); INSERT INTO t VALUES (1, 5)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, price INTEGER); INSERT INTO t VALUES (1, 5), (2, -1), (3, 0), (4, 7)",
        rows,
      ),
    ).toEqual(["check paid: 2: id = 2, price = -1; id = 3, price = 0"]);
  });
});

describe("misuse", () => {
  test("a number that PostgreSQL alone may give would have to become another", async () => {
    expect(
      await refused(
        "CREATE TABLE t (name text NOT NULL UNIQUE, no int GENERATED ALWAYS AS IDENTITY); INSERT INTO t (name) VALUES ('a'), ('b')",
        "CREATE TABLE t (name TEXT, no INTEGER); INSERT INTO t VALUES ('a', 1), ('b', 7), ('c', 9)",
        "update",
      ),
    ).toEqual(["identity no: 1: name = b, no = 7"]);
  });

  test("a foreign key of tables that are not loaded", async () => {
    await database.query(
      `CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL UNIQUE); INSERT INTO t VALUES (1, 'a');
       CREATE TABLE others (code text REFERENCES t (code) ON UPDATE CASCADE); INSERT INTO others VALUES ('a')`,
    );
    const before = [await written("t"), await written("others")];
    const sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO t VALUES (1, 'b')";
    const owner = `${database.name}_owner`;
    for (const role of [undefined, owner]) {
      if (role !== undefined)
        await database.query(
          `CREATE ROLE ${role}; GRANT CREATE ON DATABASE ${database.name} TO ${role}; DROP SCHEMA sqlift CASCADE;
           GRANT ALL ON SCHEMA public TO ${role}; GRANT ALL ON others TO ${role}; ALTER TABLE t OWNER TO ${role}`,
        );
      const { status: ended, findings } = await move(sql, "update", { role });
      expect([ended, ...findings]).toMatchObject([
        "refused",
        { kind: "rows-given-up" },
        {
          kind: "target-unsuited",
          reason: "referenced-by-rows",
          what: "public.others (foreign key others_code_fkey: 1)",
        },
      ]);
      expect([await written("t"), await written("others")]).toEqual(before);
    }
    await database.query(`DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}`);
  });

  test("rows that came when it was planned", async () => {
    await database.query(
      "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE u (id int PRIMARY KEY)",
    );
    const moving = move(
      "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE u (id INTEGER PRIMARY KEY); INSERT INTO u VALUES (5)",
      "skip",
      {
        onProgress: (told) => {
          if (told.kind === "phase" && told.phase === "validate")
            void database.query("INSERT INTO u VALUES (5)");
        },
      },
    );
    await expect(moving).rejects.toMatchObject({ code: "plan-mismatch" });
    expect(await database.query("SELECT FROM u")).toHaveLength(1);
  });
});

test("Ctrl-C leaves nothing", async () => {
  await database.query("CREATE TABLE t (id serial PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')");
  const before = [await written("t"), await catalogLines(database)];
  for (const phase of ["copy", "validate"]) {
    const aborting = new AbortController();
    const moving = move(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'y')",
      "update",
      {
        signal: aborting.signal,
        onProgress: (told) => {
          if (told.kind === "phase" && told.phase === phase) aborting.abort();
        },
      },
    );
    await expect(moving).rejects.toMatchObject({ code: "interrupted" });
    expect([await written("t"), await catalogLines(database)]).toEqual(before);
  }
  expect((await status(database.url, { environment })).runs).toMatchObject([
    { status: "interrupted", leftSchema: false },
    { status: "interrupted", leftSchema: false },
  ]);
});

test("once its rows have come over a run is done, whatever comes then", async () => {
  await database.query("CREATE TABLE t (id serial PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')");
  const [first, next] = [await database.open(), await database.open()];
  await first.query("BEGIN; LOCK TABLE public.t IN ROW EXCLUSIVE MODE");
  const aborting = new AbortController();
  const moving = move(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'y')",
    "update",
    {
      signal: aborting.signal,
    },
  );
  const waiting = async (count: number): Promise<void> => {
    const sql = "SELECT FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";
    while ((await database.query(sql)).length < count)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await waiting(1);
  // Whoever reads the table after the run's COMMIT waits for this one.
  const taking = next.query("BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
  await waiting(2);
  await first.query("COMMIT");
  await taking;
  aborting.abort();
  expect((await moving).status).toBe("migrated");
  await next.query("COMMIT");
  await Promise.all([first.end(), next.end()]);
  expect((await status(database.url, { environment })).runs).toMatchObject([{ status: "done", rows: 1 }]);
});

test("what is cut off leaves its own schema alone, and the next one takes it away", async () => {
  await database.query("CREATE TABLE t (id serial PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')");
  const before = [await written("t"), await catalogLines(database)];
  const file = makeFile(
    "app",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'y'), (2, 'z')",
  );
  const moveFile = (options: MigrateOptions = {}) =>
    migrate(file.path, database.url, { environment, intoExisting: true, existingRows: "update", ...options });
  const cutOff = async (): Promise<void> => {
    // It waits for the table, and its session is ended there.
    await database.query("BEGIN; LOCK TABLE t IN ACCESS SHARE MODE; LOCK TABLE t IN ROW EXCLUSIVE MODE");
    const moving = moveFile().catch((error: unknown) => error);
    for (;;) {
      const waiting = await database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass",
      );
      if (waiting.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const error = await moving;
    await database.query("COMMIT");
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ code: "target-lost" });
  };
  await cutOff();
  expect((await status(database.url, { environment })).runs).toMatchObject([
    { isCutOff: true, leftSchema: true },
  ]);
  expect(await undo(database.url, null, { environment })).toMatchObject({ status: "undone" });
  expect([await written("t"), await catalogLines(database)]).toEqual(before);
  await cutOff();
  const said: string[] = [];
  const outcome = await moveFile({
    onProgress: (told) => {
      if (told.kind === "says") said.push(told.message);
    },
  });
  expect(said).toContain(
    "run 2 (app.db) was cut off: none of its rows had come over, and its own tables are gone",
  );
  expect(outcome.status).toBe("migrated");
  expect(await database.query("SELECT a FROM t ORDER BY id")).toEqual([{ a: "y" }, { a: "z" }]);
  expect(await catalogLines(database)).toEqual(before[1]);
});

test("partitions, composite keys of another order, and an index alone", async () => {
  await database.query(
    `CREATE TABLE t (day date, no int, a text, PRIMARY KEY (no, day)) PARTITION BY RANGE (day);
     CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE TABLE t_2 PARTITION OF t DEFAULT;
     CREATE TABLE u (a text NOT NULL, b int NOT NULL, c text); CREATE UNIQUE INDEX k ON u (b, a);
     INSERT INTO t VALUES ('2024-05-05', 1, 'x'), ('2023-05-05', 1, 'y'); INSERT INTO u VALUES ('a', 1, 'x')`,
  );
  const before = await catalogLines(database);
  const outcome = await move(
    `CREATE TABLE t (day TEXT, no INTEGER, a TEXT); INSERT INTO t VALUES ('2024-05-05', 1, 'x'), ('2023-05-05', 1, 'z'), ('2026-01-01', 2, 'new');
     CREATE TABLE u (a TEXT, b INTEGER, c TEXT); INSERT INTO u VALUES ('a', 1, 'X'), ('b', 1, 'x')`,
    "update",
  );
  expect(outcome.tables.map(({ merged }) => merged)).toMatchObject([
    { inserted: 1, changed: 1, same: 1 },
    { inserted: 1, changed: 1, same: 0 },
  ]);
  expect(await database.query("SELECT no, a FROM t ORDER BY day")).toEqual([
    { no: "1", a: "z" },
    { no: "1", a: "x" },
    { no: "2", a: "new" },
  ]);
  expect(await catalogLines(database)).toEqual(before);
});
