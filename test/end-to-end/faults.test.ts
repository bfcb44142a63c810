/** Faults from outside: the run's schema stays, the message names it, and nothing is visible in the target's schema. */
import { afterEach, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../database.js";
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

/** What the server is seen to do in the phase. */
const statements = { copying: "COPY", proving: "sha256" };

test.each(["copying", "proving"] as const)(
  "a connection cut while %s: exit 2, nothing visible",
  async (phase) => {
    database = await createDatabase();
    source = makeSqlite("many", many);
    const { child, done } = startCommand(["migrate", source.path, database.url]);
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = '${database.name}' AND application_name = 'sqlift' AND pid <> pg_backend_pid()
        AND state = 'active' AND query LIKE '%${statements[phase]}%' AND query NOT LIKE '%pg_stat_activity%'`;
    while (child.exitCode === null && (await database.query(cut)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const result = await done;
    expect(result.exitCode, result.err).toBe(2);
    expect(result.err).toMatch(/connection/);
    expect(result.err).toContain('DROP SCHEMA IF EXISTS "sqlift_run_1" CASCADE');
    const visible = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    expect(await database.query(visible)).toEqual([]);
  },
);
