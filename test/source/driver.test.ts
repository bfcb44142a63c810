import { mkdtempSync, rmSync, symlinkSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "sqlift-driver-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an installation whose scripts were blocked says how to build the driver", () => {
  // The package as npm leaves it with --ignore-scripts: everything but what the install script builds.
  const packages = join(root, "node_modules");
  mkdirSync(join(folder, "node_modules"));
  cpSync(join(packages, "better-sqlite3"), join(folder, "node_modules", "better-sqlite3"), {
    recursive: true,
    filter: (path) => !/better-sqlite3\/(build|deps|src)(\/|$)/.test(path),
  });
  for (const name of ["bindings", "file-uri-to-path"]) {
    cpSync(join(packages, name), join(folder, "node_modules", name), { recursive: true });
  }
  for (const name of [
    "commander",
    "@commander-js",
    "pg",
    "picocolors",
    "pg-copy-streams",
    "sqlite3-parser",
    "yaml",
  ]) {
    symlinkSync(join(packages, name), join(folder, "node_modules", name));
  }
  for (const name of ["dist", "mappings"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  const result = spawnSync(
    process.execPath,
    [join(folder, "dist", "main.js"), "plan", join(root, "README.md")],
    {
      encoding: "utf8",
    },
  );
  expect(result.stderr).toContain("not a SQLite");
  writeFileSync(
    join(folder, "some.db"),
    Buffer.concat([Buffer.from("SQLite format 3\0"), sqliteHeader(), Buffer.alloc(4096 - 100)]),
  );
  const opened = spawnSync(
    process.execPath,
    [join(folder, "dist", "main.js"), "plan", join(folder, "some.db")],
    {
      encoding: "utf8",
    },
  );
  expect(opened.stderr).toContain("npm rebuild better-sqlite3");
  expect(opened.status).toBe(2);
});

/** The rest of a 100-byte header: page size 4096, rollback journal, one page, UTF-8 (sqlite.org/fileformat2.html, 1.3). */
function sqliteHeader(): Buffer {
  const header = Buffer.alloc(84);
  header.writeUInt16BE(4096, 0);
  header.set([1, 1, 0, 64, 32, 32], 2);
  header.writeUInt32BE(1, 12);
  header.writeUInt32BE(4, 28);
  header.writeUInt32BE(1, 40);
  return header;
}
