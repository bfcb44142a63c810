/** Words for a value of the source that has no place in its column's type. */
import { quoteLiteral } from "../../model/identifier.js";
import type { TablePlan } from "../../model/plan.js";
import { typeWords } from "../../model/postgres.js";
import type { RowEncoder, RowMisfit, SelectedRow } from "./row-encoder.js";
import type { SqliteValue } from "./sqlite-value.js";

/** `table people, rowid 17, column age (bigint): TEXT 'abc' is not ...`; `number` counts rows from 1. */
export const misfitWords = (
  table: TablePlan,
  encoder: RowEncoder,
  row: SelectedRow,
  number: number,
  misfit: RowMisfit,
): string => {
  const column = table.columns[misfit.column];
  if (column === undefined) {
    throw new Error(`${table.source} has no column ${misfit.column}`);
  }
  const { value, isText } = encoder.valueAt(row, misfit.column);
  const place = placeWords(table, encoder, row, number);
  const held = `${storageClassWord(value, isText)} ${valueWords(value, isText)}`;
  return `table ${table.source}, ${place}, column ${column.source} (${typeWords(column.type)}): ${held} ${misfit.reason}`;
};

const placeWords = (table: TablePlan, encoder: RowEncoder, row: SelectedRow, number: number): string => {
  const rowid = row[0] ?? null;
  if (rowid !== null) {
    return `rowid ${String(rowid)}`;
  }
  const key = table.primaryKey?.columns.map((name) => {
    const { value, isText } = encoder.valueAt(
      row,
      table.columns.findIndex(({ target }) => target === name),
    );
    return valueWords(value, isText);
  });
  return key === undefined ? `row ${number}` : `key (${key.join(", ")})`;
};

const storageClassWord = (value: SqliteValue, isText: boolean): string => {
  if (typeof value === "bigint") {
    return "INTEGER";
  }
  return typeof value === "number" ? "REAL" : isText ? "TEXT" : "BLOB";
};

const shownCharacters = 60;
const shownBytes = 32;

/** As SQL would write it, cut to a readable length, control characters as escapes. */
const valueWords = (value: SqliteValue, isText: boolean): string => {
  if (!Buffer.isBuffer(value)) {
    return value === null ? "NULL" : Object.is(value, -0) ? "-0.0" : String(value);
  }
  if (!isText) {
    return `x'${value.toString("hex", 0, shownBytes)}${value.length > shownBytes ? "..." : ""}'`;
  }
  // Four bytes are the most that a character takes.
  const characters = Array.from(value.toString("utf8", 0, shownCharacters * 4));
  const cut = characters.length > shownCharacters || value.length > shownCharacters * 4;
  const shown = characters
    .slice(0, shownCharacters)
    .join("")
    .replace(/\p{Cc}/gu, escapeOf);
  return quoteLiteral(shown + (cut ? "..." : ""));
};

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
