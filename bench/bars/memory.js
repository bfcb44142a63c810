import { growthSizes, measureGrowth } from "../measure/growth.js";
import { megabytes } from "../measure/sides.js";

/** What counts as flat: ten times the rows may take a fifth more, the slack of a garbage collector. */
const flat = 1.2;

export const bar = {
  name: "memory",
  issue: "02",
  title: "peak resident memory of sqlift's processes, 2 jobs; the last run of each with the proof",
  needs: ["/proc"],
  async measure(bench) {
    return [
      ...(await compareSizes(bench, "messages", "message", "messages")),
      ...(await compareSizes(bench, "blobs", "picture", "blobs of 1 MB")),
    ];
  },
};

async function compareSizes(bench, kind, table, words) {
  const { unproven, proven } = await measureGrowth(bench, kind, table);
  const sizes = growthSizes(bench.options)[kind];
  const sideOf = (rows) => megabytes(`${rows} ${words}`, [...unproven[rows], ...proven[rows]]);
  const peaks = sizes.map((rows) => ({
    what: `${rows} ${words}`,
    unit: "MB",
    of: "largest",
    ours: sideOf(rows),
    theirs: null,
    limit: { atMost: 250 },
  }));
  const [fewer, more] = sizes.slice(-2);
  const growth = {
    what: `${more} ${words}, against ${fewer}`,
    unit: "MB",
    of: "largest",
    ours: sideOf(more),
    theirs: sideOf(fewer),
    limit: { atMost: flat },
  };
  return [...peaks, growth];
}
