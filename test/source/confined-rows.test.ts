/** SQL of the file in a process of its own: whatever it does, it ends, and says what was the matter. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { confinedRows, ExpressionError, type ConfinedOptions } from "../../src/source/confined-rows.js";
import { openSource } from "../../src/source/open.js";
import type { OpenSourceOptions, Source } from "../../src/source/source.js";
import { makeSample, ours, type Sample } from "./sample.js";

/** Compares n bytes n times: of five millions longer than anybody waits. */
const endless = "instr(printf('%.*c', 2 * n, 'a'), printf('%.*c', n, 'a') || 'b')";

/** Added afterwards, as no INSERT takes a row without a value. */
const rows = `CREATE TABLE t (n INTEGER PRIMARY KEY);
  INSERT INTO t VALUES (1), (2), (3), (4), (5), (5000000);
  ALTER TABLE t ADD COLUMN g AS (${endless});
  ALTER TABLE t ADD COLUMN j AS (json_extract(iif(n = 3, '{', '{}'), '$.a'));`;

const made = (sql: string): Sample => {
  const sample = makeSample();
  const database = new Database(sample.file);
  database.exec(sql);
  database.close();
  return sample;
};

async function opened(sample: Sample, options: OpenSourceOptions = ours): Promise<Source> {
  const source = await openSource(sample.file, { tempDirectory: sample.temp, ...options });
  onTestFinished(() => source.close());
  return source;
}

async function all(
  source: Source,
  sql: string,
  options: ConfinedOptions = {},
): Promise<readonly unknown[][]> {
  const found: unknown[][] = [];
  for await (const some of confinedRows(source, sql, options)) found.push(...some.map((row) => [...row]));
  return found;
}

const troubleOf = (source: Source, sql: string, options: ConfinedOptions = {}): Promise<ExpressionError> =>
  all(source, sql, options).then(
    () => expect.unreachable(),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ExpressionError);
      return error as ExpressionError;
    },
  );

/** The processes of this file's tests that still compute. */
const children = (): readonly number[] =>
  spawnSync("pgrep", ["-P", String(process.pid), "-f", "confined-child"], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line !== "")
    .map(Number);

const one = async (): Promise<number> => {
  for (;;) {
    const [pid] = children();
    if (pid !== undefined) return pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe("an expression that does not work", () => {
  test("without an end is ended by the time limit, and the row before it is known", async () => {
    const source = await opened(made(rows));
    const options = { rowMilliseconds: 1000, eachRow: true };
    expect(await troubleOf(source, "SELECT g FROM t", options)).toMatchObject({
      code: "source-expression",
      trouble: "late",
      rows: 5,
      said: "a row took more than 1 seconds",
    });
    expect(children()).toEqual([]);
  });

  test("that has no value in a row tells how many rows came before", async () => {
    const source = await opened(made(rows));
    expect(await troubleOf(source, "SELECT j FROM t")).toMatchObject({
      trouble: "failed",
      rows: 2,
      said: "malformed JSON",
    });
  });

  test.each([
    ["a function that the application had", "foo(n)", "no such function: foo"],
    ["a function of the command line's shell", "readfile('/etc/passwd')", "no such function: readfile"],
  ])("%s is refused before any row", async (_, expression, said) => {
    const source = await opened(made("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1);"));
    const trouble = await troubleOf(source, `SELECT ${expression} FROM t`);
    expect(trouble).toMatchObject({ trouble: "refused", rows: 0, said });
  });

  test("that makes too long a text is an error, not the end of the process", async () => {
    const source = await opened(made("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1);"));
    const trouble = await troubleOf(source, "SELECT length(zeroblob(3000000000)) FROM t");
    expect(trouble).toMatchObject({ trouble: "failed", said: "string or blob too big" });
  });
});

describe("what happens meanwhile", () => {
  test("a killed process is an error that says so", async () => {
    const source = await opened(made(rows));
    const work = all(source, "SELECT g FROM t").catch((error: unknown) => error);
    process.kill(await one(), "SIGKILL");
    expect(await work).toMatchObject({
      code: "source-expression",
      message: expect.stringContaining("ended by itself (SIGKILL)") as string,
    });
  });

  test("Ctrl-C ends it, and leaves no process", async () => {
    const source = await opened(made(rows));
    const stop = new AbortController();
    const work = all(source, "SELECT g FROM t", { signal: stop.signal }).catch((error: unknown) => error);
    await one();
    stop.abort();
    expect(await work).toMatchObject({ code: "interrupted" });
    expect(children()).toEqual([]);
  });

  test("who takes no more rows leaves no process", async () => {
    const source = await opened(made(rows));
    for await (const some of confinedRows(source, "SELECT g FROM t", { eachRow: true })) {
      expect(some).toEqual([[0n]]);
      break;
    }
    expect(children()).toEqual([]);
  });

  test("nor where more rows have already come than were taken", async () => {
    const source = await opened(made("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3), (4);"));
    for await (const some of confinedRows(source, "SELECT n FROM t", { eachRow: true })) {
      expect(some).toEqual([[1n]]);
      await sleep(500);
      break;
    }
    expect(children()).toEqual([]);
  });

  test("another file by that name is not read", async () => {
    const sample = made(rows);
    const source = await opened(sample);
    copyFileSync(sample.file, `${sample.file}-other`);
    renameSync(`${sample.file}-other`, sample.file);
    await expect(all(source, "SELECT n FROM t")).rejects.toMatchObject({ code: "source-changed" });
  });

  test("the lock of this process stands after the other one has closed the file", async () => {
    const sample = made(rows);
    const source = await opened(sample, { ...ours, mode: "lock" });
    expect(await all(source, "SELECT count(*) FROM t")).toEqual([[6n]]);
    const script = `new (require("better-sqlite3"))(${JSON.stringify(sample.file)}, { timeout: 0 }).exec("DELETE FROM t")`;
    expect(() => execFileSync(process.execPath, ["-e", script], { stdio: "pipe" })).toThrow(
      /database is locked/,
    );
  });
});

describe("rows", () => {
  test.each(["lock", "snapshot"] as const)("come whole from a source by %s", async (mode) => {
    const sample = made(
      "CREATE TABLE t (n, g AS (n)); INSERT INTO t VALUES (NULL), (-9223372036854775808), (1.0), (-0.0), ('é'), (x'00ff'), (1e999);",
    );
    const source = await opened(sample, { ...ours, mode });
    expect(await all(source, "SELECT g, typeof(g) FROM t")).toEqual([
      [null, "null"],
      [-(2n ** 63n), "integer"],
      [1, "real"],
      [-0, "real"],
      ["é", "text"],
      [Buffer.from("00ff", "hex"), "blob"],
      [Infinity, "real"],
    ]);
    source.close();
    expect(readdirSync(sample.temp)).toEqual([]);
    expect(readdirSync(join(sample.folder))).toEqual(["app.db"]);
  });

  test("of many megabytes come in pieces", async () => {
    const source = await opened(
      made(
        "CREATE TABLE t (n INTEGER PRIMARY KEY); WITH i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 300) INSERT INTO t SELECT n FROM i;",
      ),
    );
    let pieces = 0;
    let bytes = 0;
    for await (const some of confinedRows(source, "SELECT zeroblob(n * 1000) FROM t")) {
      pieces += 1;
      for (const [blob] of some) bytes += (blob as Buffer).length;
    }
    expect(bytes).toBe(45_150_000);
    expect(pieces).toBeGreaterThan(50);
  });

  test("a private copy without virtual columns has no name, one with them has it until the end", async () => {
    const names = async (sql: string): Promise<number> => {
      const sample = made(sql);
      await opened(sample, { mode: "snapshot" });
      return readdirSync(sample.temp).length;
    };
    expect(await names("CREATE TABLE t (n, g AS (n) STORED)")).toBe(0);
    expect(await names("CREATE TABLE t (n, g AS (n))")).toBe(1);
  });
});
