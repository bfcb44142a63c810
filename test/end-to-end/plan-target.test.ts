/** The options of plan that speak of the target: --sql, --trial, --target-version. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { run } from "./command.js";

let source: SqliteFile;
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  source = makeSqlite("shop", "CREATE TABLE sale (id INTEGER PRIMARY KEY, note TEXT UNIQUE)");
  database = await createDatabase();
  folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
});
afterAll(async () => {
  source.remove();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe("--sql", () => {
  test("writes over nothing", async () => {
    const path = join(folder, "mine.sql");
    writeFileSync(path, "-- mine\n");
    const { exitCode, out, err } = await run(["plan", source.path, "--sql", path]);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain(`${path} is there already, and is not written over.`);
    expect(err).toContain("--sql");
    expect(readFileSync(path, "utf8")).toBe("-- mine\n");
  });

  test("writes a script that makes the tables", async () => {
    const path = join(folder, "shop.sql");
    expect((await run(["plan", source.path, "--sql", path, "--schema", "shop"])).exitCode).toBe(0);
    await database.query(readFileSync(path, "utf8"));
    expect(await database.query("INSERT INTO shop.sale (note) VALUES ('a') RETURNING id")).toEqual([
      { id: "1" },
    ]);
  });

  test("is not for migrate", async () => {
    const { exitCode } = await run(["migrate", source.path, "--sql", join(folder, "no.sql")]);
    expect(exitCode).toBe(3);
    expect(existsSync(join(folder, "no.sql"))).toBe(false);
  });
});

test.each([
  [["--trial"], "--trial asks a server, and no target is named."],
  [["--target-version", "13"], "sqlift knows PostgreSQL 14 to 18."],
  [["--target-version", "19"], "sqlift knows PostgreSQL 14 to 18."],
  [["--target-version", "new"], "The number of a major version such as 16 is wanted."],
])("%j is wrong use", async (options, words) => {
  const { exitCode, err } = await run(["plan", source.path, ...options]);
  expect(exitCode).toBe(3);
  expect(err).toContain(words);
});

test("a plan says what it is for, and whether it was tried", async () => {
  const old = await run(["plan", source.path, "--target-version", "14"]);
  expect(old.out).toContain("for PostgreSQL 14, which has not tried its SQL yet");
  const tried = await run(["plan", source.path, database.url, "--trial", "--json", "--schema", "other"]);
  expect(JSON.parse(tried.out)).toMatchObject({ status: "planned", plan: { trial: "tried" } });
  const text = await run(["plan", source.path, database.url, "--trial", "--schema", "other"]);
  expect(text.out).toContain("which has tried all of its SQL");
  expect(await database.query("SELECT FROM pg_namespace WHERE nspname IN ('other', 'sqlift')")).toEqual([]);
});
