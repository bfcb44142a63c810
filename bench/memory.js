// Does memory stay flat? Migrates chat messages of 10 columns in two sizes into an embedded PostgreSQL and prints peak
// resident memory, rows per second and CPU of sqlift alone (PostgreSQL's own is not counted).
//   npm run bench:memory [rows] [smaller rows]
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeChat } from "./chat-data.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [rows = 1_000_000, fewer = rows / 10] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "sqlift-bench-"));
chmodSync(folder, 0o711);

function measure(count) {
  const source = join(folder, `chat-${count}.db`);
  const usageFile = join(folder, "usage.json");
  makeChat(source, count);
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      here("usage.js"),
      here("../dist/cli/main.js"),
      "migrate",
      source,
      `embedded:${source}.pg`,
      "--quiet",
    ],
    { env: { ...process.env, BENCH_USAGE: usageFile }, encoding: "utf8" },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`migrate ended with ${status}: ${stderr}`);
  const { peakKilobytes, cpuSeconds } = JSON.parse(readFileSync(usageFile, "utf8"));
  return {
    rows: count,
    "file MB": Math.round(statSync(source).size / 1e6),
    seconds: Number(seconds.toFixed(1)),
    "rows/s": Math.round(count / seconds),
    "CPU s": Number(cpuSeconds.toFixed(1)),
    "peak RSS MB": Math.round(peakKilobytes / 1024),
  };
}

try {
  const measured = [measure(fewer), measure(rows)];
  console.table(measured);
  const [small, large] = measured.map((each) => each["peak RSS MB"]);
  console.log(`peak memory, ${rows} against ${fewer} rows: ${(large / small).toFixed(2)} times`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
