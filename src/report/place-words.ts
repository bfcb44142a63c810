/** Tables, columns, rows and values in sentences. */
import type { ColumnPlace } from "../model/place.js";
import { quote } from "../model/identifier.js";
import type { Example } from "../model/profile.js";
import type { RowPlace } from "../model/record.js";

const plainName = /^[\p{L}_][\p{L}\p{M}\p{N}_$]*$/u;

/** `person`, but `"odd name"`: quoted only where a sentence would blur its ends. */
export const nameWords = (name: string): string => (plainName.test(name) ? name : quote(name));

/** A name and what it becomes, for two columns of a table: `xmin`, `-> xmin_`. */
export const nameCells = ({ source, target }: { readonly source: string; readonly target: string }) =>
  [source === "" ? quote(source) : source, source === target ? "" : `-> ${target}`] as const;

export const columnWords = (at: ColumnPlace): string => `${nameWords(at.table)}.${nameWords(at.column)}`;

export const listWords = (names: readonly string[]): string => names.map(nameWords).join(", ");

/** `rowid 7`, `key (5, abc)`. */
export const rowWords = (at: RowPlace): string => {
  if (at.rowid !== null) return `rowid ${at.rowid}`;
  return at.key === null ? "a row without a key" : `key (${at.key.join(", ")})`;
};

/** `text 'abc' at rowid 7`, `NULL at rowid 7`. */
export const exampleWords = (example: Example): string => {
  const value = example.storageClass === "null" ? "NULL" : `${example.storageClass} ${example.value}`;
  return `${value} at ${rowWords(example.at)}`;
};

/** ` (first: text 'abc' at rowid 7)`, ` (first: rowid 7)` for NULL, or nothing. */
export const firstWords = (first: Example | null): string => {
  if (first === null) return "";
  return ` (first: ${first.storageClass === "null" ? rowWords(first.at) : exampleWords(first)})`;
};
