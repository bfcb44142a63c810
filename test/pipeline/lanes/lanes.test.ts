/** Several lanes at once: slices of one table, tables of both readers, and what happens when one of them is in trouble. */
import { beforeEach, describe, expect, test } from "vitest";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { plan } from "../../../src/pipeline/plan.js";
import type { ProgressEvent } from "../../../src/model/progress.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach, type SqliteFile } from "../../fixture.js";

const manyRows = 4200;

/** Three slices of `big`, one of each of the others; a default with U+FFFD in it is left to SQLite. */
const sql = `
  CREATE TABLE small (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO small VALUES (1, 'a'), (2, 'b');
  CREATE TABLE big (id INTEGER PRIMARY KEY, small_id INTEGER REFERENCES small (id), body BLOB, code TEXT UNIQUE);
  CREATE INDEX big_by_small ON big (small_id);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${manyRows})
    INSERT INTO big SELECT i, 1 + i % 2, zeroblob(10000), 'c' || i FROM n;
  CREATE TABLE late (id INTEGER PRIMARY KEY, added TEXT DEFAULT '\uFFFD');
  INSERT INTO late VALUES (1, 'then');
  CREATE TABLE none (id INTEGER PRIMARY KEY);`;

const database = databaseForEach();
const makeFile = sqliteForEach();
let source: SqliteFile;
beforeEach(() => {
  source = makeFile("lanes", sql);
});

const run = (options: MigrateOptions) =>
  migrate(source.path, database.url, { environment: process.env, ...options });

const count = async (table: string): Promise<string | null | undefined> =>
  (await database.query(`SELECT count(*)::text AS n FROM ${table}`))[0]?.["n"];

describe("a migration", () => {
  test.each([1, 3])("over %i lanes brings every row once, with its keys", async (jobs) => {
    const outcome = await run({ jobs });
    expect(outcome.status).toBe("migrated");
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(Array(4).fill("identical"));
    expect(outcome.tables.map(({ source: name, copied }) => [name, copied])).toEqual([
      ["small", 2],
      ["big", manyRows],
      ["late", 1],
      ["none", 0],
    ]);
    expect(await count("big")).toBe(String(manyRows));
    const constraints = await database.query(
      `SELECT conname::text AS name, convalidated::text AS valid FROM pg_constraint
        WHERE conrelid = 'big'::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype`,
    );
    expect(constraints.map(({ valid }) => valid)).toEqual(["true", "true", "true"]);
  });

  test("freezes the rows of a table of one slice, and only those", async () => {
    await run({ jobs: 2 });
    await database.query("CREATE EXTENSION IF NOT EXISTS pg_visibility").catch(() => []);
    const frozen = await database.query(
      `SELECT relname::text AS name, (relallvisible > 0)::text AS frozen FROM pg_class
        WHERE relname IN ('small', 'big') ORDER BY 1`,
    );
    expect(frozen).toEqual([
      { name: "big", frozen: "false" },
      { name: "small", frozen: "true" },
    ]);
  });

  test("tells of rows while they travel, and never of more than there are", async () => {
    const events: ProgressEvent[] = [];
    await run({ jobs: 2, validate: false, onProgress: (event) => events.push(event) });
    const done = events.filter((event) => event.kind === "table-done" && event.phase === "copy");
    expect(done.map((event) => ("rows" in event ? event.rows : null)).sort()).toEqual([0, 1, 2, manyRows]);
    for (const event of events) if (event.kind === "table") expect(event.rows).toBeLessThanOrEqual(manyRows);
    const phases = events.flatMap((event) => (event.kind === "phase" ? [event.phase] : []));
    expect(phases).toEqual(["profile", "copy", "keys"]);
  });
});

test("the plan says who reads each table, and why", async () => {
  const made = await plan(source.path, { environment: process.env });
  expect(made.tables.map(({ source: name, reader }) => [name, reader.by])).toEqual([
    ["small", "pages"],
    ["big", "pages"],
    ["late", "sqlite"],
    ["none", "pages"],
  ]);
  expect(made.tables[2]?.reader.because).toContain('"added"');
});

test("the profile of a table in slices is that of the whole", async () => {
  const made = await plan(source.path, { environment: process.env, jobs: 2 });
  expect(made.tables.find((table) => table.source === "big")?.rows).toBe(manyRows);
});

test("a lane that loses its server ends the run with one error, which says what is left", async () => {
  const over = new AbortController();
  const running = run({ jobs: 2 })
    .catch((error: unknown) => error)
    .finally(() => over.abort());
  const terminate = `SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND query LIKE 'COPY%"big"%' AND state = 'active'`;
  let terminated = 0;
  while (terminated === 0 && !over.signal.aborted) terminated = (await database.query(terminate)).length;
  const failed = await running;
  expect(failed).toMatchObject({ code: "target-lost" });
  expect((failed as { hint: string }).hint).toContain('"sqlift_run_1"');
});
