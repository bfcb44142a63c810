/** What it was measured on. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import Database from "better-sqlite3";

/** @param {Record<string, string | null>} tools versions of the peers, null: not there */
export const describeMachine = (server, tools) => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  system: `${platform()} ${release()} ${arch()}`,
  loadBefore: loadavg()[0],
  versions: {
    sqlift: version("../../package.json"),
    commit: commit(),
    node: process.versions.node,
    betterSqlite3: version("../../node_modules/better-sqlite3/package.json"),
    sqlite: new Database(":memory:").prepare("SELECT sqlite_version()").pluck().get(),
    postgresql: server.version,
    ...tools,
  },
  server,
});

const version = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).version;

/** The commit, with a + where files differ from it; null outside of a checkout. */
function commit() {
  try {
    const git = (...parameters) =>
      execFileSync("git", parameters, { cwd: import.meta.dirname, encoding: "utf8", stdio: "pipe" }).trim();
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return null;
  }
}
