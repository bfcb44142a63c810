import { readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { checkSource } from "../../src/source/check.js";
import { openSource } from "../../src/source/open.js";
import { bigTable, makeSample, type Sample, schema, threeRows, write } from "./sample.js";

const problemsOf = async (sample: Sample): Promise<readonly string[]> => {
  const source = await openSource(sample.file, { tempDirectory: sample.temp });
  try {
    return checkSource(source);
  } finally {
    source.close();
  }
};

const make = (...statements: readonly string[]): Sample => {
  const sample = makeSample();
  write(sample.file, ...statements);
  return sample;
};

/** Overwrites a piece of a page; pages count from 1. */
const spoil = (sample: Sample, page: number, from: number, bytes: readonly number[]): Sample => {
  const content = readFileSync(sample.file);
  content.set(bytes, (page - 1) * 4096 + from);
  writeFileSync(sample.file, content);
  return sample;
};

describe("checkSource", () => {
  test("finds nothing in a sound file", async () => {
    expect(await problemsOf(make(schema, threeRows, bigTable, "CREATE INDEX i ON big(filler)"))).toEqual([]);
  });

  test("finds a page that is no b-tree page", async () => {
    const sample = spoil(make(schema, threeRows, bigTable), 5, 0, [0x77, 0x77]);
    const problems = await problemsOf(sample);
    expect(problems.join("\n")).toMatch(/malformed|returns error code|page 5/i);
    expect(problems.length).toBeLessThanOrEqual(10);
  });

  test("finds cells that overlap, which plain reading passes over", async () => {
    const sample = make(schema, threeRows);
    const page = readFileSync(sample.file).subarray(4096, 8192);
    const first = [...page.subarray(8, 10)];
    spoil(sample, 2, 10, first);
    expect((await problemsOf(sample)).length).toBeGreaterThan(0);
  });

  test("names at most 10 problems", async () => {
    const sample = make(schema, bigTable);
    for (let page = 4; page < 24; page++) spoil(sample, page, 0, [0x77]);
    expect(await problemsOf(sample)).toHaveLength(10);
  });

  test("takes rows that break NOT NULL, CHECK and STRICT for sound", async () => {
    const sample = makeSample();
    const database = new Database(sample.file).unsafeMode();
    database.exec(`
      CREATE TABLE "t\nt"(a INTEGER, b TEXT);
      INSERT INTO "t\nt" VALUES (NULL, 'x'), ('word', 'x'), (1, 'much too long');
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema
      SET sql = 'CREATE TABLE "t\nt"(a INTEGER NOT NULL, b TEXT CHECK (length(b) < 3)) STRICT'`);
    database.close();
    const plain = new Database(sample.file, { readonly: true });
    expect(plain.pragma("quick_check", { simple: true })).not.toBe("ok");
    plain.close();
    expect(await problemsOf(sample)).toEqual([]);
  });

  test("checks the other tables where a generated column needs a function that is not there", async () => {
    const sample = makeSample();
    const database = new Database(sample.file);
    database.function("own", { deterministic: true }, (value: unknown) => value);
    database.exec("CREATE TABLE t(a, b AS (own(a)) NOT NULL); INSERT INTO t(a) VALUES (1)");
    database.exec(schema + threeRows);
    database.close();
    expect(await problemsOf(sample)).toEqual([]);
    const page = readFileSync(sample.file).subarray(8192, 12288);
    spoil(sample, 3, 10, [...page.subarray(8, 10)]);
    expect((await problemsOf(sample)).length).toBeGreaterThan(0);
  });
});
