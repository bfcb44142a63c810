import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../measure/command.js";
import { interleave } from "../measure/interleave.js";
import { side } from "../measure/sides.js";
import { sqliftCommand } from "../peers/sqlift.js";

const stage = (name) => fileURLToPath(new URL(`../stages/${name}.js`, import.meta.url));

export const bar = {
  name: "encode",
  issue: "02",
  title:
    "CPU of reading and encoding 10 columns, against better-sqlite3's .raw().iterate(), rows thrown away",
  needs: [],
  async measure(bench) {
    const { rows, runs } = bench.options;
    const file = bench.file("messages", rows);
    const planFile = join(bench.folder, "plan.json");
    writeFileSync(planFile, (await runCommand(...sqliftCommand("plan", file, "--json", "--quiet"))).out);
    const measure = async (...parameters) => {
      const { out } = await runCommand(process.execPath, parameters);
      const told = JSON.parse(out);
      if (told.rows !== rows) throw new Error(`${parameters[0]} read ${told.rows} rows, not ${rows}`);
      bench.say(`    ${parameters[0].split("/").pop()} ${told.cpuSeconds.toFixed(2)} CPU s`);
      return told;
    };
    const { ours, theirs } = await interleave(runs, {
      ours: () => measure(stage("encode"), file, planFile),
      theirs: () => measure(stage("iterate"), file, "message"),
    });
    const cpu = (name, found) => side(name, found, ({ cpuSeconds }) => cpuSeconds);
    return [
      {
        what: "pages to binary COPY, against rows as JavaScript values",
        unit: "CPU s",
        ours: cpu("sqlift, read and encoded", ours),
        theirs: cpu("better-sqlite3, read", theirs),
        limit: { atMost: 0.35 },
        notes: [
          `${rows} rows; one thread each, the start of the process and the opening of the file left out`,
        ],
      },
    ];
  },
};
