/** Whether a table is read from its pages, or through SQLite, and why. */
import { quote } from "../model/identifier.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import type { PageFile } from "../source/pages.js";
import type { Source } from "../source/source.js";
import { readMissingValues } from "./constant-default.js";
import { compileLayout, type RecordLayout } from "./record-layout.js";
import { recordColumns } from "./sqlite-records.js";

export type ReaderChoice =
  | { readonly by: "pages"; readonly layout: RecordLayout; readonly pages: PageFile }
  /** `because` is a sentence for people, without its full stop. */
  | { readonly by: "sqlite"; readonly because: string };

/** @throws ToolError `driver-missing`. */
export function chooseReader(source: Source, schema: SqliteSchema, table: SqliteTable): ReaderChoice {
  if (source.pages === null)
    return throughSqlite("in a program that may have it open itself, the original is read through SQLite");
  if (schema.encoding !== "UTF-8") return throughSqlite(`${schema.encoding} text is read through SQLite`);
  // What is no UTF-8 in a name arrives as U+FFFD: two names may have become one, and only SQLite tells them apart.
  if (table.columns.some(({ name }) => name.includes("\ufffd")))
    return throughSqlite("a table with a column whose name is no UTF-8 is read through SQLite");
  const columns = recordColumns(table).map((name) => table.columns.find((column) => column.name === name)!);
  const missing = readMissingValues(columns);
  const unknown = columns.find((column, index) => column.generated === "no" && missing[index] === null);
  if (unknown !== undefined)
    return throughSqlite(`only SQLite knows what DEFAULT of column ${quote(unknown.name)} means`);
  return { by: "pages", layout: compileLayout(table, missing), pages: source.pages };
}

const throughSqlite = (because: string): ReaderChoice => ({ by: "sqlite", because });
