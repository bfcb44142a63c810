/** The same work in sizes that grow tenfold: its peak memory, and what a row of the load costs. */
import { dataPhase } from "../peers/sqlift.js";
import { interleave } from "./interleave.js";

/** By default 100,000, 1,000,000 and 10,000,000 messages, and 100 and 1,000 blobs of 1 MB. */
export const growthSizes = ({ rows }) => ({
  messages: [rows / 20, rows / 2, rows * 5].map(Math.ceil),
  blobs: [rows / 20_000, rows / 2_000].map(Math.ceil),
});

/**
 * Whole migrations with 2 jobs. The proof takes longer than all the rest, so there is one run with it.
 *
 * @returns {Promise<{ unproven: Record<string, object[]>, proven: Record<string, object[]> }>} size -> runs
 */
export const measureGrowth = (bench, kind, table) =>
  bench.once(`growth of ${kind}`, async () => {
    const sizes = growthSizes(bench.options)[kind];
    const each = (more) =>
      Object.fromEntries(sizes.map((rows) => [rows, () => migrate(bench, kind, table, rows, more)]));
    return {
      unproven: await interleave(bench.options.runs, each(["--no-validate"])),
      proven: await interleave(1, each([])),
    };
  });

const migrate = (bench, kind, table, rows, more) =>
  bench.migrate(
    bench.file(kind, rows),
    ["--no-color", "--jobs", "2", ...more],
    { [table]: rows },
    { between: dataPhase, memory: true },
  );
