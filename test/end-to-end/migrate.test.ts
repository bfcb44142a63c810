/** What a migration leaves behind: a database that goes on working, a history, one JSON document, nothing half-made. */
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { copyForEach, createDatabase, databaseForAll, type TestDatabase } from "../database.js";
import { fixtureSql, makeSqlite, type SqliteFile } from "../fixture.js";
import { run, startCommand, type CommandResult } from "./command.js";

const cleaning: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function newDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  cleaning.push(() => database.drop());
  return database;
}

function sqlite(name: string, sql: string): SqliteFile {
  const file = makeSqlite(name, sql);
  cleaning.push(() => file.remove());
  return file;
}

/** Migrated once, for all that is asked of what it came to. */
const shop = databaseForAll();
let bookshop: SqliteFile;
let migrated: CommandResult;
beforeAll(async () => {
  bookshop = makeSqlite("bookshop", fixtureSql("bookshop"));
  migrated = await run(["migrate", bookshop.path, shop.url, "--json"]);
});
afterAll(() => bookshop.remove());

const schemaPath = join(import.meta.dirname, "..", "..", "schemas", "report.schema.json");
const isReport = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(schemaPath, "utf8")) as object,
);

describe("afterwards", () => {
  test("inserts go on: identities follow the largest id, sqlite_sequence, or start at 1", async () => {
    const database = await newDatabase();
    const file = sqlite(
      "identities",
      `CREATE TABLE "Größte" ("Id" INTEGER PRIMARY KEY, v); INSERT INTO "Größte" VALUES (7, 'a'), (41, 'b');
       CREATE TABLE deleted (id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO deleted VALUES (100, 'x'); DELETE FROM deleted;
       CREATE TABLE empty (id INTEGER PRIMARY KEY, v);
       CREATE TABLE negative (id INTEGER PRIMARY KEY, v); INSERT INTO negative VALUES (-5, 'n');
       CREATE TABLE full (id INTEGER PRIMARY KEY, v); INSERT INTO full VALUES (9223372036854775807, 'max');`,
    );
    expect((await run(["migrate", file.path, database.url])).exitCode).toBe(0);
    const next = async (table: string, id = "id"): Promise<string | null> => {
      const [row] = await database.query(
        `INSERT INTO public."${table}" (v) VALUES ('new') RETURNING "${id}" AS id`,
      );
      return row?.["id"] ?? null;
    };
    expect(await next("Größte", "Id")).toBe("42");
    expect(await next("deleted")).toBe("101");
    expect(await next("empty")).toBe("1");
    expect(await next("negative")).toBe("1");
    await expect(next("full")).rejects.toThrow(/maximum value/);
  });

  test("the history tells the run, and validate finds its plan", async () => {
    const runs = await shop.query(
      "SELECT run, status, source_file, target_schema, finished IS NOT NULL AS over FROM sqlift.runs",
    );
    expect(runs).toEqual([
      { run: "1", status: "done", source_file: "bookshop.db", target_schema: "public", over: "t" },
    ]);
    expect(await shop.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift_run%'")).toEqual([]);
    const validated = await run(["validate", bookshop.path, shop.url]);
    expect(validated.exitCode).toBe(0);
    expect(validated.out).toContain("run history");
  });

  test("statistics are there, and keys stand in the order that lets them be made", async () => {
    const [row] = await shop.query("SELECT reltuples FROM pg_class WHERE oid = 'public.book'::regclass");
    expect(row?.["reltuples"]).toBe("4");
  });

  test("--schema puts the tables elsewhere and makes the schema", async () => {
    const database = await newDatabase();
    expect((await run(["migrate", bookshop.path, database.url, "--schema", "My Shop"])).exitCode).toBe(0);
    const [row] = await database.query(`SELECT count(*) AS n FROM "My Shop".book`);
    expect(row?.["n"]).toBe("4");
    expect((await run(["validate", bookshop.path, database.url, "--schema", "My Shop"])).exitCode).toBe(0);
  });

  test("two files go into one database, each into its schema", async () => {
    const database = await newDatabase();
    const one = sqlite("one", "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);");
    const two = sqlite("two", "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2);");
    expect((await run(["migrate", one.path, database.url, "--schema", "one"])).exitCode).toBe(0);
    expect((await run(["migrate", two.path, database.url, "--schema", "two"])).exitCode).toBe(0);
    expect((await run(["validate", one.path, database.url])).exitCode).toBe(0);
    expect((await run(["validate", two.path, database.url])).exitCode).toBe(0);
  });
});

describe("validate", () => {
  const copy = copyForEach(shop);

  test("compares by the target's columns where no history is", async () => {
    await copy.query("DROP SCHEMA sqlift CASCADE");
    const same = await run(["validate", bookshop.path, copy.url, "--json"]);
    expect(same.exitCode, same.out).toBe(0);
    await copy.query("UPDATE public.book SET price = price + 0.01 WHERE isbn LIKE '%-5'");
    const other = await run(["validate", bookshop.path, copy.url, "--json"]);
    expect(other.exitCode).toBe(1);
    const report = JSON.parse(other.out) as { tables: { target: string; verdict: string }[] };
    expect(
      report.tables.filter(({ verdict }) => verdict === "different").map(({ target }) => target),
    ).toEqual(["book"]);
  });

  test("a missing row, a row too many and a missing table are differences", async () => {
    await copy.query("DELETE FROM public.order_line WHERE order_id = 9");
    expect((await run(["validate", bookshop.path, copy.url])).exitCode).toBe(1);
    await copy.query("DROP TABLE public.order_line CASCADE");
    const gone = await run(["validate", bookshop.path, copy.url]);
    expect(gone.exitCode).toBe(1);
    expect(gone.out).toContain("order_line");
  });

  test("an empty database is no identical one", async () => {
    const database = await newDatabase();
    expect((await run(["validate", bookshop.path, database.url])).exitCode).toBe(1);
  });
});

describe("--json", () => {
  test.each([
    ["plan", 0],
    ["migrate", 0],
    ["validate", 0],
  ] as const)("%s prints exactly one document of the schema", async (command, exitCode) => {
    const { url } = command === "plan" ? await newDatabase() : shop;
    const result = command === "migrate" ? migrated : await run([command, bookshop.path, url, "--json"]);
    expect(result.exitCode, result.err).toBe(exitCode);
    const report = JSON.parse(result.out) as object;
    isReport(report);
    expect(isReport.errors ?? []).toEqual([]);
  });

  test.each([
    ["an error", ["migrate", "/nowhere/at/all.db"], 2],
    ["wrong use", ["migrate"], 3],
    ["an unknown option", ["plan", "a.db", "--jobbs", "2"], 3],
  ] as const)("%s is one document too", async (_, parameters, exitCode) => {
    const result = await run([...parameters, "--json"]);
    expect(result.exitCode).toBe(exitCode);
    expect(isReport(JSON.parse(result.out))).toBe(true);
  });

  test("--dry-run is plan, and writes nothing", async () => {
    const database = await newDatabase();
    const result = await run(["migrate", bookshop.path, database.url, "--dry-run"]);
    expect(result.exitCode).toBe(0);
    expect(result.out).toMatch(/^Plan for bookshop\.db/);
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift%'")).toEqual([]);
  });
});

describe("a signal", () => {
  const many = `CREATE TABLE many (id INTEGER PRIMARY KEY, body TEXT);
    WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) INSERT INTO many SELECT i, printf('%0200d', i) FROM n;`;

  let file: SqliteFile;
  beforeAll(() => {
    file = makeSqlite("many", many);
  });
  afterAll(() => file.remove());

  test.each([
    ["SIGINT", "reading"],
    ["SIGINT", "copying"],
    ["SIGTERM", "making keys and indexes"],
    ["SIGHUP", "proving"],
  ] as const)("%s while %s ends with 2 and leaves nothing", async (signal, phase) => {
    const database = await newDatabase();
    const { child, done } = startCommand(["migrate", file.path, database.url]);
    child.stderr?.on("data", (text: string) => {
      if (text.includes(`${phase}:`)) child.kill(signal);
    });
    const result = await done;
    expect(result.exitCode).toBe(2);
    expect(result.err).toMatch(/Interrupted/);
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift_run%'")).toEqual([]);
    expect(
      await database.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
    ).toEqual([]);
    if (phase !== "reading") {
      expect(await database.query("SELECT status FROM sqlift.runs")).toEqual([{ status: "interrupted" }]);
    }
  });
});

test("a signal that comes twice at once, as by npm and timeout, counts once", async () => {
  const database = await newDatabase();
  const { child, done } = startCommand(["migrate", bookshop.path, database.url]);
  child.stderr?.on("data", (text: string) => {
    if (text.includes("copying:")) for (const signal of ["SIGINT", "SIGTERM"] as const) child.kill(signal);
  });
  const result = await done;
  expect(result.exitCode).toBe(2);
  expect(result.err).toContain("Nothing was left in the target.");
});

describe("the streams", () => {
  test("with --quiet nothing is said on standard error", async () => {
    const database = await newDatabase();
    const result = await run(["migrate", bookshop.path, database.url, "--quiet"]);
    expect(result.err).toBe("");
  });

  test("a reader that hangs up does not end the run", async () => {
    const database = await newDatabase();
    const { child, done } = startCommand(["migrate", bookshop.path, database.url]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect((await done).exitCode).toBe(0);
    expect(await database.query("SELECT status FROM sqlift.runs")).toEqual([{ status: "done" }]);
  });

  test.skipIf(!existsSync("/dev/full"))("a report that cannot be written is no success", async () => {
    const full = openSync("/dev/full", "w");
    const { done } = startCommand(["plan", bookshop.path, "--quiet"], { stdout: full });
    const result = await done;
    closeSync(full);
    expect(result.exitCode).toBe(2);
    expect(result.err).toMatch(/no space left/);
  });
});
