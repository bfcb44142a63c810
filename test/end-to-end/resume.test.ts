/** A proof that is broken off, by Ctrl-C and by kill -9, goes on where it was. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { ValidationJson } from "../../src/report/json.js";
import { databaseForEach } from "../database.js";
import { sqliteForEach } from "../fixture.js";
import { run, startCommand } from "./command.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
let path: string;
let file: string;

/** The first is proven at once, the second in several parts. */
const sql = `
  CREATE TABLE named (name TEXT PRIMARY KEY, n INTEGER);
  INSERT INTO named VALUES ('a', 1), ('b', 2);
  CREATE TABLE counted (id INTEGER PRIMARY KEY, body BLOB);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) INSERT INTO counted SELECT i, zeroblob(10000) FROM n;
  CREATE TABLE held (id INTEGER PRIMARY KEY, note TEXT);
  INSERT INTO held VALUES (1, 'a'), (2, 'b');`;

beforeEach(async () => {
  ({ path } = makeFile("long", sql));
  file = join(dirname(path), "proof");
  const { exitCode, err } = await run(["migrate", path, database.url, "--no-validate"]);
  expect([exitCode, err.includes("error")]).toEqual([0, false]);
});

const validate = (...more: readonly string[]) =>
  run(["validate", path, database.url, "--resume", file, ...more]);

const json = async (): Promise<{ readonly exitCode: number | null; readonly document: ValidationJson }> => {
  const { exitCode, out } = await validate("--json");
  return { exitCode, document: JSON.parse(out) as ValidationJson };
};

/** The lines of parts that the file has. */
const partsKept = (): number =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.includes('"proof":{')).length
    : 0;

/** Breaks a proof off when it has kept something, and not yet all; again where it was faster than that. */
const brokenOff = async (
  signal: NodeJS.Signals,
): Promise<{ readonly exitCode: number | null; readonly err: string; readonly kept: number }> => {
  for (;;) {
    const { child, done } = startCommand(["validate", path, database.url, "--resume", file, "--jobs", "1"]);
    while (partsKept() === 0 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill(signal);
    const result = await done;
    const kept = partsKept();
    if (kept > 0 && existsSync(file)) return { ...result, kept };
    rmSync(file, { force: true });
  }
};

const partsOf = ({ keptProof }: ValidationJson): number => {
  const tables = keptProof?.sittings.flatMap((sitting) => sitting.tables) ?? [];
  return [...new Map(tables.map(({ source, parts }) => [source, parts])).values()].reduce((a, b) => a + b, 0);
};

/** How many parts each sitting has read of each side. */
const read = ({ keptProof }: ValidationJson): readonly unknown[] | undefined =>
  keptProof?.sittings.map(({ tables }) => [
    tables.reduce((sum, { sourceParts }) => sum + sourceParts, 0),
    tables.reduce((sum, { targetParts }) => sum + targetParts, 0),
  ]);

describe("a proof that is broken off", () => {
  test.each(["SIGKILL", "SIGINT"] as const)("by %s reads what was proven no second time", async (signal) => {
    const { exitCode, err, kept } = await brokenOff(signal);
    if (signal === "SIGINT") {
      expect(exitCode).toBe(2);
      expect(err).toContain(`${kept} ${kept === 1 ? "part" : "parts"} of tables, is kept in ${file}`);
      expect(err).toContain("it goes on from there");
    } else expect(exitCode).toBeNull();

    const next = await json();
    expect(next.exitCode).toBe(0);
    expect(next.document.status).toBe("identical");
    expect(read(next.document)).toEqual([
      [kept, kept],
      [partsOf(next.document) - kept, partsOf(next.document) - kept],
    ]);
    expect(next.document.keptProof).toMatchObject({ file, kept: false });
    expect(existsSync(file)).toBe(false);
    for (const { sourceDigest, targetDigest } of next.document.tables)
      expect(sourceDigest).toBe(targetDigest);
  });

  test("finds what has changed meanwhile, in what it had proven and in what it had not", async () => {
    await brokenOff("SIGKILL");
    await database.query("UPDATE counted SET body = '\\x00' WHERE id = 3000");
    await database.query("UPDATE held SET note = 'c' WHERE id = 1");
    const { exitCode, document } = await json();
    expect(exitCode).toBe(1);
    expect(
      document.tables.map(({ source, verdict, differences }) => [source, verdict, differences?.changed]),
    ).toEqual([
      ["named", "identical", undefined],
      ["counted", "different", 1],
      ["held", "different", 1],
    ]);
    expect(existsSync(file)).toBe(false);
  });
});
