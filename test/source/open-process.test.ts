/** Other processes that open a source: as a user with fewer rights, and ending without closing it. */
import { chmodSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProcess } from "./other-process.js";
import {
  contents,
  makeClosedWal,
  makeHotJournal,
  makeRollback,
  makeStaleWal,
  type Sample,
} from "./sample.js";
import { type Program, transpile } from "./transpiled.js";

let program: Program;
beforeAll(() => {
  program = transpile();
});
afterAll(() => program.remove());

const opening = (sample: Sample, path = sample.file): string => `
  const options = { ownProcess: true, tempDirectory: ${JSON.stringify(sample.temp)} };
  const source = await openSource(${JSON.stringify(path)}, options);
  console.log(source.reads, source.database.prepare("SELECT name FROM person").pluck().all().join());`;

const catching = (script: string): string => `
  try { ${script} } catch (error) { console.log(error.code + ": " + error.message); }`;

describe("a process that never calls close leaves no private copy", () => {
  test.each([
    ["ends by itself", "", null],
    ["calls process.exit", "process.exit(0)", null],
    ["throws", "throw 1", null],
    ["is killed", "process.kill(process.pid, 'SIGKILL')", "SIGKILL"],
  ])("when it %s", async (_, ending, signal) => {
    for (const sample of [makeClosedWal(), await makeStaleWal(), await makeHotJournal()]) {
      const before = contents(sample.folder);
      const ended = program.run(`${opening(sample)}\n${ending}`);
      expect(ended.output).toContain("snapshot Ada,Bob,Cleo");
      expect(ended.signal).toBe(signal);
      expect(readdirSync(sample.temp)).toEqual([]);
      expect(contents(sample.folder)).toEqual(before);
    }
  });
});

/** nobody: neither owner nor root, for whom rights do not count. */
const otherUser = 65534;

describe.skipIf(process.getuid?.() !== 0)("another user (tested as root only)", () => {
  const share = (sample: Sample, folderMode: number, fileMode: number): Sample => {
    chmodSync(join(sample.folder, ".."), 0o755);
    chmodSync(sample.temp, 0o777);
    for (const name of readdirSync(sample.folder)) chmodSync(join(sample.folder, name), fileMode);
    chmodSync(sample.folder, folderMode);
    return sample;
  };

  const open = (sample: Sample): string => {
    const before = contents(sample.folder);
    const { output } = program.run(catching(`${opening(sample)} source.close();`), otherUser);
    expect(contents(sample.folder)).toEqual(before);
    expect(readdirSync(sample.temp)).toEqual([]);
    return output.trim();
  };

  test("who may not read the file is told so", () => {
    const sample = share(makeRollback(), 0o755, 0o600);
    expect(open(sample)).toBe(
      `source-not-readable: ${sample.file} may not be read: EACCES: permission denied`,
    );
  });

  test("who may not enter the folder is told so", () => {
    const sample = share(makeRollback(), 0o700, 0o644);
    expect(open(sample)).toMatch(/^source-not-readable: .* may not be read: EACCES: permission denied$/);
  });

  test("who may not read the -wal is told so", async () => {
    const sample = share(await makeStaleWal(), 0o755, 0o644);
    chmodSync(`${sample.file}-wal`, 0o600);
    expect(open(sample)).toMatch(/^source-not-readable: /);
  });

  test("reads a rollback-mode file in a folder that only others may write", () => {
    expect(open(share(makeRollback(), 0o755, 0o444))).toBe("original Ada,Bob,Cleo");
  });

  test("reads a copy where the folder, the -wal or the -shm may not be written", async () => {
    expect(open(share(makeClosedWal(), 0o555, 0o444))).toBe("snapshot Ada,Bob,Cleo");
    expect(open(share(await makeStaleWal(), 0o555, 0o444))).toBe("snapshot Ada,Bob,Cleo");
    expect(open(share(await makeHotJournal(), 0o555, 0o444))).toBe("snapshot Ada,Bob,Cleo");
  });

  test("reads a copy of a -wal without -shm in a folder that only others may write", async () => {
    const sample = await makeStaleWal();
    unlinkSync(`${sample.file}-shm`);
    expect(open(share(sample, 0o755, 0o644))).toBe("snapshot Ada,Bob,Cleo");
  });

  test("reads a copy beside a live writer whose -shm may not be written", async () => {
    const sample = makeClosedWal();
    const other = await startProcess(sample.file);
    await other.run("INSERT INTO person(name) VALUES ('Dora')");
    expect(open(share(sample, 0o755, 0o644))).toBe("snapshot Ada,Bob,Cleo,Dora");
    expect(await other.run("INSERT INTO person(name) VALUES ('Emil')")).toBe("ok");
  });

  test("who may not write to the folder for private copies is told so", () => {
    const sample = share(makeClosedWal(), 0o755, 0o644);
    chmodSync(sample.temp, 0o755);
    expect(open(sample)).toBe(
      `usage: a private copy of the source cannot be made in ${sample.temp}: you may not write there`,
    );
  });
});
