/** A source in the reading: which reader takes each table, in which slices, and the lanes that do it. */
import { chooseReader } from "../../export/choose-reader.js";
import { ComputedFiles } from "../../export/computed-records.js";
import { listRowPages } from "../../export/row-pages.js";
import { sampleRowPages } from "../../export/sample-slices.js";
import { sliceRowPages } from "../../export/slices.js";
import type { ReaderPlan } from "../../model/plan.js";
import type { Slice } from "../../model/slice.js";
import type { SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import type { Source } from "../../source/source.js";
import type { CopyReaders } from "../lanes/copy-readers.js";
import type { Rows } from "../lanes/lane-jobs.js";
import { Lanes } from "../lanes/lanes.js";
import type { RunOptions } from "../open.js";
import { pauser } from "../pause.js";

export interface Reading {
  readonly source: Source;
  readonly schema: SqliteSchema;
  /** One per table of the schema, in its order. */
  readonly tables: readonly TableReading[];
  readonly lanes: Lanes;
  /** Of tables that SQLite has computed columns of. */
  readonly computed: ComputedFiles;
}

export interface TableReading {
  readonly table: SqliteTable;
  readonly reader: ReaderPlan;
  /** In row order, at least one; together every row once, or a sample of them. */
  readonly parts: readonly TablePart[];
  /** About how much there is to read; 0 where only SQLite knows. */
  readonly bytes: number;
}

export interface TablePart {
  readonly rows: Rows;
  readonly bytes: number;
}

export interface ReadingOptions extends Pick<RunOptions, "jobs" | "signal"> {
  /** About so many rows of each table instead of all, at least 1. */
  readonly sampleRows?: number | undefined;
  /** As LanesOptions has them. */
  readonly readers?: CopyReaders | undefined;
}

/**
 * Opens the lanes for `work`, and waits until they are gone: what they read from may be closed afterwards.
 *
 * @param schema with the tables that are to be read.
 * @throws ToolError the source codes, `interrupted`, and what `work` throws.
 */
export async function withReading<T>(
  source: Source,
  schema: SqliteSchema,
  options: ReadingOptions,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const pause = pauser(options.signal);
  const tables: TableReading[] = [];
  for (const table of schema.tables) {
    tables.push(readingOf(source, schema, table, options.sampleRows ?? null));
    await pause();
  }
  const { jobs, signal, readers } = options;
  const lanes = new Lanes(source, tables.length, { jobs, signal, readers });
  const computed = new ComputedFiles();
  try {
    return await work({ source, schema, tables, lanes, computed });
  } finally {
    await lanes.close();
    computed.close();
  }
}

/** A table without rows is made as the others are. */
const emptySlice: Slice = { number: 0, from: 0, to: 0, bytes: 0 };

const usualFormat = "its pages are in the usual format";

function readingOf(
  source: Source,
  schema: SqliteSchema,
  table: SqliteTable,
  sampleRows: number | null,
): TableReading {
  const choice = chooseReader(source, schema, table);
  if (choice.by === "sqlite") {
    const { by, because } = choice;
    const rows = { by, table, encoding: schema.encoding, mostRows: sampleRows, computed: null };
    return { table, reader: { by, because }, parts: [{ rows, bytes: 0 }], bytes: 0 };
  }
  const { layout, pages } = choice;
  const rowPages = listRowPages(pages, layout);
  const slices =
    sampleRows === null
      ? sliceRowPages(pages, rowPages, layout)
      : sampleRowPages(pages, rowPages, sampleRows);
  const parts = (slices.length === 0 ? [emptySlice] : slices).map((slice) => ({
    rows: { by: "pages", layout, rowPages, slice } as const,
    bytes: slice.bytes,
  }));
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const { storage } = table.virtual ?? {};
  const because =
    storage === undefined
      ? usualFormat
      : `the pages of ${storage.table}, where its rows stand, are in the usual format`;
  return { table, reader: { by: "pages", because }, parts, bytes };
}
