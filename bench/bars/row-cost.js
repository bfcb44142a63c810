import { growthSizes, measureGrowth } from "../measure/growth.js";
import { side } from "../measure/sides.js";

export const bar = {
  name: "row-cost",
  issue: "02",
  title: "what a row of the data load costs, ten times the rows against the rows",
  needs: [],
  async measure(bench) {
    const { unproven } = await measureGrowth(bench, "messages", "message");
    const [fewer, more] = growthSizes(bench.options).messages.slice(-2);
    const sideOf = (rows) =>
      side(`${rows} messages`, unproven[rows], (run) => (run.seconds / rows) * 1_000_000);
    return [
      {
        what: `${more} messages, against ${fewer}`,
        unit: "us a row",
        ours: sideOf(more),
        theirs: sideOf(fewer),
        limit: { atMost: 1.1 },
      },
    ];
  },
};
