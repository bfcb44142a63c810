import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth } from "../../src/report/display-width.js";
import { tableLines } from "../../src/report/table-layout.js";

test("no rows are no lines", () => {
  expect(tableLines([])).toEqual([]);
});

test("numbers stand right, texts left, and nothing trails", () => {
  const lines = tableLines(
    [
      ["table", { text: "rows", right: true }, ""],
      ["album", { text: "15,332", right: true }, "identical"],
      ["表", { text: "7", right: true }, ""],
    ],
    "  ",
  );
  expect(lines).toEqual(["  table    rows", "  album  15,332  identical", "  表          7"]);
});

test("a colour adds no width", () => {
  const paint = (text: string): string => `<b>${text}</b>`;
  expect(
    tableLines([
      [{ text: "a", paint }, "b"],
      ["cc", "d"],
    ]),
  ).toEqual(["<b>a</b>   b", "cc  d"]);
});

test("a name of 48 characters is whole, a longer one keeps its ends, the last cell is never cut", () => {
  const lines = tableLines([
    ["x".repeat(48), "|"],
    [`${"y".repeat(80)}z`, "w".repeat(80)],
  ]);
  expect(lines).toEqual([`${"x".repeat(48)}  |`, `${"y".repeat(24)}…${"y".repeat(22)}z  ${"w".repeat(80)}`]);
});

test("a column without any text takes no room", () => {
  expect(
    tableLines([
      ["a", "", "b"],
      ["c", "", "d"],
    ]),
  ).toEqual(["a  b", "c  d"]);
});

test("columns align whatever the cells hold", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 80 });
  const rows = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) => fc.array(fc.array(cell, { minLength: columns, maxLength: columns })));
  fc.assert(
    fc.property(rows, (table) => {
      // Control characters mark the cells' ends: text from outside has none after tableLines.
      const paint = (text: string): string => `\u0001${text}`;
      const lines = tableLines(table.map((row) => row.map((text) => ({ text: `${text}.`, paint }))));
      const edges = lines.map((line) => cellEdges(line));
      for (const edge of edges) expect(edge).toEqual(edges[0]);
    }),
  );
});

/** The cell in which each marked part begins. */
const cellEdges = (line: string): number[] => {
  const parts = line.split("\u0001").slice(0, -1);
  return parts.map((_, index) =>
    parts.slice(0, index + 1).reduce((width, part) => width + displayWidth(part), 0),
  );
};
