/** Virtual columns that PostgreSQL cannot compute: carried with the values that SQLite has, or said why not; never a hang. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { migrationExitCode } from "../../src/cli/exit-code.js";
import { migrate, type MigrateOptions } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { validate } from "../../src/pipeline/validate.js";
import { databaseForEach } from "../database.js";
import { sqliteForEach, type SqliteFile } from "../fixture.js";
import { run, startCommand } from "./command.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
const options: MigrateOptions = { environment: process.env, ownProcess: true };

/** The value, by an expression that is not translated. */
const odd = (value: string): string => `iif(printf('%!.3e', 1.5) = '', NULL, ${value})`;

/** Compares n bytes n times: of five millions longer than anybody waits. */
const endless = `CREATE TABLE t (id INTEGER PRIMARY KEY, n);
  INSERT INTO t VALUES (1, 1), (2, 5000000);
  ALTER TABLE t ADD COLUMN g AS (instr(printf('%.*c', 2 * n, 'a'), printf('%.*c', n, 'a') || 'b'));`;

/** Enough for more than one thread. */
const large =
  "CREATE TABLE large (body BLOB); INSERT INTO large VALUES (zeroblob(9000000)), (zeroblob(9000000));";

const verdictsOf = ({ verdicts }: { readonly verdicts: readonly { readonly verdict: string }[] }) =>
  verdicts.map(({ verdict }) => verdict);

describe("a value that SQLite itself cannot compute", () => {
  const broken = `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
    INSERT INTO t VALUES (1, '{"a":1}'), (7, 'no json');
    ALTER TABLE t ADD COLUMN "the a" AS (${odd("json_extract(body, '$.a')")});`;

  test("ends the run before anything is written; the mapping it names lets the rest through", async () => {
    const file = makeFile("broken", broken);
    const refused = await run(["migrate", file.path, database.url]);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain(
      'Table "t", column "the a", rowid 7: SQLite cannot compute the value: malformed JSON.',
    );
    expect(await database.query("SELECT to_regclass('public.t') AS there")).toEqual([{ there: null }]);
    const rule = /tables: \{ .* \}$/m.exec(refused.err)?.[0];
    const mapping = join(dirname(file.path), "skip.yaml");
    writeFileSync(mapping, `version: 1\n${rule ?? ""}\n`);
    const { exitCode } = await run(["migrate", file.path, database.url, "--mapping", mapping]);
    expect(exitCode).toBe(0);
    expect(await database.query("SELECT * FROM t ORDER BY id")).toEqual([
      { id: "1", body: '{"a":1}' },
      { id: "7", body: "no json" },
    ]);
  });

  test("because the application had the function, is listed, and the others come", async () => {
    const file = makeFile("ours", "");
    const sqlite = new Database(file.path);
    sqlite.function("ours", { deterministic: true }, (n: unknown) => n);
    sqlite.exec(
      `CREATE TABLE t (n INTEGER, f AS (ours(n)), g AS (${odd("n + 1")})); INSERT INTO t VALUES (1);`,
    );
    sqlite.close();
    const outcome = await migrate(file.path, database.url, options);
    expect(outcome.notCarried).toMatchObject([
      {
        name: "t.f",
        sql: "AS (ours(n))",
        reason: expect.stringMatching(/from SQLite here: unknown function: ours/) as string,
      },
      { name: "t.g", reason: expect.stringMatching(/its values are carried as a plain column$/) as string },
    ]);
    expect(migrationExitCode(outcome, false)).toBe(0);
    expect(await database.query("SELECT * FROM t")).toEqual([{ n: "1", g: "2" }]);
  });
});

describe("an expression without an end", () => {
  const childOf = async (pid: number): Promise<number> => {
    for (;;) {
      const { stdout } = spawnSync("pgrep", ["-P", String(pid), "-f", "confined-child"], {
        encoding: "utf8",
      });
      if (stdout !== "") return Number(stdout.trim());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const isThere = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test("whose process is killed ends the run with 2, and says so", async () => {
    const { child, done } = startCommand(["migrate", makeFile("endless", endless).path, database.url]);
    // The first one only asks whether the expression is known.
    const first = await childOf(child.pid!);
    while (isThere(first)) await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(await childOf(child.pid!), "SIGKILL");
    const { exitCode, err } = await done;
    expect(exitCode).toBe(2);
    expect(err).toContain("the process that computes generated columns ended by itself (SIGKILL)");
    expect(await database.query("SELECT to_regclass('public.t') AS there")).toEqual([{ there: null }]);
  });

  test("is ended by Ctrl-C", async () => {
    const { child, done } = startCommand(["plan", makeFile("endless", endless).path]);
    const first = await childOf(child.pid!);
    while (isThere(first)) await new Promise((resolve) => setTimeout(resolve, 20));
    const computing = await childOf(child.pid!);
    child.kill("SIGINT");
    expect((await done).exitCode).toBe(2);
    expect(isThere(computing)).toBe(false);
  });

  test("is ended by Ctrl-C in the proof as well, by whichever thread it is read", async () => {
    const file = makeFile("later", endless.replace("5000000", "3") + large);
    await migrate(file.path, database.url, options);
    const sqlite = new Database(file.path);
    // Not by UPDATE alone, which computes.
    const added = endless.slice(endless.indexOf("ALTER"));
    sqlite.exec(`ALTER TABLE t DROP COLUMN g; UPDATE t SET n = 5000000 WHERE id = 2; ${added}`);
    sqlite.close();
    const { child, done } = startCommand(["validate", file.path, database.url, "--jobs", "3"]);
    const computing = await childOf(child.pid!);
    child.kill("SIGINT");
    expect((await done).exitCode).toBe(2);
    expect(isThere(computing)).toBe(false);
  });
});

const value = fc.record({
  i: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  r: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  t: fc.option(
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text.replaceAll("\0", "")).toString()),
  ),
  b: fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
});

const typed = ["i INTEGER", "r REAL", "t TEXT", "b BLOB"] as const;

function typedFile(setup: string, rows: readonly object[]): SqliteFile {
  const computed = typed.map((column) => `v${column} AS (${odd(column[0]!)})`);
  const file = makeFile("typed", setup);
  const sqlite = new Database(file.path);
  sqlite.exec(`CREATE TABLE t (${["id INTEGER PRIMARY KEY", ...typed, ...computed].join(", ")})`);
  const insert = sqlite.prepare("INSERT INTO t (i, r, t, b) VALUES (@i, @r, @t, @b)");
  for (const row of rows) insert.run(row);
  sqlite.close();
  return file;
}

describe("the values of every type", () => {
  test.each(["", "PRAGMA encoding = 'UTF-16be';", "PRAGMA journal_mode = WAL;"])(
    "are the same on both sides, and proven so (%s)",
    async (setup) => {
      const rows = fc.sample(value, { numRuns: 200, seed: setup.length });
      const file = typedFile(setup, rows);
      const outcome = await migrate(file.path, database.url, options);
      expect(verdictsOf(outcome)).toEqual(["identical"]);
      const columns = await database.query(
        "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 't' AND column_name LIKE 'v%' ORDER BY 1",
      );
      expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
        "vb bytea",
        "vi bigint",
        "vr double precision",
        "vt text",
      ]);
      expect(
        await database.query(
          `SELECT count(*)::text AS n, count(*) FILTER (WHERE (i, r, t, b) IS NOT DISTINCT FROM (vi, vr, vt, vb))::text AS same FROM t`,
        ),
      ).toEqual([{ n: "200", same: "200" }]);
    },
  );

  test("are compared by threads, too", async () => {
    const file = typedFile(large, [{ i: 1, r: 0.5, t: "x", b: null }]);
    const several = { ...options, jobs: 3 };
    expect(verdictsOf(await migrate(file.path, database.url, several))).toEqual(["identical", "identical"]);
    await database.query("UPDATE t SET vi = 0");
    expect(verdictsOf(await validate(file.path, database.url, several))).toEqual(["identical", "different"]);
  });

  test("are compared again by validate, from what SQLite computes then", async () => {
    const file = typedFile("", [{ i: 1, r: 0.5, t: "x", b: null }]);
    await migrate(file.path, database.url, options);
    expect(verdictsOf(await validate(file.path, database.url, options))).toEqual(["identical"]);
    await database.query("UPDATE t SET vt = 'y'");
    const { verdicts } = await validate(file.path, database.url, options);
    expect(verdicts).toMatchObject([
      {
        verdict: "different",
        differences: { missing: 0, extra: 0, changed: 1, listed: [{ kind: "changed" }] },
      },
    ]);
    await database.query("UPDATE t SET vt = 'x'");
    const sqlite = new Database(file.path);
    sqlite.exec("UPDATE t SET r = 0.25");
    sqlite.close();
    expect(verdictsOf(await validate(file.path, database.url, options))).toEqual(["different"]);
  });

  test("stand among the rejected rows, too", async () => {
    const file = typedFile("", [
      { i: 1, r: 0.5, t: "x", b: null },
      { i: 2, r: 0.5, t: "a\0b", b: null },
    ]);
    const outcome = await migrate(file.path, database.url, { ...options, onReject: "quarantine" });
    expect(verdictsOf(outcome)).toEqual(["identical-under-policy"]);
    expect(await database.query("SELECT id, vi FROM t")).toEqual([{ id: "1", vi: "1" }]);
    expect(verdictsOf(await validate(file.path, database.url, options))).toEqual(["identical-under-policy"]);
  });
});

test("keys and indexes on such a column are made, and a sample has its first rows", async () => {
  const file = makeFile(
    "keyed",
    `CREATE TABLE t (n INTEGER, g TEXT AS (${odd("n * 2")}) UNIQUE NOT NULL); CREATE INDEX by_g ON t (g DESC) WHERE g <> '';
     INSERT INTO t VALUES (1), (2);`,
  );
  const made = await plan(file.path, options);
  expect(made.tables[0]).toMatchObject({
    columns: [{ source: "n" }, { source: "g", generated: null, notNull: true, type: { name: "text" } }],
    uniques: [{ columns: ["g"] }],
    indexes: [{ name: "by_g" }],
    reader: { by: "sqlite", because: 'SQLite computes virtual column "g", which PostgreSQL cannot' },
  });
  expect((await plan(file.path, { ...options, sampleRows: 1 })).tables[0]?.rows).toBe(1);
});

test("an index over values that are too long for it is noticed, without computing them here", async () => {
  const file = makeFile(
    "long",
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, g TEXT AS (${odd("a")})); CREATE INDEX by_g ON t (g);
     INSERT INTO t (a) VALUES ('short'), (hex(randomblob(4000)));`,
  );
  const { findings } = await plan(file.path, options);
  expect(findings).toMatchObject([{ kind: "index-entry-too-large", row: { rowid: "2" } }]);
});

test("rows that are too long for a page are noticed, without computing them here", async () => {
  const list = Array.from({ length: 1020 }, (_, at) => `c${at} INTEGER AS (${odd("7")})`);
  const { findings } = await plan(
    makeFile(
      "wide",
      `CREATE TABLE t (id INTEGER PRIMARY KEY, ${list.join(", ")}); INSERT INTO t (id) VALUES (5);`,
    ).path,
    options,
  );
  expect(findings).toMatchObject([{ kind: "row-too-long", row: { rowid: "5" } }]);
});
