/** The reference reader over whole files: batches, UTF-16, random tables, damage. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { readRecords } from "../../src/export/sqlite-records.js";
import type { RecordBatch } from "../../src/model/record.js";
import { cellText, readRows, rowsOf, valuesOf, type Cell } from "./rows.js";
import { insertAll, makeFile, makeSample, openSample, type Sample } from "./sample.js";

const pulled = (reader: Generator<RecordBatch>): RecordBatch => {
  const next = reader.next();
  if (next.done === true) throw new Error("no batch is left");
  return next.value;
};

describe("batches", () => {
  test("are bounded, and together they are the table", async () => {
    const sample = await makeSample(`CREATE TABLE t(id INTEGER PRIMARY KEY, v);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO t SELECT i, CASE WHEN i % 3 THEN i ELSE hex(zeroblob(i % 400)) END FROM n`);
    let rows = 0n;
    for (const batch of readRecords(sample.source, sample.table("t"), "UTF-8")) {
      expect(batch.rows).toBeLessThanOrEqual(2048);
      expect(batch.rows).toBeGreaterThan(0);
      for (let row = 0; row < batch.rows; row += 1) expect(batch.rowids?.[row]).toBe((rows += 1n));
    }
    expect(rows).toBe(20_000n);
  });

  test("hold one row where a value is ten megabytes, and memory for no more", async () => {
    const size = 10_000_000;
    const sample = await makeSample(`CREATE TABLE t(a, b); INSERT INTO t VALUES ('small', 1)`, (database) => {
      for (const letter of ["x", "y", "z"])
        database.prepare("INSERT INTO t VALUES (?, ?)").run(Buffer.alloc(size, letter), letter.repeat(size));
      database.exec("INSERT INTO t VALUES ('small', 2)");
    });
    const sizes: number[] = [];
    const letters: string[] = [];
    for (const batch of readRecords(sample.source, sample.table("t"), "UTF-8")) {
      sizes.push(batch.bytes.length);
      for (let row = 0; row < batch.rows; row += 1) {
        const at = row * batch.columns;
        letters.push(String.fromCharCode(batch.bytes[batch.offsets[at]! + 4]!, batch.serialTypes[at]! & 1));
      }
    }
    expect(letters).toEqual(["l\u0001", "x\0", "y\0", "z\0", "l\u0001"]);
    expect(Math.max(...sizes)).toBeLessThan(4.5 * size);
  });

  test("can be left off in the middle: the source stays usable", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(v); INSERT INTO t VALUES (zeroblob(300000)), (zeroblob(300000)), (3)",
    );
    for (const batch of readRecords(sample.source, sample.table("t"), "UTF-8")) {
      expect(batch.rows).toBe(1);
      break;
    }
    expect(readRows(sample, "t")).toHaveLength(3);
  });

  test("are valid until the next pull and filled again by it", async () => {
    const sample = await makeSample("CREATE TABLE t(v); INSERT INTO t VALUES (zeroblob(300000)), ('second')");
    const reader = readRecords(sample.source, sample.table("t"), "UTF-8");
    const first = pulled(reader);
    const type = first.serialTypes[0];
    const second = pulled(reader);
    expect(rowsOf(second)[0]!.values).toEqual([cellText("second")]);
    expect(first.serialTypes[0]).not.toBe(type);
    expect(reader.next().done).toBe(true);
  });
});

describe.each(["UTF-16le", "UTF-16be"] as const)("a database in %s", (encoding) => {
  test("gives its texts as UTF-8 and its blobs as they are", async () => {
    const cells: readonly Cell[] = [
      "",
      "abc",
      "é",
      "日本",
      "👍",
      "a\0b",
      "\ufeffx",
      Buffer.from("abc"),
      Buffer.of(0xff),
      Buffer.alloc(0),
      12n,
      1.5,
      null,
    ];
    const sample = await makeSample(
      `PRAGMA encoding = '${encoding}'; CREATE TABLE "täble"("spälte")`,
      (database) =>
        insertAll(
          database,
          '"täble"',
          cells.map((cell) => [cell]),
        ),
    );
    expect(sample.schema.encoding).toBe(encoding);
    expect(sample.schema.tables).toMatchObject([{ name: "täble", columns: [{ name: "spälte" }] }]);
    expect(valuesOf(sample, "täble")).toEqual(cells.map((cell) => [cellText(cell)]));
  });

  test("gives halves of surrogate pairs as bytes that are no UTF-8", async () => {
    const halves =
      encoding === "UTF-16le" ? ["00d8", "410000dc", "3dd83dd8"] : ["d800", "0041dc00", "d83dd83d"];
    const sample = await makeSample(`PRAGMA encoding = '${encoding}'; CREATE TABLE t(v);
      ${halves.map((hex) => `INSERT INTO t VALUES (CAST(x'${hex}' AS TEXT));`).join("")}`);
    expect(valuesOf(sample, "t")).toEqual([["teda080"], ["t41edb080"], ["teda0bdeda0bd"]]);
  });
});

test("random tables are read as they were written", async () => {
  const cell: fc.Arbitrary<Cell> = fc.oneof(
    fc.constant(null),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer().map(BigInt),
    fc.double({ noNaN: true }),
    // SQLite itself turns these two into U+FFFD on the way into UTF-16.
    fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\ufffe\uffff]/g, "")),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const rows = fc
    .integer({ min: 1, max: 70 })
    .chain((columns) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 40 }),
    );
  const encoding = fc.constantFrom("UTF-8", "UTF-16le", "UTF-16be");
  await fc.assert(
    fc.asyncProperty(rows, encoding, fc.constantFrom(512, 4096), async (written, textEncoding, pageSize) => {
      const names = written[0]!.map((_, at) => `c${at}`);
      const sample = await makeSample(
        `PRAGMA encoding = '${textEncoding}'; PRAGMA page_size = ${pageSize}; CREATE TABLE t(${names.join(", ")})`,
        (database) => insertAll(database, "t", written),
      );
      try {
        expect(valuesOf(sample, "t")).toEqual(written.map((row) => row.map(cellText)));
      } finally {
        sample.source.close();
      }
    }),
    { numRuns: 40 },
  );
});

describe("damage", () => {
  const makeLarge = (): string =>
    makeFile(`CREATE TABLE "a ""b"(v TEXT); CREATE TABLE sound(v); INSERT INTO sound VALUES (1);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      INSERT INTO "a ""b" SELECT hex(randomblob(40)) FROM n`);

  const overwrite = (path: string, from: number, bytes: Buffer): void => {
    const descriptor = openSync(path, "r+");
    writeSync(descriptor, bytes, 0, bytes.length, from);
    closeSync(descriptor);
  };

  const reading = (sample: Sample, table: string): unknown => {
    try {
      return readRows(sample, table).length;
    } catch (error) {
      return error;
    }
  };

  test("of a page in the middle of a table is told by the table's name", async () => {
    const path = makeLarge();
    const pages = readFileSync(path).length / 4096;
    for (let page = 10; page < pages - 5; page += 1) overwrite(path, page * 4096, Buffer.alloc(4096, 0xff));
    const sample = await openSample(path);
    const error = reading(sample, 'a "b');
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({
      code: "source-damaged",
      message: expect.stringContaining('reading table "a ""b"') as string,
    });
    expect(reading(sample, "sound")).toBe(1);
  });

  test("of a file cut short is told too", async () => {
    const path = makeLarge();
    const bytes = readFileSync(path);
    overwrite(path, bytes.length - 8192, Buffer.alloc(8192));
    expect(reading(await openSample(path), 'a "b')).toMatchObject({ code: "source-damaged" });
  });
});
