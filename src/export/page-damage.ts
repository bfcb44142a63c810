/** What is wrong with a page, said as SQLite's own word of damage is, with the table that it was read for. */
import type { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import type { PageFile } from "../source/pages.js";
import { damageFound } from "../source/source-error.js";

/** @param found Follows "page N": `has no cell 7`. */
export const pageDamage = (file: PageFile, table: string, page: number, found: string): ToolError =>
  damageFound(file.path, `page ${page} ${found} (while reading table ${quote(table)})`);
