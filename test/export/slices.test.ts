import { expect, test } from "vitest";
import { sliceRowPages } from "../../src/export/slices.js";
import { sliceBytes } from "../../src/model/slice.js";
import { pagesOf, readEntries, type TablePages } from "./page-rows.js";
import { insertAll, makeSample } from "./sample.js";

const slicesOf = ({ file, layout, rowPages }: TablePages) => sliceRowPages(file, rowPages, layout);

test("an empty table has none", async () => {
  const sample = await makeSample("CREATE TABLE t(a); CREATE TABLE k(a PRIMARY KEY) WITHOUT ROWID");
  expect(slicesOf(pagesOf(sample, "t"))).toEqual([]);
  expect(slicesOf(pagesOf(sample, "k"))).toEqual([]);
});

test("a small table is one, of the weight of its pages", async () => {
  const sample = await makeSample("CREATE TABLE t(a); INSERT INTO t VALUES ('x')");
  expect(slicesOf(pagesOf(sample, "t"))).toEqual([{ number: 0, from: 0, to: 1, bytes: 4096 }]);
});

test.each([
  ["many small rows", 450_000, 100, "t(a)"],
  ["rows that go on in many pages", 50, 1_000_000, "t(a)"],
  ["rows that go on in one page", 9_000, 5_500, "t(a, b PRIMARY KEY) WITHOUT ROWID"],
])(
  "%s are cut into parts of about one weight that lie end to end",
  async (_words, rows, bytes, declaration) => {
    const sample = await makeSample(`PRAGMA synchronous = OFF; CREATE TABLE ${declaration}`, (database) => {
      const isKeyed = declaration.includes("KEY");
      const insert = database.prepare(`INSERT INTO t VALUES (zeroblob(?)${isKeyed ? ", ?" : ""})`);
      database.transaction(() => {
        for (let row = 0; row < rows; row += 1) insert.run(...(isKeyed ? [bytes, row] : [bytes]));
      })();
    });
    const pages = pagesOf(sample, "t");
    const slices = slicesOf(pages);
    expect(slices).toEqual(slicesOf(pages));
    expect(slices.map(({ number }) => number)).toEqual(slices.map((_, at) => at));
    expect(slices.map(({ from }) => from)).toEqual([0, ...slices.slice(0, -1).map(({ to }) => to)]);
    expect(slices.at(-1)!.to).toBe(pages.rowPages.leaves.length);
    for (const slice of slices) {
      expect(slice.bytes).toBeGreaterThan(0.12 * sliceBytes);
      expect(slice.bytes).toBeLessThan(1.5 * sliceBytes);
    }
    // Whoever is left alone with the last one is soon done.
    expect(slices.at(-1)!.bytes).toBeLessThan(0.5 * sliceBytes);
  },
);

test("a table of large rows before small ones is cut where the weight is", async () => {
  const sample = await makeSample("PRAGMA synchronous = OFF; CREATE TABLE t(a)", (database) => {
    insertAll(
      database,
      "t",
      Array.from({ length: 40 }, () => [Buffer.alloc(1_000_000)]),
    );
    insertAll(
      database,
      "t",
      Array.from({ length: 20_000 }, (_, at) => [BigInt(at)]),
    );
  });
  const pages = pagesOf(sample, "t");
  const slices = slicesOf(pages);
  const rows = slices.map(({ from, to }) => readEntries(pages, from, to).length);
  expect(rows.reduce((sum, count) => sum + count)).toBe(20_040);
  expect(slices.length).toBeGreaterThan(2);
  // Of 40 large rows no part has more than its share; the small ones are in the last.
  for (const count of rows.slice(0, -1)) expect(count).toBeLessThan(10);
});
