/** The commands in the READMEs of fixtures/systems, run as they stand but for the size: how each ends is what its comment says, else 0. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseForEach } from "../database.js";
import { fixturesFolder } from "../fixture.js";

const systemsFolder = join(fixturesFolder, "systems");

const readmes = readdirSync(systemsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => [name, readFileSync(join(systemsFolder, name, "README.md"), "utf8")] as const);

interface Command {
  readonly line: string;
  readonly status: number;
}

function commandsOf(readme: string): readonly Command[] {
  const block = /^```sh\n(.*?)^```$/ms.exec(readme)?.[1] ?? "";
  const lines = block.replaceAll("\\\n", "").trim().split("\n");
  return lines.map((line) => ({ line, status: Number(/# exit (\d)/.exec(line)?.[1] ?? 0) }));
}

describe("the commands of a system's README", () => {
  const database = databaseForEach();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
    symlinkSync(fixturesFolder, join(folder, "fixtures"));
    const program = join(fixturesFolder, "..", "dist", "main.js");
    writeFileSync(join(folder, "sqlift"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
      mode: 0o755,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(readmes)("%s", (name, readme) => {
    const commands = commandsOf(readme);
    expect(commands.length).toBeGreaterThan(3);
    for (const { line, status } of commands) {
      const made = line.startsWith("node ") ? line.replace(`${name}.db`, `${name}.db --size 600`) : line;
      const run = spawnSync("sh", ["-c", made], {
        cwd: folder,
        encoding: "utf8",
        env: {
          ...process.env,
          PATH: [folder, process.env["PATH"]].join(delimiter),
          DATABASE_URL: database.url,
        },
      });
      expect([line, run.status, run.status === status ? "" : run.stdout + run.stderr]).toEqual([
        line,
        status,
        "",
      ]);
    }
  });
});
