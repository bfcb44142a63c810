import fc from "fast-check";
import { expect, test } from "vitest";
import { introspect } from "../../src/export/introspect.js";
import { estimateRows, readRowidRange } from "../../src/export/rowid-range.js";
import { openSource } from "../../src/source/open.js";
import { makeSqlite } from "../fixture.js";

test("the range is that of the table, null without rows or without a rowid", async () => {
  const file = makeSqlite(
    "ranges",
    `CREATE TABLE t (a); INSERT INTO t (rowid, a) VALUES (-9223372036854775808, 1), (7, 2), (9223372036854775807, 3);
     CREATE TABLE empty (a); CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES (1);
     CREATE TABLE taken (rowid, _rowid_, oid); INSERT INTO taken VALUES (1, 2, 3);`,
  );
  const source = await openSource(file.path, {});
  try {
    const ranges = introspect(source).tables.map((table) => readRowidRange(source, table));
    expect(ranges).toEqual([{ first: -(2n ** 63n), last: 2n ** 63n - 1n }, null, null, null]);
  } finally {
    source.close();
    file.remove();
  }
});

test("an estimate is never less than what was read, and exact for dense rowids", () => {
  const rowid = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(rowid, rowid, fc.nat(1e9), (a, b, rows) => {
      const range = a < b ? { first: a, last: b } : { first: b, last: a };
      expect(estimateRows(range, rows, range.last)).toBe(rows);
      expect(estimateRows(range, rows, range.first)).toBeGreaterThanOrEqual(rows);
    }),
  );
  expect(estimateRows({ first: 1n, last: 1000n }, 250, 250n)).toBe(1000);
});
