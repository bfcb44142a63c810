/** A table read by SQLite and by its pages, each row as a text that tells storage classes, bits and bytes apart. */
import { expect } from "vitest";
import { ToolError } from "../../src/errors.js";
import { chooseReader } from "../../src/export/choose-reader.js";
import { readPageRecords } from "../../src/export/page-records.js";
import { listRowPages } from "../../src/export/row-pages.js";
import { sliceRowPages } from "../../src/export/slices.js";
import { readRecords } from "../../src/export/sqlite-records.js";
import type { RecordBatch } from "../../src/model/record.js";
import type { Slice } from "../../src/model/slice.js";
import type { SqliteSchema, SqliteTable } from "../../src/model/sqlite.js";
import type { Source } from "../../src/source/source.js";
import { rowsOf } from "./rows.js";

export interface PagesAnswer {
  /** In one go. */
  readonly rows: readonly string[];
  /** Slice by slice. */
  readonly sliced: readonly (readonly string[])[];
  readonly slices: readonly Slice[];
  /** How many entries the row pages have. */
  readonly entries: number;
}

/** More rows than a test makes; a reader that gives so many goes round in circles. */
const mostRows = 1_000_000;

const textsOf = (batches: Iterable<RecordBatch>): readonly string[] => {
  const rows: string[] = [];
  for (const batch of batches) {
    for (const { rowid, values } of rowsOf(batch)) rows.push(`${rowid ?? ""}|${values.join("|")}`);
    if (rows.length > mostRows) throw new Error("the rows do not end");
  }
  return rows;
};

export const rowsBySqlite = (source: Source, schema: SqliteSchema, table: SqliteTable): readonly string[] =>
  textsOf(readRecords(source, table, schema.encoding));

/** @returns Why SQLite is to read the table, where its pages are not. */
export function rowsByPages(
  source: Source,
  schema: SqliteSchema,
  table: SqliteTable,
  sliceBytes: number,
): PagesAnswer | string {
  const reader = chooseReader(source, schema, table);
  if (reader.by === "sqlite") return reader.because;
  if (source.pages === null) throw new Error("chosen without pages");
  // Plain data: what goes to a worker must be all there is to it.
  const { pages, layout } = structuredClone({ pages: source.pages, layout: reader.layout });
  const rowPages = structuredClone(listRowPages(pages, layout));
  const slices = sliceRowPages(pages, rowPages, layout, sliceBytes);
  const read = (from: number, to: number): readonly string[] =>
    textsOf(readPageRecords(pages, layout, rowPages, from, to));
  const entries = rowPages.leaves.length;
  return {
    rows: read(0, entries),
    sliced: slices.map(({ from, to }) => read(from, to)),
    slices,
    entries,
  };
}

/** Asserts that a sound table has the same rows by both readers, and that its slices are the whole. */
export function expectSame(
  source: Source,
  schema: SqliteSchema,
  table: SqliteTable,
  sliceBytes: number,
): void {
  const answer = rowsByPages(source, schema, table, sliceBytes);
  if (typeof answer === "string") {
    expect([table.name, schema.encoding, answer]).toEqual([
      table.name,
      expect.stringMatching("UTF-16"),
      answer,
    ]);
    return;
  }
  expectEqualRows(table.name, answer.rows, rowsBySqlite(source, schema, table));
  expectEqualRows(`slices of ${table.name}`, answer.sliced.flat(), answer.rows);
  const { slices, entries } = answer;
  expect(slices.map(({ number }) => number)).toEqual(slices.map((_, at) => at));
  expect([0, ...slices.map(({ to }) => to)]).toEqual([...slices.map(({ from }) => from), entries]);
  expect(slices.filter(({ from, to, bytes }) => from >= to || bytes <= 0)).toEqual([]);
  const again = rowsByPages(source, schema, table, sliceBytes);
  expect(typeof again === "string" ? again : again.slices).toEqual(slices);
}

/** Not toEqual on all: a difference of many rows, or of 10 MB, is not worth the minutes of printing it. */
function expectEqualRows(what: string, rows: readonly string[], expected: readonly string[]): void {
  const wrong = expected.findIndex((row, at) => row !== rows[at]);
  const shown = (list: readonly string[]): string | undefined => list[wrong]?.slice(0, 2000);
  expect([what, wrong, shown(rows)]).toEqual([what, -1, shown(expected)]);
  expect([what, rows.length]).toEqual([what, expected.length]);
}

/** What `read` gives, or how it refuses; anything but a ToolError is a bug and thrown. */
export function answerOf<T>(read: () => T): T | ToolError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}
