import { compareLoad } from "../measure/load.js";

export const bar = {
  name: "load",
  issue: "02",
  title: "the load of the data alone with 2 jobs, against psql \\copy of a ready-made binary file",
  needs: ["psql"],
  async measure(bench) {
    const { rows } = bench.options;
    return [
      await compareLoad(bench, {
        what: "10 columns, 2 jobs, against one stream of ready-made bytes",
        file: bench.file("messages", rows),
        table: "message",
        rows,
        limit: { atMost: 0.8 },
      }),
    ];
  },
};
