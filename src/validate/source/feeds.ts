/** The cheap ways to read the rows of a table, the cheapest first. */
import type { TablePlan } from "../../model/plan.js";
import type { SourceReader } from "../../model/verdict.js";
import type { Source } from "../../source/source.js";
import { plainRows, type RowsWeight } from "./plain-rows.js";
import { placesOf, type RecordRows } from "./record-rows.js";
import type { RowEncoder } from "./row-encoder.js";
import { plainFeed, recordFeed, type RowFeed } from "./row-feed.js";
import type { RowidRange, SourceScan } from "./scan.js";

export interface FeedOptions {
  /** These rows alone, which the scan is of; default: all. */
  readonly range?: RowidRange | null | undefined;
  /** The same rows as the page reader reads them; without it, and where a value does not convert, SQLite is asked. */
  readonly records?: RecordRows | null | undefined;
  /** Of all of them; default: that is not known. */
  readonly weight?: RowsWeight | undefined;
}

export interface FeedStart {
  readonly reader: SourceReader;
  /** May be called once. */
  readonly start: (encoder: RowEncoder) => RowFeed;
}

/** None of a table whose TEXT is UTF-16, or that has values which the file computes; both come by the exact reading alone. */
export const feedsOf = (
  database: Source["database"],
  table: TablePlan,
  scan: SourceScan,
  { range = null, records = null, weight }: FeedOptions,
): readonly FeedStart[] => {
  const places = records === null ? null : placesOf(table, records);
  const starts: FeedStart[] = [];
  if (records !== null && places !== null) {
    starts.push({ reader: "pages", start: (encoder) => recordFeed(records.batches(), places, encoder) });
  }
  if (scan.plainSql !== null) {
    starts.push({
      reader: "sqlite",
      start: (encoder) => plainFeed(plainRows(database, scan, range, weight ?? null), encoder),
    });
  }
  return starts;
};
