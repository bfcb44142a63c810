import { numbersStayNumbers, pgloaderCommand } from "../peers/pgloader.js";
import { describeResult, differences } from "../peers/result.js";
import { interleave } from "../measure/interleave.js";
import { seconds } from "../measure/sides.js";

export const bar = {
  name: "migrate",
  issue: "02",
  title: "profile, schema, data, keys, indexes, ANALYZE, no proof, against pgloader on the same file",
  needs: ["pgloader"],
  async measure(bench) {
    return [
      await compare(bench, "chat", "chat with keys, indexes, foreign keys", { atLeast: 5 }),
      // Both wait for the same server while it makes keys; this one tells what is left without that.
      await compare(bench, "messages", "its messages alone, no keys", null),
    ];
  },
};

async function compare(bench, kind, what, limit) {
  const { rows, runs } = bench.options;
  const file = bench.file(kind, rows);
  const after = (database) => describeResult(database, "message");
  const pgloader = (more) =>
    bench.inDatabase((database) => pgloaderCommand(bench.folder, file, database, more), {
      after,
      mayFail: true,
    });
  const byDefault = await pgloader("");
  const { ours, theirs } = await interleave(runs, {
    ours: () => bench.migrate(file, ["--no-validate", "--quiet"], { message: rows }, { after }),
    theirs: () => pgloader(numbersStayNumbers),
  });
  const right = ours.at(-1).found;
  const made = (run) => differences(right, run.found).join("; ") || "as they should be";
  return {
    what,
    unit: "s",
    ours: seconds("sqlift migrate --no-validate", ours),
    theirs: seconds(`pgloader ${numbersStayNumbers}`, theirs),
    limit,
    notes: [
      `pgloader's messages: ${[...new Set(theirs.map(made))].join("; or ")}; and no ANALYZE`,
      ...(byDefault.found.rows === rows
        ? []
        : [
            `pgloader without that CAST: ${byDefault.found.rows} of ${rows} rows, exit code ${byDefault.exitCode}; not what is compared`,
          ]),
    ],
  };
}
