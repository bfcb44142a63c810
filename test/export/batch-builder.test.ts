import { expect, test } from "vitest";
import { BatchBuilder } from "../../src/export/batch-builder.js";
import { rowsOf } from "./rows.js";

test("values come back in rows, with their rowids", () => {
  const builder = new BatchBuilder(3, true);
  builder.addInteger(-(2n ** 63n));
  builder.addReal(-0);
  builder.addNull();
  builder.endRow(-7n);
  builder.addText(Buffer.from("é"));
  builder.addBlob(Buffer.alloc(0));
  builder.addText(Buffer.alloc(0));
  builder.endRow(2n ** 63n - 1n);
  expect(builder.rows).toBe(2);
  expect(rowsOf(builder.take())).toEqual([
    { rowid: -7n, values: ["i-9223372036854775808", "r8000000000000000", "-"] },
    { rowid: 2n ** 63n - 1n, values: ["tc3a9", "b", "t"] },
  ]);
  expect([builder.rows, builder.full]).toEqual([0, false]);
});

test("a table without rowids has none", () => {
  const builder = new BatchBuilder(1, false);
  builder.addNull();
  builder.endRow(null);
  expect(builder.take().rowids).toBeNull();
});

test("the next batch begins empty, in the same memory", () => {
  const builder = new BatchBuilder(1, true);
  builder.addText(Buffer.from("first"));
  builder.endRow(1n);
  const first = builder.take();
  builder.addText(Buffer.from("again"));
  builder.endRow(2n);
  const second = builder.take();
  expect(rowsOf(second)).toEqual([{ rowid: 2n, values: ["t616761696e"] }]);
  expect([
    second.bytes === first.bytes,
    second.offsets === first.offsets,
    second.rowids === first.rowids,
  ]).toEqual([true, true, true]);
});

test("is full after 2,048 rows, fewer where they are wide, or 256 KB", () => {
  const rowsUntilFull = (columns: number, text: Buffer): number => {
    const builder = new BatchBuilder(columns, true);
    for (let rows = 1; ; rows += 1) {
      for (let column = 0; column < columns; column += 1) builder.addText(text);
      builder.endRow(BigInt(rows));
      if (builder.full) return rows;
    }
  };
  expect(rowsUntilFull(1, Buffer.alloc(0))).toBe(2048);
  expect(rowsUntilFull(64, Buffer.alloc(0))).toBe(2048);
  expect(rowsUntilFull(2000, Buffer.alloc(0))).toBe(65);
  expect(rowsUntilFull(1, Buffer.alloc(1024))).toBe(256);
  expect(rowsUntilFull(1, Buffer.alloc(10_000_000))).toBe(1);
});

test("grows for a large row and keeps what stands before it", () => {
  const builder = new BatchBuilder(2, true);
  const large = Buffer.alloc(3_000_000, "xyz");
  builder.addText(Buffer.from("before"));
  builder.addBlob(large);
  builder.endRow(1n);
  const [row] = rowsOf(builder.take());
  expect(row?.values[0]).toBe(`t${Buffer.from("before").toString("hex")}`);
  expect(row?.values[1] === `b${large.toString("hex")}`).toBe(true);
});
