import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleRowPages } from "../../src/export/sample-slices.js";
import { pagesOf, readEntries } from "./page-rows.js";
import { insertAll, makeSample } from "./sample.js";

const numbers = (count: number): readonly (readonly [bigint, string])[] =>
  Array.from({ length: count }, (_, at) => [BigInt(at), "x".repeat(50)]);

test("an empty table has no slice, a small one a single slice with all its rows", async () => {
  const sample = await makeSample("CREATE TABLE e(a); CREATE TABLE t(a, b)", (database) => {
    insertAll(database, "t", numbers(100));
  });
  const empty = pagesOf(sample, "e");
  expect(sampleRowPages(empty.file, empty.rowPages, 10)).toEqual([]);
  const small = pagesOf(sample, "t");
  const slices = sampleRowPages(small.file, small.rowPages, 1000);
  expect(slices).toEqual([
    { number: 0, from: 0, to: small.rowPages.leaves.length, bytes: expect.any(Number) as number },
  ]);
});

test.each(["t(a, b)", "t(a PRIMARY KEY, b) WITHOUT ROWID"])(
  "of %s about as many rows as wanted, from all parts and none twice",
  async (declaration) => {
    const sample = await makeSample(`CREATE TABLE ${declaration}`, (database) => {
      insertAll(database, "t", numbers(40_000));
    });
    const pages = pagesOf(sample, "t");
    const { leaves } = pages.rowPages;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), (wanted) => {
        const slices = sampleRowPages(pages.file, pages.rowPages, wanted);
        const rows = slices.reduce((sum, { from, to }) => sum + readEntries(pages, from, to).length, 0);
        expect(rows).toBeGreaterThan(Math.min(wanted, 40_000) / 4);
        expect(rows).toBeLessThan(wanted * 1.5 + 200);
        slices.forEach(({ number, from, to }, at) => {
          expect(number).toBe(at);
          expect(from).toBeGreaterThanOrEqual(at === 0 ? 0 : slices[at - 1]!.to);
          expect(to).toBeGreaterThan(from);
        });
        expect(slices[0]!.from).toBe(0);
        if (slices.length > 1) expect(slices.at(-1)!.to).toBe(leaves.length);
      }),
      { numRuns: 30 },
    );
  },
);
