/** Real SQLite files in temporary folders, and what stands beside them. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { ToolError } from "../../src/errors.js";
import type { Source } from "../../src/source/source.js";
import { startProcess } from "./other-process.js";

export interface Sample {
  /** The folder of the database; nothing else is in it. */
  readonly folder: string;
  readonly file: string;
  /** For private copies. */
  readonly temp: string;
}

/** Two folders that are removed after the test; no database yet. */
export const makeSample = (name = "app.db"): Sample => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "sqlift-test-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const sample = { folder: join(root, "data"), file: join(root, "data", name), temp: join(root, "temp") };
  mkdirSync(sample.folder);
  mkdirSync(sample.temp);
  return sample;
};

/** As the command line opens a source: nothing else in its process has the file. */
export const ours = { ownProcess: true } as const;

export const schema = "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);";
export const threeRows = "INSERT INTO person(name) VALUES ('Ada'), ('Bob'), ('Cleo');";

export const write = (file: string, ...statements: readonly string[]): void => {
  const database = new Database(file);
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
};

export const makeRollback = (): Sample => {
  const sample = makeSample();
  write(sample.file, schema, threeRows);
  return sample;
};

/** WAL mode and closed properly: no -wal, no -shm. */
export const makeClosedWal = (): Sample => {
  const sample = makeSample();
  write(sample.file, "PRAGMA journal_mode = WAL", schema, threeRows);
  return sample;
};

/** WAL mode left by a killed process: the rows are in the -wal only, and a -shm is there. */
export const makeStaleWal = async (): Promise<Sample> => {
  const sample = makeSample();
  const other = await startProcess(sample.file);
  await other.run("PRAGMA journal_mode = WAL", schema, threeRows);
  await other.kill();
  return sample;
};

export const bigTable = `
  CREATE TABLE big(id INTEGER PRIMARY KEY, filler BLOB);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  INSERT INTO big SELECT i, randomblob(500) FROM n;`;

/** Spills the page cache, so that half of it is in the file and its journal is hot once the process dies. */
export const bigChange = "UPDATE big SET filler = randomblob(900)";

/** Rollback mode left by a process that was killed in the middle of `bigChange`. */
export const makeHotJournal = async (): Promise<Sample> => {
  const sample = makeSample();
  write(sample.file, schema, threeRows, bigTable);
  const other = await startProcess(sample.file);
  await other.run("PRAGMA cache_size = 5", "BEGIN", "DELETE FROM person", bigChange);
  await other.kill();
  return sample;
};

/** What SQLite appends to a journal to name its super-journal (pager.c, writeSuperJournal). */
export const superJournalRecord = (path: string): Buffer => {
  const name = Buffer.from(path);
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(0x40000000 / 4096 + 1, 0);
  numbers.writeUInt32BE(name.length, 4);
  numbers.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    8,
  );
  const magic = Buffer.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7);
  return Buffer.concat([numbers.subarray(0, 4), name, numbers.subarray(4), magic]);
};

/** Every name in the folder with the SHA-256 of its content; of a -shm only the name. */
export const contents = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        // Opening and closing a -shm here would drop the locks that this process has on it.
        name.endsWith("-shm") ? "shm" : digest(readFileSync(join(folder, name))),
      ]),
  );

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const names = (source: Source): readonly string[] =>
  source.database.prepare<[], string>("SELECT name FROM person ORDER BY id").pluck().all();

/** The ToolError that a promise is rejected with. */
export const refusal = async (running: Promise<Source>): Promise<ToolError> => {
  try {
    (await running).close();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error("it was opened");
};
