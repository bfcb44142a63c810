// Measures the bars: what this project has to be as fast as, each as a ratio within one run. `--help` tells the options.
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bars } from "./bars/index.js";
import { describeMachine } from "./measure/machine.js";
import { hasProc } from "./measure/process-cpu.js";
import { judge } from "./measure/statistics.js";
import { help, parseOptions } from "./options.js";
import { findVersion } from "./peers/find.js";
import { reportJson } from "./report/json.js";
import { resultsMarkdown } from "./report/markdown.js";
import { barText, machineText, summaryText } from "./report/text.js";
import { openServer } from "./server/server.js";
import { openWorkbench } from "./workbench.js";

let interrupted = false;
const names = bars.map(({ name }) => name);
const options = parseOptions(process.argv.slice(2), names);
if (options.help) console.log(help.replace("NAMES", names.join(", ")));
else await measureAll();

async function measureAll() {
  const startedAt = new Date().toISOString();
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), "sqlift-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // Started by root, the server runs as another user, who has to come through.
  chmodSync(folder, 0o711);
  wantRoom(folder);

  const tools = { pgloader: findVersion("pgloader"), psql: findVersion("psql") };
  const server = await openServer(options.url, folder);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => {
      interrupted = true;
      void server.stop().finally(() => process.exit(130));
    });
  const machine = describeMachine(server.description, tools);
  console.log(`${machineText(machine)}\n`);
  const bench = openWorkbench(options, folder, server);
  const measured = [];
  for (const bar of bars.filter(({ name }) => options.only?.includes(name) ?? true)) {
    bench.say(bar.title);
    measured.push(await measureBar(bench, bar, tools));
    console.log(`${barText(measured.at(-1))}\n`);
  }
  await server.stop();

  console.log(summaryText(measured));
  if (options.json !== null)
    writeFileSync(
      options.json,
      `${JSON.stringify(reportJson(options, machine, measured, startedAt), null, 2)}\n`,
    );
  if (options.results !== null)
    writeFileSync(options.results, resultsMarkdown(options, machine, measured, startedAt));
  const isMissed = ({ comparisons, failed }) =>
    failed || comparisons.some((each) => judge(each).met === false);
  process.exitCode = measured.some(isMissed) ? 1 : 0;
}

/** One bar that cannot be measured must not take the others with it. */
async function measureBar(bench, bar, tools) {
  const missing = bar.needs.find((need) => (need === "/proc" ? !hasProc : tools[need] === null));
  if (missing !== undefined)
    return { bar, comparisons: [], missing: `not measured: ${missing} not found`, failed: false };
  try {
    return { bar, comparisons: await bar.measure(bench), missing: null, failed: false };
  } catch (error) {
    // Nothing more is told: the process is about to end.
    if (interrupted) await new Promise(() => undefined);
    bench.say(error.stack);
    return { bar, comparisons: [], missing: `not measured: ${error.message.split("\n")[0]}`, failed: true };
  }
}

/** Source files, the tables of the largest run, its log and the ready-made file of COPY. */
function wantRoom(at) {
  const { bavail, bsize } = statfsSync(at);
  const wanted = options.rows * 5000 + 1e9;
  if (bavail * bsize < wanted)
    throw new Error(
      `${at} has too little room: about ${Math.ceil(wanted / 1e9)} GB are wanted; see --folder, --rows`,
    );
}
