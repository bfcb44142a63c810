/** SQL files before and after a migration: once per target, in order, each whole or as it stands. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { status } from "../../../src/pipeline/status.js";
import { undo } from "../../../src/pipeline/undo.js";
import { holdScriptsSql, releaseScriptsSql } from "../../../src/target/history/held-runs.js";
import { databaseForEach, databaseUrl } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
let folder: string;
let source: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
  mkdirSync(join(folder, "steps"));
  source = makeFile("shop", "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)").path;
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes files `NAME.sql` into the folder `steps`, whose path it returns. */
function write(files: Readonly<Record<string, string>>): string {
  for (const [name, sql] of Object.entries(files)) writeFileSync(path(name), sql);
  return join(folder, "steps");
}
const path = (name: string): string => join(folder, "steps", `${name}.sql`);

const said: string[] = [];
beforeEach(() => void said.splice(0));
const move = (options: MigrateOptions = {}, url = database.url) =>
  migrate(source, url, {
    environment: process.env,
    jobs: 1,
    onProgress: (event) => {
      if (event.kind === "says") said.push(event.message);
    },
    ...options,
  });
const stepsOf = async () =>
  (await status(database.url, { environment: process.env })).steps.map(
    (step) => `${step.phase} ${step.folder ?? "-"}/${step.name} ${step.status}`,
  );
const runs = async () =>
  (await database.query("SELECT status FROM sqlift.runs ORDER BY run")).map((row) => row["status"]);
const exists = async (name: string): Promise<boolean> =>
  (await database.query("SELECT to_regclass($1) IS NOT NULL AS yes", [name]))[0]?.["yes"] === "t";
const accept = (...paths: string[]) => status(database.url, { environment: process.env, accept: paths });

describe("nothing at all is done", () => {
  test.each([
    ["a path where nothing is", ["nowhere"], "usage"],
    ["a command of psql in the second file", ["a", "b"], "script-invalid"],
  ])("with %s", async (_, names, code) => {
    write({ a: "CREATE TABLE made ()", b: "SELECT 1;\n\\d" });
    await expect(move({ before: names.map(path) })).rejects.toMatchObject({ code });
    expect(await exists("made")).toBe(false);
    expect(await exists("sqlift.runs")).toBe(code === "script-invalid");
  });

  test("while another runs files there", async () => {
    const other = await database.open();
    write({ a: "CREATE TABLE made ()" });
    await move({ before: [path("a")] });
    await other.query(holdScriptsSql);
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({ code: "target-in-the-way" });
    await other.query(releaseScriptsSql);
  });
});

describe("the transaction of a file", () => {
  test("is one of ours: a failure at its end leaves nothing of it", async () => {
    write({ a: "CREATE TABLE made ();\n\nINSERT INTO made\n  SELECT '😀', boddy" });
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({
      code: "step-failed",
      message: 'a.sql, line 4: column "boddy" does not exist',
      hint: expect.stringContaining("Nothing of the file has stayed") as string,
    });
    expect(await exists("made")).toBe(false);
    expect(await exists("t")).toBe(false);
    expect(await stepsOf()).toEqual(["before -/a.sql failed"]);
  });

  test("that a deferred constraint breaks at its end fails, and is not known as done", async () => {
    write({
      a: `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO c VALUES (1);\nCOMMIT;`,
    });
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({
      message: expect.stringContaining("violates foreign key constraint") as string,
    });
    expect([await exists("p"), await stepsOf()]).toEqual([false, ["before -/a.sql failed"]]);
  });

  test("ended by its own COMMIT is ours, too", async () => {
    write({ a: "CREATE TABLE made (); SELECT 1/0; COMMIT;" });
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({ code: "step-failed" });
    expect(await exists("made")).toBe(false);
    write({ a: "CREATE TABLE made (); COMMIT;" });
    await move({ before: [path("a")] });
    expect(await exists("made")).toBe(true);
    expect(said.join("\n")).not.toContain("as it stands");
  });

  test("that is its own stays as far as it went, and that is said", async () => {
    write({
      a: "BEGIN; CREATE TABLE made (); COMMIT;\nBEGIN; CREATE TABLE other ();\nSELECT nothing; COMMIT",
    });
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({
      message: 'a.sql, line 3: column "nothing" does not exist',
      hint: expect.stringContaining("What it committed before line 3 has stayed") as string,
    });
    expect([await exists("made"), await exists("other")]).toEqual([true, false]);
    expect(said.join("\n")).toContain("a.sql runs as it stands, not in one transaction, for BEGIN");
  });

  test("that is left open is rolled back, and a failure", async () => {
    write({ a: "BEGIN; CREATE TABLE made ();\n\nSELECT 1" });
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({
      message: "a.sql, line 3: a transaction is left open at the end",
    });
    expect(await exists("made")).toBe(false);
  });

  test("is none where a statement cannot be in one", async () => {
    write({
      a: "CREATE TABLE made (a int); CREATE INDEX CONCURRENTLY i ON made (a); VACUUM made; ALTER TABLE made ADD b int;",
    });
    const { steps } = await move({ before: [path("a")] });
    expect(steps).toMatchObject([
      { status: "done", error: null, milliseconds: expect.any(Number) as number },
    ]);
    expect(await exists("i")).toBe(true);
  });

  test("that only the server knows cannot be one says what would help", async () => {
    write({ a: "CREATE TABLE made (a int) PARTITION BY LIST (a); REINDEX TABLE made" });
    await expect(move({ before: [path("a")] })).rejects.toMatchObject({
      hint: expect.stringContaining("unless it has a BEGIN and a COMMIT of its own") as string,
    });
    write({ a: "BEGIN; CREATE TABLE made (a int) PARTITION BY LIST (a); COMMIT; REINDEX TABLE made" });
    await move({ before: [path("a")] });
  });
});

describe("the session of a file", () => {
  test("is its own: what one sets the next does not see, and neither does the load", async () => {
    const seen =
      "SELECT current_setting('search_path') || current_setting('TimeZone') || current_setting('statement_timeout') || current_setting('standard_conforming_strings')";
    write({
      a: "SET search_path = pg_catalog; SET TIME ZONE 'Asia/Tokyo'; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;",
      b: `CREATE TABLE seen AS ${seen} AS settings`,
    });
    await database.query(`ALTER DATABASE ${database.name} SET statement_timeout = '1h'`);
    await move({ before: [path("a"), path("b")] });
    await database.query(`ALTER DATABASE ${database.name} RESET statement_timeout`);
    const [row] = await database.query("SELECT settings FROM seen");
    expect(row?.["settings"]).toMatch(/^"\$user", public(?!Asia).*0on$/);
  });

  test("looks into the schema that the tables go into", async () => {
    write({ a: 'CREATE SCHEMA "Shop"; CREATE TABLE made ()' });
    await move({ before: [path("a")], schema: "Shop" });
    expect(await exists('"Shop".made')).toBe(true);
  });

  test("acts as the role, whatever a file makes of its own", async () => {
    const [login, owner] = [`${database.name}_login`, `${database.name}_owner`];
    await database.query(
      `CREATE ROLE ${login} LOGIN NOINHERIT PASSWORD 'x'; CREATE ROLE ${owner}; GRANT ${owner} TO ${login};
       GRANT CREATE ON DATABASE ${database.name} TO ${owner}; REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
    );
    const url = databaseUrl(database.name, `${login}:x`);
    try {
      write({ a: "CREATE TABLE public.made ()" });
      await expect(move({ before: [path("a")], role: owner }, url)).rejects.toMatchObject({
        message: "a.sql, line 1: permission denied for schema public",
        hint: expect.stringContaining(`GRANT USAGE, CREATE ON SCHEMA "public" TO "${owner}";`) as string,
      });
      write({ a: "CREATE SCHEMA shop; CREATE TABLE shop.made (); RESET ROLE; SET search_path = shop" });
      await move({ before: [path("a")], role: owner, schema: "shop" }, url);
      expect(
        await database.query(
          "SELECT relowner::regrole::text AS owner FROM pg_class WHERE oid = 'shop.made'::regclass",
        ),
      ).toEqual([{ owner }]);
    } finally {
      await database.query(`DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}, ${login}`);
    }
  });
});

describe("a file runs once", () => {
  test("in a target, by its name and bytes, given by itself or with its folder", async () => {
    const given = write({
      V2__b: "INSERT INTO log VALUES (2)",
      V1__a: "CREATE TABLE log (n int)",
      V10__c: "INSERT INTO log VALUES (10)",
    });
    await move({ before: [given] });
    expect(await database.query("SELECT n FROM log")).toEqual([{ n: "2" }, { n: "10" }]);
    const again = await move({ before: [given], schema: "more" });
    expect(again.steps.map((step) => step.status)).toEqual(["skipped", "skipped", "skipped"]);
    expect((await move({ before: [path("V2__b")], schema: "evenmore" })).steps).toMatchObject([
      { status: "skipped" },
    ]);
    expect(await database.query("SELECT count(*) AS n FROM log")).toEqual([{ n: "2" }]);
    expect(
      await database.query(
        "SELECT DISTINCT phase, folder, run, length(checksum) AS n FROM sqlift.steps WHERE phase = 'before'",
      ),
    ).toEqual([{ phase: "before", folder: "steps", run: "1", n: "64" }]);
  });

  test("a new one that would have come earlier runs, and that is said", async () => {
    const given = write({ V2__b: "CREATE TABLE two ()" });
    await move({ before: [given] });
    write({ V1__a: "CREATE TABLE one ()" });
    await move({ before: [given], schema: "more" });
    expect(said).toContain("steps/V1__a.sql is new, and runs after V2__b.sql, which it would come before.");
    expect(await exists("one")).toBe(true);
  });

  test("and one that was changed, renamed or taken away stops all, until it is accepted", async () => {
    const given = write({ a: "CREATE TABLE a ()", b: "CREATE TABLE b ()", c: "CREATE TABLE c ()" });
    await move({ before: [given] });
    write({ a: "CREATE TABLE a (id int)", d: "CREATE TABLE d ()" });
    renameSync(path("b"), path("bee"));
    rmSync(path("c"));
    const changed = { code: "step-changed", hint: expect.stringContaining("--accept FILE") as string };
    const moving = move({ before: [given], schema: "more" });
    await expect(moving).rejects.toMatchObject(changed);
    const error = (await moving.catch((thrown: unknown) => thrown)) as Error;
    expect(error.message.split("\n").slice(1)).toEqual([
      expect.stringMatching(/^steps\/a\.sql has been changed since it ran \(\d{4}-\d\d-\d\d\)$/) as string,
      "steps/b.sql is called bee.sql now",
      "steps/c.sql is not there any more",
    ]);
    expect(await exists("d")).toBe(false);
    await expect(accept(path("z"))).rejects.toMatchObject({ code: "usage" });
    await accept(path("a"), path("bee"), path("c"));
    expect(await stepsOf()).toEqual([
      "before steps/a.sql done",
      "before steps/bee.sql done",
      "before steps/c.sql done",
    ]);
    const { steps } = await move({ before: [given], schema: "more" });
    expect(steps.map((step) => [step.name, step.status])).toEqual([
      ["a.sql", "skipped"],
      ["bee.sql", "skipped"],
      ["d.sql", "done"],
    ]);
    write({ c: "CREATE TABLE c ()" });
    await expect(move({ before: [given], schema: "third" })).rejects.toMatchObject(changed);
  });

  test("what others ran before is accepted, in a target without a history, too", async () => {
    const given = write({ a: "CREATE TABLE a ()" });
    await accept(path("a"));
    expect(await stepsOf()).toEqual(["before steps/a.sql done"]);
    expect((await move({ before: [given] })).steps).toMatchObject([{ status: "skipped" }]);
    expect(await exists("a")).toBe(false);
  });
});

describe("after a failure", () => {
  const broken = () =>
    write({ "1": "CREATE TABLE one ()", "2": "ALTER TABLE nothing ADD a int", "3": "CREATE TABLE three ()" });

  test("all stops: what comes after is pending, nothing is loaded, and the mended file and the rest run the next time", async () => {
    const given = broken();
    await expect(move({ before: [given] })).rejects.toMatchObject({
      code: "step-failed",
      message: 'steps/2.sql, line 1: relation "nothing" does not exist',
    });
    expect(await stepsOf()).toEqual([
      "before steps/1.sql done",
      "before steps/2.sql failed",
      "before steps/3.sql pending",
    ]);
    expect(await exists("t")).toBe(false);
    write({ "2": "CREATE TABLE two ()" });
    const { status: ended, steps } = await move({ before: [given] });
    expect([ended, ...steps.map((step) => step.status)]).toEqual(["migrated", "skipped", "done", "done"]);
    expect(await runs()).toEqual(["done"]);
    expect((await database.query("SELECT count(*) AS n FROM sqlift.steps WHERE name = '2.sql'"))[0]).toEqual({
      n: "2",
    });
  });

  test("the others go on where that is wanted, and so does the load; the next migrate runs what failed, and nothing else", async () => {
    const given = broken();
    const first = await move({ before: [given], onStepFailure: "continue" });
    expect([first.status, ...first.steps.map((step) => step.status)]).toEqual([
      "migrated",
      "done",
      "failed",
      "done",
    ]);
    expect(await runs()).toEqual(["incomplete"]);
    await expect(move()).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("before steps/2.sql") as string,
    });
    write({ "2": "ALTER TABLE t ADD a int" });
    const second = await move({ before: [given] });
    expect([second.status, second.run, ...second.steps.map((step) => step.status)]).toEqual([
      "finished",
      1,
      "skipped",
      "done",
      "skipped",
    ]);
    expect(await runs()).toEqual(["done"]);
  });

  test("of what comes after the rows, these stay: the run is incomplete until a later migrate has done the rest", async () => {
    const after = [broken()];
    await expect(move({ after })).rejects.toMatchObject({
      code: "step-failed",
      hint: expect.stringContaining("The rows are in place: run 1.") as string,
    });
    expect(await runs()).toEqual(["incomplete"]);
    expect(await database.query("SELECT count(*) AS n FROM t")).toEqual([{ n: "2" }]);
    expect(await stepsOf()).toEqual([
      "after steps/1.sql done",
      "after steps/2.sql failed",
      "after steps/3.sql pending",
    ]);
    write({ "2": "ALTER TABLE t ADD a int" });
    const { status: ended, steps, plan } = await move({ after });
    expect([ended, ...steps.map((step) => step.status)]).toEqual(["finished", "skipped", "done", "done"]);
    expect(plan.tables.map(({ target }) => target)).toEqual(["t"]);
    expect(await runs()).toEqual(["done"]);
  });

  test("that is accepted, the run is closed by a migrate without files", async () => {
    await move({ after: [broken()], onStepFailure: "continue" });
    await accept(path("2"));
    expect((await move()).status).toBe("finished");
    expect(await runs()).toEqual(["done"]);
  });

  test("a file is a failure too that was cut off before it had a connection", async () => {
    const controller = new AbortController();
    write({ a: "CREATE TABLE made ()" });
    const moving = move({
      before: [path("a")],
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind === "says" && event.message.startsWith("before: a.sql")) controller.abort();
      },
    });
    await expect(moving).rejects.toMatchObject({ code: "interrupted" });
    expect([await stepsOf(), await exists("made")]).toEqual([["before -/a.sql failed"], false]);
  });

  test("a file that is cut off is a failure as soon as nobody runs it", async () => {
    const controller = new AbortController();
    write({ a: "CREATE TABLE made (); SELECT pg_sleep(60)" });
    const moving = move({
      before: [path("a")],
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind === "says" && event.message.startsWith("before: a.sql"))
          setTimeout(() => controller.abort(), 300);
      },
    });
    await expect(moving).rejects.toMatchObject({ code: "interrupted" });
    expect([await stepsOf(), await exists("made")]).toEqual([["before -/a.sql failed"], false]);
    await database.query("UPDATE sqlift.steps SET success = NULL, error = NULL");
    const { steps } = await status(database.url, { environment: process.env });
    expect(steps).toMatchObject([{ status: "failed", error: "it was cut off" }]);
  });
});

test("undo says also which files stay that ran before a migrate that stopped", async () => {
  const before = [write({ a: "CREATE TABLE a ()", b: "bad" })];
  await expect(move({ before })).rejects.toMatchObject({ code: "step-failed" });
  write({ b: "CREATE TABLE b ()" });
  const { run } = await move({ before });
  expect(await undo(database.url, run, { environment: process.env })).toMatchObject({
    status: "undone",
    scripts: ["steps/a.sql", "steps/b.sql"],
  });
});

test("a plan that blocks leaves what is to come after as it is: not run, not known", async () => {
  write({ a: "CREATE TABLE t ()", b: "SELECT 1" });
  const { status: ended, steps } = await move({ before: [path("a")], after: [path("b")] });
  expect([ended, ...steps.map((step) => step.status)]).toEqual(["blocked", "done", "pending"]);
  expect(await stepsOf()).toEqual(["before -/a.sql done"]);
});

test("undo says which files stay, and what came after tables that are gone runs again", async () => {
  write({ a: "CREATE TABLE made ()", b: "CREATE INDEX i ON t (id)" });
  await move({ before: [path("a")], after: [path("b")] });
  const undone = await undo(database.url, null, { environment: process.env });
  expect([undone.status, undone.scripts]).toEqual(["undone", ["a.sql", "b.sql"]]);
  expect(await stepsOf()).toEqual(["before -/a.sql done"]);
  const { steps } = await move({ before: [path("a")], after: [path("b")] });
  expect(steps.map((step) => step.status)).toEqual(["skipped", "done"]);
  expect(await exists("i")).toBe(true);
});
