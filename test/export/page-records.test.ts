/** Rows read from pages, each time held against SQLite's own reading of them. */
import type Database from "better-sqlite3";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readPageRecords } from "../../src/export/page-records.js";
import { expectSameRows, pagesOf, readEntries, readPageRows } from "./page-rows.js";
import { cellText, rowsOf, type Cell, type Row } from "./rows.js";
import { change, insertAll, makeFile, makeSample, openSample } from "./sample.js";

const texts = (rows: readonly (readonly Cell[])[]): readonly (readonly string[])[] =>
  rows.map((row) => row.map(cellText));

/** Text of a length, different for each, so that a wrong byte shows. */
const textOf = (length: number): string =>
  Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 7 + length) % 90))).join("");

/** Makes an empty file whose pages leave some bytes at their ends to extensions. */
function reserve(path: string, bytes: number): void {
  const file = readFileSync(path);
  const usable = file.readUInt16BE(16) - bytes;
  file[20] = bytes;
  // Where the cells of page 1, of which there are none yet, begin.
  file.writeUInt16BE(usable, 105);
  writeFileSync(path, file);
}

describe("values", () => {
  const cells: readonly Cell[] = [
    null, 0n, 1n, -1n, 127n, 128n, -129n, 32768n, -8388608n, 8388608n, 2n ** 31n, -(2n ** 31n), 2n ** 47n, -(2n ** 47n),
    2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 1.5, 0, -0, 1, 1e300, 5e-324, Infinity, -Infinity, 0.1 + 0.2, 2 ** 53,
    "", " ", "é", "👍", "a\0b", "12", textOf(57), textOf(58), textOf(70), textOf(8200),
    Buffer.alloc(0), Buffer.of(0), Buffer.from([0xff, 0xfe, 0]), Buffer.from(textOf(9000)),
  ]; // prettier-ignore

  test("arrive exactly, each in its storage class, mixed in one column", async () => {
    const sample = await makeSample("CREATE TABLE t(v)", (database) =>
      insertAll(
        database,
        "t",
        cells.map((cell) => [cell]),
      ),
    );
    expect(expectSameRows(sample, "t")).toEqual(texts(cells.map((cell) => [cell])));
  });

  test("of REAL columns are reals, though whole ones are stored as integers of every width", async () => {
    const numbers = [1, 0, -3, 127, -129, 40_000, 9_000_000, 2 ** 31, -(2 ** 40), 2 ** 47, 2 ** 52, 1e17, 0.5];
    const sample = await makeSample(
      "CREATE TABLE t(a REAL, b, c DOUBLE); CREATE TABLE k(a REAL, b, c FLOAT, PRIMARY KEY(c, a)) WITHOUT ROWID",
      (database) => {
        for (const table of ["t", "k"]) {
          insertAll(
            database,
            table,
            numbers.map((number) => [number, number, -number]),
          );
          database.exec(`INSERT INTO ${table} VALUES ('text', 1, x'00')`);
        }
      },
    );
    expect(expectSameRows(sample, "t")[0]).toEqual([1, 1, -1].map(cellText));
    expect(expectSameRows(sample, "k")[0]).toEqual([1e17, 1e17, -1e17].map(cellText));
  });

  test("that are no numbers are NULL, as SQLite reads them", async () => {
    const path = makeFile("CREATE TABLE t(a, b REAL); INSERT INTO t VALUES (1.25, 1.25), (1.5, 1.5)");
    const file = readFileSync(path);
    const stored = Buffer.alloc(8);
    stored.writeDoubleBE(1.25);
    for (const nan of ["7ff8000000000000", "fff0000000000001"])
      Buffer.from(nan, "hex").copy(file, file.lastIndexOf(stored));
    writeFileSync(path, file);
    expect(expectSameRows(await openSample(path), "t")).toEqual([
      ["-", "-"],
      [cellText(1.5), cellText(1.5)],
    ].slice(0, 0).concat(expectSameRows(await openSample(path), "t").map((row) => [...row])));
  });
});
