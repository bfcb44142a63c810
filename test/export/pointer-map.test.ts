import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { PointerMap } from "../../src/export/pointer-map.js";
import type { PageFile } from "../../src/source/pages.js";
import { readPageRows } from "./page-rows.js";
import { makeFile, openSample } from "./sample.js";

const pageBytes = 512;

/** Rows of two blobs of 2,500 bytes, on nine overflow pages each. */
const makeRows = (rows: number, pragma: string): string =>
  makeFile(`PRAGMA page_size = ${pageBytes}; PRAGMA ${pragma}; CREATE TABLE t(a, b)`, (database) => {
    const insert = database.prepare("INSERT INTO t VALUES (?, ?)");
    database.transaction(() => {
      for (let row = 0; row < rows; row += 1) insert.run(Buffer.alloc(2500, row), Buffer.alloc(2500, ~row));
    })();
  });

/** The pages that each overflow page of rows of 5,000 bytes names, from each of the first ones on. */
function chainsOf(file: Buffer, firsts: readonly number[]): readonly (readonly number[])[] {
  return firsts.map((first) => {
    const chain = [first];
    for (let next = file.readUInt32BE((first - 1) * pageBytes); next !== 0;) {
      chain.push(next);
      next = file.readUInt32BE((next - 1) * pageBytes);
    }
    return chain;
  });
}

/** The map's entries of kind 3: overflow pages that a row names. Asked of no code under test. */
function firstsOf(file: Buffer): readonly number[] {
  const span = Math.floor(pageBytes / 5) + 1;
  return Array.from({ length: file.length / pageBytes }, (_, index) => index + 1).filter((page) => {
    const mapPage = Math.floor((page - 2) / span) * span + 2;
    return page > mapPage && file[(mapPage - 1) * pageBytes + 5 * (page - mapPage - 1)] === 3;
  });
}

test("tells where SQLite takes rows to go on, over all of its own pages", async () => {
  const path = makeRows(60, "auto_vacuum = FULL");
  const bytes = readFileSync(path);
  const chains = chainsOf(bytes, firstsOf(bytes));
  expect(chains.map(({ length }) => length)).toEqual(Array.from({ length: 60 }, () => 9));
  const map = new PointerMap((await openSample(path)).source.pages!);
  const told = chains.flatMap((chain) => chain.slice(1).map((next, at) => [next, map.after(chain[at]!)]));
  // It cannot tell where the next page is not the next one in the file.
  expect(told.filter(([next, after]) => after !== next && after !== null)).toEqual([]);
  expect(told.filter(([, after]) => after !== null).length).toBeGreaterThan(400);
  expect(chains.map((chain) => map.after(chain.at(-1)!))).toEqual(chains.map(() => null));
});

test("tells nothing in files without auto-vacuum", async () => {
  const path = makeRows(3, "auto_vacuum = NONE");
  const { pages } = (await openSample(path)).source;
  const map = new PointerMap(pages!);
  expect(Array.from({ length: pages!.pageCount }, (_, index) => map.after(index + 1))).toEqual(
    Array.from({ length: pages!.pageCount }, () => null),
  );
});

test("a row that goes on elsewhere than by the map is refused: SQLite has two answers", async () => {
  const path = makeRows(2, "auto_vacuum = INCREMENTAL");
  const bytes = readFileSync(path);
  const [first, second] = chainsOf(bytes, firstsOf(bytes)) as [readonly number[], readonly number[]];
  // The first row's third page now leads into the second row.
  bytes.writeUInt32BE(second[3]!, (first[2]! - 1) * pageBytes);
  writeFileSync(path, bytes);
  const sample = await openSample(path);
  const read = (sql: string): unknown => sample.source.database.prepare(sql).pluck().get();
  const b = Buffer.alloc(2500, ~0);
  expect(read("SELECT b FROM t")).toEqual(b);
  expect(read("SELECT b FROM t WHERE a IS NOT x'00'")).not.toEqual(b);
  expect(() => readPageRows(sample, "t")).toThrow(
    `holds a row that goes on at page ${second[3]!} after page ${first[2]!}, and at page ${first[3]!} by the pointer map`,
  );
});

test("passes over the page for locks at 1 GiB, also where the map would have a page there", () => {
  const path = makeFile("");
  const lockPage = 2 ** 30 / 1024 + 1;
  // A page of 1,024 bytes has entries for 204 others, and lockPage - 2 is a multiple of 205.
  truncateSync(path, (lockPage + 4) * 1024);
  const descriptor = openSync(path, "r+");
  onTestFinished(() => closeSync(descriptor));
  const file: PageFile = { path, descriptor, pageBytes: 1024, usableBytes: 1024, pageCount: lockPage + 4 };
  writeSync(descriptor, Buffer.of(0, 0, 0, 9), 0, 4, 52);
  const entry = Buffer.alloc(5, 4);
  entry.writeUInt32BE(lockPage - 1, 1);
  writeSync(descriptor, entry, 0, 5, lockPage * 1024);
  expect(new PointerMap(file).after(lockPage - 1)).toBe(lockPage + 2);
});
