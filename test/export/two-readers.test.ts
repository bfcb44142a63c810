/**
 * Random databases, each table read by SQLite and by its pages: the same rows, values and order, in one go and in slices.
 *
 * RUNS and SEED try more of them: `RUNS=5000 SEED=7 npx vitest run test/export/two-readers.test.ts`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { introspect } from "../../src/export/introspect.js";
import { openSource } from "../../src/source/open.js";
import { buildDatabase, randomDatabase } from "./random-database.js";
import { change, makeFile, openSample } from "./sample.js";
import { expectSame, rowsByPages } from "./two-readers.js";

const runs = Number(process.env["RUNS"] ?? 50);
const seed = Number(process.env["SEED"] ?? 1);

const folder = mkdtempSync(join(tmpdir(), "sqlift-readers-"));
const path = join(folder, "random.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("random databases are the same by pages and by SQLite", async () => {
  // From slices of a page each to one slice.
  const sliceBytes = fc.constantFrom(1, 1500, 40_000, 16 * 1024 * 1024);
  await fc.assert(
    fc.asyncProperty(randomDatabase, sliceBytes, async (database, bytes) => {
      buildDatabase(database, path);
      const source = await openSource(path, { ownProcess: true });
      try {
        const schema = introspect(source);
        for (const table of schema.tables) expectSame(source, schema, table, bytes);
      } finally {
        source.close();
      }
    }),
    { numRuns: runs, seed },
  );
}, 3_600_000);

test("records that are longer than their table end where it does", async () => {
  const path = makeFile("CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 'x', 2), (3, NULL, 'y')");
  change(path, (file) => file.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a, b)'"));
  const { source, schema } = await openSample(path);
  expectSame(source, schema, schema.tables[0]!, 1);
  expect(rowsByPages(source, schema, schema.tables[0]!, 1)).toMatchObject({ rows: ["1|i1|t78", "2|i3|-"] });
});

test("columns that have one name in JavaScript are left to SQLite, which knows them apart", async () => {
  const path = makeFile("CREATE TABLE t(a1, a2); INSERT INTO t VALUES (1, 2)");
  change(path, (file) => {
    const sql = Buffer.from("CREATE TABLE t(a\xff, a\xfe)", "latin1");
    file.prepare("UPDATE sqlite_schema SET sql = CAST(? AS TEXT)").run(sql);
  });
  const { source, schema } = await openSample(path);
  expect(schema.tables[0]!.columns.map(({ name }) => name)).toEqual(["a\ufffd", "a\ufffd"]);
  expect(rowsByPages(source, schema, schema.tables[0]!, 1)).toContain("no UTF-8");
});
