/** A private copy of the source is proven on several threads, though it has no name by then. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/model/progress.js";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { validate } from "../../../src/pipeline/validate.js";
import { databaseForAll } from "../../database.js";
import { makeSqlite, type SqliteFile } from "../../fixture.js";

/** In several parts, and of both readers: a default with U+FFFD in it is left to SQLite. */
const sql = `PRAGMA journal_mode = WAL;
  CREATE TABLE big (id INTEGER PRIMARY KEY, body BLOB);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO big SELECT i, zeroblob(10000) FROM n;
  CREATE TABLE late (id INTEGER PRIMARY KEY, added TEXT DEFAULT '\uFFFD'); INSERT INTO late VALUES (1, 'then');`;

const database = databaseForAll();
const copies = mkdtempSync(join(tmpdir(), "sqlift-copies-"));
let source: SqliteFile;
const options: MigrateOptions = { environment: process.env, jobs: 3, tempDirectory: copies };
const seen: string[][] = [];
/** What stands in the folder of the copies at each event, but for what is told while a copy is made. */
const onProgress = (event: ProgressEvent): void => {
  if (event.kind !== "says") seen.push(readdirSync(copies));
};

const threads: Worker[] = [];
const begin = (thread: Worker): void => void threads.push(thread);
beforeEach(() => {
  threads.splice(0);
  seen.splice(0);
  process.on("worker", begin);
});
afterEach(() => void process.off("worker", begin));

const outcome = { first: "" };
beforeAll(async () => {
  source = makeSqlite("wal", sql);
  const { verdicts } = await migrate(source.path, database.url, { ...options, onProgress });
  outcome.first = verdicts.map(({ verdict }) => verdict).join();
});
afterAll(() => {
  source.remove();
  rmSync(copies, { recursive: true });
});

/** How many threads were there when rows began to be compared; all are ended then. */
const endingThreads = (): {
  readonly ended: number[];
  readonly onProgress: (event: ProgressEvent) => void;
} => {
  const ended: number[] = [];
  return {
    ended,
    onProgress: (event) => {
      if (event.kind !== "phase" || event.phase !== "validate") return;
      ended.push(threads.length);
      for (const thread of threads) void thread.terminate();
    },
  };
};

describe("a private copy", () => {
  test("is migrated and proven, without a name when the first row is read", async () => {
    expect(outcome.first).toBe("identical,identical");
    const { verdicts } = await validate(source.path, database.url, { ...options, onProgress });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.flat()).toEqual([]);
  });

  test("is read by the threads that opened it: without them there is no proof", async () => {
    const { ended, onProgress: end } = endingThreads();
    const failed = validate(source.path, database.url, { ...options, onProgress: end });
    await expect(failed).rejects.toMatchObject({ code: "worker-lost" });
    expect(ended).toEqual([3]);
    expect(readdirSync(copies)).toEqual([]);
  });

  test("is read by the main thread where one is asked for", async () => {
    const { ended, onProgress: end } = endingThreads();
    const { verdicts } = await validate(source.path, database.url, { ...options, jobs: 1, onProgress: end });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
    expect(ended).toEqual([0]);
  });

  test("gives the digests that one thread gives", async () => {
    const digests = async (jobs: number) => {
      const { verdicts } = await validate(source.path, database.url, { ...options, jobs, method: "digest" });
      return verdicts.map(({ sourceDigest, targetDigest }) => [sourceDigest, targetDigest]);
    };
    const alone = await digests(1);
    expect(alone.flat()).not.toContain(null);
    expect(await digests(3)).toEqual(alone);
  });

  test("has no threads where nothing is to be proven", async () => {
    const phases: (readonly [string, number])[] = [];
    await migrate(source.path, database.url, {
      ...options,
      schema: "unproven",
      jobs: 3,
      validate: false,
      onProgress: (event) => {
        if (event.kind === "phase") phases.push([event.phase, threads.length]);
      },
    });
    expect(phases[0]).toEqual(["profile", 0]);
  });
});
