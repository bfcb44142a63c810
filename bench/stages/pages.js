/** The one table of a file, opened for its pages as a migration opens it. */
import { chooseReader } from "../../dist/export/choose-reader.js";
import { introspect } from "../../dist/export/introspect.js";
import { readPageRecords } from "../../dist/export/page-records.js";
import { listRowPages } from "../../dist/export/row-pages.js";
import { sliceRowPages } from "../../dist/export/slices.js";
import { openSource } from "../../dist/source/open.js";

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
