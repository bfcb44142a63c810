/** Which pages of the file hold the rows of a part that is proven, where the page reader is asked for. */
import { recordColumns } from "../../export/sqlite-records.js";
import { readPageRecords } from "../../export/page-records.js";
import type { RecordBatch } from "../../model/record.js";
import type { Source } from "../../source/source.js";
import type { Part } from "../../validate/part.js";
import type { Rows } from "../lanes/lane-jobs.js";
import type { Reading } from "./reading.js";

export interface PageRows {
  readonly rows: Rows;
  /** Of a record, by their names. */
  readonly columns: readonly string[];
}

/** The pages of parts; null for those that only SQLite can read, and where the parts are not the slices of the table's pages. */
export function pageParts({ tables }: Reading): (part: Part) => PageRows | null {
  const readings = new Map(tables.map((of) => [of.table.name, of]));
  return ({ table, number, parts }) => {
    const reading = readings.get(table.source);
    const rows = reading?.parts[number]?.rows;
    if (reading === undefined || rows?.by !== "pages" || parts !== reading.parts.length) return null;
    return { rows, columns: recordColumns(reading.table) };
  };
}

/** Reads them in this thread. */
export function readParts({ pages }: Source, rows: Rows): Iterable<RecordBatch> {
  if (rows.by !== "pages" || pages === null) throw new Error("the page reader reads pages only");
  return readPageRecords(pages, rows.layout, rows.rowPages, rows.slice.from, rows.slice.to);
}
