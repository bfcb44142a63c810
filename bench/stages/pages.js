/** The one table of a file, opened for its pages as a migration opens it. */
import { chooseReader } from "../../build/export/choose-reader.js";
import { introspect } from "../../build/export/introspect.js";
import { readPageRecords } from "../../build/export/page-records.js";
import { listRowPages } from "../../build/export/row-pages.js";
import { sliceRowPages } from "../../build/export/slices.js";
import { openSource } from "../../build/source/open.js";

export async function openTable(file) {
  const source = await openSource(file, { ownProcess: true });
  const schema = introspect(source);
  const [table] = schema.tables;
  const choice = chooseReader(source, schema, table);
  if (choice.by !== "pages") throw new Error(`${table.name} is not read by pages: ${choice.because}`);
  return { table, slices: () => slicesOf(source.pages, choice.layout), close: () => source.close() };
}

/** Yields the batches of each slice; the caller must pull all of one before the next. */
function* slicesOf(pages, layout) {
  const rowPages = listRowPages(pages, layout);
  for (const { from, to } of sliceRowPages(pages, rowPages, layout))
    yield readPageRecords(pages, layout, rowPages, from, to);
}
