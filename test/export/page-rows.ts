/** Rows of a table from its pages, for tests. */
import { expect } from "vitest";
import { chooseReader } from "../../src/export/choose-reader.js";
import { readPageRecords } from "../../src/export/page-records.js";
import type { RecordLayout } from "../../src/export/record-layout.js";
import { listRowPages, type RowPages } from "../../src/export/row-pages.js";
import type { PageFile } from "../../src/source/pages.js";
import { readRows, rowsOf, type Row } from "./rows.js";
import type { Sample } from "./sample.js";

export interface TablePages {
  readonly file: PageFile;
  readonly layout: RecordLayout;
  readonly rowPages: RowPages;
}

/** @throws Error where the table is not read by pages. */
export function pagesOf(sample: Sample, table: string): TablePages {
  const choice = chooseReader(sample.source, sample.schema, sample.table(table));
  if (choice.by === "sqlite") throw new Error(choice.because);
  const file = sample.source.pages!;
  return { file, layout: choice.layout, rowPages: listRowPages(file, choice.layout) };
}

/** The rows of the entries [from, to) of the table's row pages. */
export function readEntries(
  { file, layout, rowPages }: TablePages,
  from: number,
  to: number,
): readonly Row[] {
  const rows: Row[] = [];
  for (const batch of readPageRecords(file, layout, rowPages, from, to)) rows.push(...rowsOf(batch));
  return rows;
}

export function readPageRows(sample: Sample, table: string): readonly Row[] {
  const pages = pagesOf(sample, table);
  return readEntries(pages, 0, pages.rowPages.leaves.length);
}

/** Holds the page reader against SQLite itself; returns the rows, as texts. */
export function expectSameRows(sample: Sample, table: string): readonly (readonly string[])[] {
  const rows = readPageRows(sample, table);
  const expected = readRows(sample, table);
  // Not toEqual at once: a difference of many rows is not worth the minutes of printing it.
  const wrong = rows.findIndex(
    (row, at) => row.rowid !== expected[at]?.rowid || row.values.join() !== expected[at].values.join(),
  );
  expect([table, wrong, rows[wrong]]).toEqual([table, -1, undefined]);
  expect([table, rows.length]).toEqual([table, expected.length]);
  return rows.map(({ values }) => values);
}
