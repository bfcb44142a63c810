import { interleave } from "../measure/interleave.js";
import { seconds } from "../measure/sides.js";
import { sqliftCommand } from "../peers/sqlift.js";

export const bar = {
  name: "plan",
  issue: "03",
  title: "plan, every value profiled, of a source without misfits, against migrate without the proof",
  needs: [],
  async measure(bench) {
    const { rows, runs } = bench.options;
    const file = bench.file("chat", rows);
    const { ours, theirs } = await interleave(runs, {
      ours: () => bench.inDatabase(() => sqliftCommand("plan", file, "--quiet")),
      theirs: () => bench.migrate(file, ["--no-validate", "--quiet"], { message: rows }),
    });
    return [
      {
        what: "chat with keys, indexes, foreign keys",
        unit: "s",
        ours: seconds("sqlift plan", ours),
        theirs: seconds("sqlift migrate --no-validate", theirs),
        limit: { atMost: 0.5 },
      },
    ];
  },
};
