/** Aligned columns. Widths are measured before any colour is put on, in terminal cells. */
import { displayWidth, shortened, visible } from "./display-width.js";
import type { Paint } from "./style.js";

export interface Cell {
  readonly text: string;
  /** Numbers stand right. */
  readonly right?: boolean;
  readonly paint?: Paint;
}

const gap = "  ";
/** One long name must not push the rest of the table off the screen; findings and JSON have it whole. */
const widestCell = 48;

/**
 * One line per row. Cells are made safe for the terminal; all but the last of a row are cut to 48 cells wide.
 * Columns that are empty in every row are left out, and lines have no blanks at their ends.
 */
export const tableLines = (rows: readonly (readonly (string | Cell)[])[], indent = ""): readonly string[] => {
  const cells = withoutEmptyColumns(rows.map(fitRow));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...cells.map((row) => displayWidth(row[column]?.text ?? ""))),
  );
  return cells.map((row) => indent + rowLine(row, widths));
};

const fitRow = (row: readonly (string | Cell)[]): readonly Cell[] =>
  row.map((entry, column) => {
    const cell = typeof entry === "string" ? { text: entry } : entry;
    const text = visible(cell.text);
    return { ...cell, text: column === row.length - 1 ? text : shortened(text, widestCell) };
  });

const withoutEmptyColumns = (rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] => {
  const used = new Set(
    rows.flatMap((row) => row.flatMap(({ text }, column) => (text === "" ? [] : [column]))),
  );
  return rows.map((row) => row.filter((_, column) => used.has(column)));
};

const rowLine = (row: readonly Cell[], widths: readonly number[]): string => {
  const last = row.findLastIndex((cell) => cell.text !== "");
  return row
    .slice(0, last + 1)
    .map((cell, column) => padded(cell, widths[column] ?? 0, column === last))
    .join(gap);
};

const padded = (cell: Cell, width: number, last: boolean): string => {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(cell.text)));
  const text = cell.paint === undefined || cell.text === "" ? cell.text : cell.paint(cell.text);
  if (cell.right === true) return blanks + text;
  return last ? text : text + blanks;
};
