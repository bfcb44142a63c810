import { interleave } from "../measure/interleave.js";
import { side } from "../measure/sides.js";
import { planOf, runStage, stages } from "../measure/stage.js";

export const bar = {
  name: "encode",
  issue: "02",
  title:
    "CPU of reading and encoding 10 columns, against better-sqlite3's .raw().iterate(), rows thrown away",
  needs: [],
  async measure(bench) {
    const { rows, runs } = bench.options;
    const file = bench.file("messages", rows);
    const plan = await planOf(file, bench.folder);
    const measured = (name) => async () => {
      const told = await runStage(name, file, plan, rows);
      bench.say(`    ${name} ${told.cpuSeconds.toFixed(2)} CPU s`);
      return told;
    };
    const found = await interleave(
      runs,
      Object.fromEntries(Object.keys(stages).map((name) => [name, measured(name)])),
    );
    const cpu = (words, name) => side(words, found[name], ({ cpuSeconds }) => cpuSeconds);
    const compare = (what, name, limit) => ({
      what,
      unit: "CPU s",
      ours: cpu("sqlift", name),
      theirs: cpu("better-sqlite3, read", "iterate"),
      limit,
    });
    return [
      {
        ...compare("pages read and encoded to binary COPY", "encode", { atMost: 0.35 }),
        notes: [
          `${rows} rows; one thread each, the start of the process and the opening of the file left out`,
        ],
      },
      compare("pages read", "read", null),
      compare("pages read and profiled", "classify", null),
    ];
  },
};
