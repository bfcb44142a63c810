// Where the stages spend their time: each alone, and the functions with the most time of their own.
//   npm run bench:profile -- [rows] [stage]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { data } from "./data/index.js";
import { selfTimes } from "./measure/self-time.js";
import { planOf, runStage } from "./measure/stage.js";
import { textTable } from "./report/table.js";

const shown = 25;
const [rows = 500_000, ...only] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "sqlift-profile-"));
try {
  const file = join(folder, "messages.db");
  data.messages(file, Number(rows), 42);
  const plan = await planOf(file, folder);
  for (const name of only.length > 0 ? only : ["read", "encode", "classify", "prove-source"]) {
    const profile = join(folder, `${name}.cpuprofile`);
    const { cpuSeconds } = await runStage(name, file, plan, Number(rows), profile);
    console.log(`\n${name}: ${((cpuSeconds / rows) * 1e6).toFixed(2)} us of CPU a row, ${rows} rows`);
    const functions = selfTimes(JSON.parse(readFileSync(profile, "utf8"))).slice(0, shown);
    console.log(
      textTable(
        [
          ["share", "function", "place"],
          ...functions.map((each) => [`${(each.share * 100).toFixed(1)} %`, each.name, each.place]),
        ],
        ["right", "left", "left"],
      ),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
