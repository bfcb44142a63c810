import { closeSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readPages, type PageFile } from "../../src/source/pages.js";
import { makeSample } from "./sample.js";

const pageBytes = 512;

/** Three pages, each full of its own number. */
function makePages(pageCount = 3): PageFile {
  const path = join(makeSample().folder, "pages.db");
  writeFileSync(path, Buffer.concat([1, 2, 3].map((page) => Buffer.alloc(pageBytes, page))));
  const descriptor = openSync(path, "r");
  onTestFinished(() => closeSync(descriptor));
  return { path, descriptor, pageBytes, usableBytes: pageBytes, pageCount };
}

test.each([
  [0, 1, "page 0 is not one of its 3 pages"],
  [-1, 2, "page -1 is not one of its 3 pages"],
  [4, 1, "page 4 is not one of its 3 pages"],
  [2, 3, "page 4 is not one of its 3 pages"],
  [2 ** 32 - 1, 1, "page 4294967295 is not one of its 3 pages"],
])("from page %i on, %i of 3 pages are damage", (first, count, words) => {
  const file = makePages();
  const buffer = Buffer.alloc(4 * pageBytes, 9);
  expect(() => readPages(file, first, count, buffer, 0)).toThrow(
    expect.objectContaining({
      name: "ToolError",
      code: "source-damaged",
      message: `${file.path} is damaged: ${words}`,
    }) as Error,
  );
  expect(buffer.equals(Buffer.alloc(4 * pageBytes, 9))).toBe(true);
});

test("a file that ends before its pages do is damaged", () => {
  const file = makePages(5);
  const buffer = Buffer.alloc(3 * pageBytes);
  expect(() => readPages(file, 3, 3, buffer, 0)).toThrow("it ends before the end of page 4 of 5");
  truncateSync(file.path, pageBytes + 7);
  expect(() => readPages(file, 1, 2, buffer, 0)).toThrow("it ends before the end of page 2 of 5");
});

test("pages come where they were asked for, and nothing else is touched", () => {
  const file = makePages();
  const buffer = Buffer.alloc(4 * pageBytes, 9);
  readPages(file, 2, 2, buffer, pageBytes);
  expect([0, 1, 2, 3].map((at) => new Set(buffer.subarray(at * pageBytes, (at + 1) * pageBytes)))).toEqual(
    [9, 2, 3, 9].map((byte) => new Set([byte])),
  );
});
