import { compareLoad } from "../measure/load.js";

const shapes = [
  { kind: "narrow", table: "reading", what: "3 columns", part: 2 },
  { kind: "wide", table: "answer", what: "60 columns", part: 1 / 10 },
  { kind: "blobs", table: "picture", what: "blobs of 1 MB", part: 1 / 4000 },
];

export const bar = {
  name: "shapes",
  issue: "02",
  title: "the load of tables of other shapes, against psql \\copy (no bar, to be seen)",
  needs: ["psql"],
  async measure(bench) {
    const comparisons = [];
    for (const { kind, table, what, part } of shapes) {
      const rows = Math.ceil(bench.options.rows * part);
      comparisons.push(
        await compareLoad(bench, { what, file: bench.file(kind, rows), table, rows, limit: null }),
      );
    }
    return comparisons;
  },
};
