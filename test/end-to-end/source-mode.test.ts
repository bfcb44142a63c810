/** The option --source, and Ctrl-C while a private copy is made. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseForAll } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { run, startCommand } from "./command.js";

const copies = mkdtempSync(join(tmpdir(), "sqlift-copies-"));
const small = "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'Ada');";
const rollback = makeSqlite("rollback", small);
const wal = makeSqlite("wal", `PRAGMA journal_mode = WAL; ${small}`);
afterAll(() => {
  rollback.remove();
  wal.remove();
  rmSync(copies, { recursive: true });
});

const plan = (file: SqliteFile, ...options: readonly string[]): ReturnType<typeof run> =>
  run(["plan", file.path, "--temp-dir", copies, ...options]);

describe("--source", () => {
  test.each([
    ["auto", rollback, "rollback.db is read under a shared lock: its writers wait until the end."],
    ["lock", rollback, "rollback.db is read under a shared lock: its writers wait until the end."],
    ["snapshot", rollback, `in ${copies}; its writers wait until it is made`],
    ["auto", wal, `reading a private copy of ${wal.path}`],
    ["snapshot", wal, `reading a private copy of ${wal.path}`],
  ])("%s says how the file is read", async (mode, file, words) => {
    const result = await plan(file, "--source", mode);
    expect(result.err).toContain(words);
    expect(result.exitCode).toBe(0);
  });

  test("lock of a file in WAL mode exits with 3 and names the way out", async () => {
    const result = await plan(wal, "--source", "lock");
    expect(result.err).toContain("WAL mode");
    expect(result.err).toContain("--source snapshot");
    expect(result.exitCode).toBe(3);
  });

  test("a mode that is none exits with 3 and names those there are", async () => {
    const result = await plan(rollback, "--source", "never");
    expect(result.err).toMatch(/auto, lock, snapshot/);
    expect(result.exitCode).toBe(3);
  });
});

describe("a private copy that threads prove", () => {
  const database = databaseForAll();
  const file = makeSqlite(
    "parts",
    `PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB);
     WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO t SELECT i, zeroblob(10000) FROM n;`,
  );
  afterAll(() => file.remove());
  const parameters = () => [file.path, database.url, "--jobs", "2", "--temp-dir", copies];
  beforeAll(async () => {
    expect((await run(["migrate", ...parameters(), "--no-validate"])).exitCode).toBe(0);
  });

  test.each(["SIGKILL", "SIGINT"] as const)("is not left behind by %s", async (signal) => {
    const { child, done } = startCommand(["validate", ...parameters()]);
    child.stderr?.on("data", (text: string) => {
      if (text.includes("proving")) child.kill(signal);
    });
    const { exitCode, err } = await done;
    expect(err).toContain("private copy");
    expect(exitCode).toBe(signal === "SIGINT" ? 2 : null);
    expect(readdirSync(copies)).toEqual([]);
  });
});

test("two signals at once while a private copy is made leave nothing of it", async () => {
  const file = makeSqlite(
    "large",
    `PRAGMA journal_mode = WAL; CREATE TABLE large AS SELECT zeroblob(80000000);`,
  );
  try {
    const { child, done } = startCommand(["plan", file.path, "--temp-dir", copies]);
    child.stderr?.on("data", (text: string) => {
      if (!text.includes("private copy")) return;
      child.kill("SIGINT");
      child.kill("SIGTERM");
    });
    expect((await done).exitCode).toBe(2);
    expect(readdirSync(copies)).toEqual([]);
  } finally {
    file.remove();
  }
});
