import { judge } from "../measure/statistics.js";

/** @param {readonly import("./text.js").Measured[]} measured */
export const reportJson = (options, machine, measured, startedAt) => ({
  formatVersion: 1,
  startedAt,
  data: { rows: options.rows, runs: options.runs, seed: options.seed },
  machine,
  bars: measured.map(({ bar, comparisons, missing }) => ({
    name: bar.name,
    issue: bar.issue,
    title: bar.title,
    notMeasured: missing,
    comparisons: comparisons.map((comparison) => ({ ...comparison, result: judge(comparison) })),
  })),
});
