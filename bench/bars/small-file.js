import { statSync } from "node:fs";
import { seconds } from "../measure/sides.js";

export const bar = {
  name: "small-file",
  issue: "02",
  title: "the whole command, proof included, on small files against a running server",
  needs: [],
  async measure(bench) {
    return [
      await measureTables(bench, { tables: 10, rows: 550 }, { atMost: 1.5 }),
      await measureTables(bench, { tables: 100, rows: 50 }, null),
    ];
  },
};

async function measureTables(bench, size, limit) {
  const file = bench.file("smallTables", size);
  const runs = [];
  for (let run = 0; run < bench.options.runs; run += 1)
    runs.push(await bench.migrate(file, ["--quiet"], { [`part_${size.tables - 1}`]: size.rows }));
  return {
    what: `${size.tables} tables, ${(statSync(file).size / 1e6).toFixed(1)} MB`,
    unit: "s",
    ours: seconds("sqlift", runs),
    theirs: null,
    limit,
  };
}
