/** The same work in sizes that grow tenfold: its peak memory, and what a row of the load costs. */
import { dataPhase } from "../peers/sqlift.js";
import { interleave } from "./interleave.js";

/** By default 100,000, 1,000,000 and 10,000,000 messages, and 100 and 1,000 blobs of 1 MB. */
export const growthSizes = ({ rows }) => ({
  messages: [rows / 20, rows / 2, rows * 5].map(Math.ceil),
  blobs: [rows / 20_000, rows / 2_000].map(Math.ceil),
});

/** Whole migrations with 2 jobs, proof included. @returns {Promise<Record<string, object[]>>} size -> runs */
export const measureGrowth = (bench, kind, table) =>
  bench.once(`growth of ${kind}`, () =>
    interleave(
      bench.options.runs,
      Object.fromEntries(
        growthSizes(bench.options)[kind].map((rows) => [
          rows,
          () =>
            bench.migrate(
              bench.file(kind, rows),
              ["--no-color", "--jobs", "2"],
              { [table]: rows },
              { between: dataPhase, memory: true },
            ),
        ]),
      ),
    ),
  );
