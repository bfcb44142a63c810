/** Faults from outside: the run's schema stays, the message names it, and nothing is visible in the target's schema. */
import { afterEach, expect, test } from "vitest";
import { createDatabase, onServer, type TestDatabase } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { startCommand } from "./command.js";

const many = `CREATE TABLE many (id INTEGER PRIMARY KEY, body TEXT);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO many SELECT i, printf('%0300d', i) FROM n;`;

let database: TestDatabase;
let source: SqliteFile;
afterEach(async () => {
  await database.drop();
  source.remove();
});

test.each(["copying", "proving"])("a connection cut while %s: exit 2, nothing visible", async (phase) => {
  database = await createDatabase();
  source = makeSqlite("many", many);
  const { child, done } = startCommand(["migrate", source.path, database.url]);
  const cut = new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (text: string) => {
      if (!text.includes(`${phase}:`)) return;
      setTimeout(() => {
        onServer(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = '${database.name}' AND query !~ 'pg_terminate_backend' AND query ~* 'copy|sum|begin|select'
              AND application_name = 'sqlift' AND state <> 'idle'`,
        ).then(() => resolve(), reject);
      }, 100);
    });
  });
  await cut;
  const result = await done;
  expect(result.exitCode, result.err).toBe(2);
  expect(result.err).toMatch(/connection/);
  expect(result.err).toContain('DROP SCHEMA IF EXISTS "sqlift_run_1" CASCADE');
  expect(await database.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual(
    [],
  );
});
