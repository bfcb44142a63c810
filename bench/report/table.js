/**
 * Columns as wide as their widest cell, two blanks between; numbers stand to the right.
 *
 * @param {readonly (readonly string[])[]} rows the first one is the head
 * @param {readonly ("left" | "right")[]} sides one a column
 */
export function textTable(rows, sides) {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column) =>
    sides[column] === "right" ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  const line = (row) => row.map(pad).join("  ").trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}
