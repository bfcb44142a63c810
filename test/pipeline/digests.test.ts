/** The later check of a certificate on several threads: as in one, and as the certificate says. */
import { rmSync } from "node:fs";
import { join, dirname } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/model/progress.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../src/pipeline/validate.js";
import { cutByBlocks } from "../../src/validate/certificate/digest-again.js";
import { copyForEach, databaseForAll } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";

const rows = 120_000;
/** In the target 6,000 blocks and more. */
const sql = `CREATE TABLE big (id INTEGER PRIMARY KEY, body TEXT);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO big SELECT i, printf('%.*c', 380, 'x') || i FROM n;
  CREATE TABLE small (name TEXT); INSERT INTO small VALUES ('a'), ('a'), (NULL);`;

const original = databaseForAll();
const copy = copyForEach(original);
const options: ValidationOptions = { environment: process.env, jobs: 2 };
let source: SqliteFile;
let file: string;
beforeAll(async () => {
  source = makeSqlite("large", sql);
  file = join(dirname(source.path), "certificate.json");
  await migrate(source.path, original.url, { ...options, validate: false });
  await validate(source.path, original.url, { ...options, certificate: file });
  rmSync(source.path);
});
afterAll(() => source.remove());

const threads: Worker[] = [];
const begin = (thread: Worker): void => void threads.push(thread);
beforeEach(() => {
  threads.splice(0);
  process.on("worker", begin);
});
afterEach(() => void process.off("worker", begin));

const verdictsOf = async (more: ValidationOptions) => {
  const { verdicts } = await validate(file, copy.url, { ...options, ...more });
  return verdicts.map(({ source: table, verdict, targetRows, targetDigest }) => [
    table,
    verdict,
    targetRows,
    targetDigest,
  ]);
};

describe("a large table is digested in parts", () => {
  test.each(["digest", "stream"] as const)(
    "that come to the same as in one thread, by %s",
    async (method) => {
      const alone = await verdictsOf({ method, jobs: 1 });
      expect(threads.length).toBe(0);
      expect(await verdictsOf({ method })).toEqual(alone);
      expect(threads.length).toBe(2);
      expect(alone.map(([table, verdict, count]) => [table, verdict, count])).toEqual([
        ["big", "identical", rows],
        ["small", "identical", 3],
      ]);
    },
  );

  test("and a change in any of them is found", async () => {
    await copy.query(`UPDATE big SET body = 'other' WHERE id IN (${rows})`);
    expect((await verdictsOf({}))[0]?.slice(0, 3)).toEqual(["big", "different", rows]);
    await copy.query("DELETE FROM big WHERE id = 1");
    expect((await verdictsOf({}))[0]?.slice(0, 3)).toEqual(["big", "different", rows - 1]);
  });

  test("each of which must be read: a thread that is gone ends the check", async () => {
    const onProgress = (event: ProgressEvent): void => {
      if (event.kind === "table") for (const thread of threads) void thread.terminate();
    };
    await expect(verdictsOf({ onProgress })).rejects.toMatchObject({ code: "worker-lost" });
  });

  test("and progress tells of each table once when it is done", async () => {
    const events: ProgressEvent[] = [];
    await verdictsOf({ onProgress: (event) => events.push(event) });
    const done = events.flatMap((event) => (event.kind === "table-done" ? [[event.table, event.rows]] : []));
    expect(done.sort()).toEqual([
      ["big", rows],
      ["small", 3],
    ]);
  });
});

test("parts by blocks are all blocks, once each, the last one without end", () => {
  expect(cutByBlocks({ blocks: 0 })).toEqual([{ range: { by: "all" }, bytes: 0 }]);
  expect(cutByBlocks({ blocks: 2048 }).map(({ range }) => range)).toEqual([{ by: "all" }]);
  expect(cutByBlocks({ blocks: 4097 }).map(({ range }) => range)).toEqual([
    { by: "block", from: null, to: 2048 },
    { by: "block", from: 2048, to: 4096 },
    { by: "block", from: 4096, to: null },
  ]);
});
