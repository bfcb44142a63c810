/** Sides of a comparison from runs of commands. */

/** @returns {import("./statistics.js").Side} */
export const side = (name, runs, value) => ({
  name,
  values: runs.map(value),
  // What the runs found is for the notes.
  runs: runs.map((run) => ({ ...run, found: undefined })),
});

export const seconds = (name, runs) => side(name, runs, (run) => run.seconds);

export const megabytes = (name, runs) => side(name, runs, (run) => run.peakBytes / 2 ** 20);
