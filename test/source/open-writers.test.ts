/** A second process reads, writes and locks while a source is opened and read. */
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openSource } from "../../src/source/open.js";
import type { Source } from "../../src/source/source.js";
import { startProcess } from "./other-process.js";
import {
  bigChange,
  bigTable,
  contents,
  makeRollback,
  makeSample,
  names,
  ours,
  refusal,
  schema,
  threeRows,
  write,
} from "./sample.js";

/** Two tables that every transaction changes alike: unequal numbers were not of one moment. */
const twins = `
  CREATE TABLE one(n INTEGER); CREATE TABLE filler(b BLOB); CREATE TABLE other(n INTEGER);
  INSERT INTO one VALUES (0); INSERT INTO other VALUES (0);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO filler SELECT randomblob(1000) FROM n;`;
const changeTwins = `
  BEGIN; UPDATE one SET n = n + 1; UPDATE filler SET b = randomblob(1000) WHERE rowid % 97 = 1;
  UPDATE other SET n = n + 1; COMMIT`;

const numberIn = (source: Source, table: string): unknown =>
  source.database.prepare(`SELECT n FROM ${table}`).pluck().get();

describe("in WAL mode", () => {
  test("the rows are those of one moment, and the writer is never held up", async () => {
    const sample = makeSample();
    write(sample.file, "PRAGMA journal_mode = WAL", twins);
    const other = await startProcess(sample.file);
    await other.repeat(changeTwins);
    for (let round = 0; round < 5; round++) {
      const source = await openSource(sample.file, { tempDirectory: sample.temp });
      const one = numberIn(source, "one");
      expect(await other.stop()).toBeGreaterThan(0);
      await other.repeat(changeTwins);
      expect(numberIn(source, "other")).toBe(one);
      expect(source.database.pragma("integrity_check", { simple: true })).toBe("ok");
      source.close();
    }
    await other.stop();
    expect(await other.run("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA integrity_check")).toBe("ok");
    await other.end();
    expect(readdirSync(sample.folder)).toEqual(["app.db"]);
  });

  test("a commit that is not checkpointed is seen, an open transaction is not", async () => {
    const sample = makeSample();
    write(sample.file, "PRAGMA journal_mode = WAL", schema, threeRows);
    const other = await startProcess(sample.file);
    await other.run("DELETE FROM person WHERE name = 'Bob'", "BEGIN", "DELETE FROM person");
    const source = await openSource(sample.file, { tempDirectory: sample.temp });
    expect(names(source)).toEqual(["Ada", "Cleo"]);
    expect(await other.run("COMMIT")).toBe("ok");
    expect(names(source)).toEqual(["Ada", "Cleo"]);
    source.close();
  });

  test("a file that a process keeps for itself, without a -shm, is copied with its -wal", async () => {
    const sample = makeSample();
    write(sample.file, "PRAGMA journal_mode = WAL", schema, threeRows);
    const other = await startProcess(sample.file);
    await other.run("PRAGMA locking_mode = EXCLUSIVE", "INSERT INTO person(name) VALUES ('Dora')");
    const before = contents(sample.folder);
    expect(Object.keys(before)).toEqual(["app.db", "app.db-wal"]);
    const source = await openSource(sample.file, { tempDirectory: sample.temp });
    expect(names(source)).toEqual(["Ada", "Bob", "Cleo", "Dora"]);
    source.close();
    expect(contents(sample.folder)).toEqual(before);
    expect(await other.run("INSERT INTO person(name) VALUES ('Emil')", "PRAGMA integrity_check")).toBe("ok");
  });
});

describe("in rollback mode", () => {
  test("the rows stay, the writer gets busy and can go on after close", async () => {
    const sample = makeRollback();
    const other = await startProcess(sample.file);
    const source = await openSource(sample.file, ours);
    expect(await other.run("INSERT INTO person(name) VALUES ('Dora')")).toBe("SQLITE_BUSY");
    expect(names(source)).toEqual(["Ada", "Bob", "Cleo"]);
    source.close();
    expect(await other.run("INSERT INTO person(name) VALUES ('Dora')", "PRAGMA integrity_check")).toBe("ok");
    const later = await openSource(sample.file, ours);
    expect(names(later)).toEqual(["Ada", "Bob", "Cleo", "Dora"]);
    later.close();
  });

  test.each([
    ["the file itself", "auto", "original"],
    ["a private copy", "snapshot", "snapshot"],
  ] as const)(
    "the rows of %s are those of one moment while a process keeps committing",
    async (_, mode, reads) => {
      const sample = makeSample();
      write(sample.file, twins);
      const other = await startProcess(sample.file);
      await other.repeat(changeTwins);
      for (let round = 0; round < 5; round++) {
        const source = await openSource(sample.file, { ...ours, mode, tempDirectory: sample.temp });
        expect(source.reads).toBe(reads);
        expect(numberIn(source, "one")).toBe(numberIn(source, "other"));
        expect(source.database.pragma("integrity_check", { simple: true })).toBe("ok");
        source.close();
      }
      await other.stop();
      expect(await other.run("PRAGMA integrity_check")).toBe("ok");
    },
  );

  test("the last commit is read beside the journal of a live transaction, which is not hot", async () => {
    const sample = makeRollback();
    const other = await startProcess(sample.file);
    await other.run("BEGIN", "DELETE FROM person");
    const before = contents(sample.folder);
    expect(Object.keys(before)).toContain("app.db-journal");
    const source = await openSource(sample.file, { ...ours, tempDirectory: sample.temp });
    expect(source.reads).toBe("original");
    expect(names(source)).toEqual(["Ada", "Bob", "Cleo"]);
    expect(await other.run("COMMIT")).toBe("SQLITE_BUSY");
    source.close();
    expect(contents(sample.folder)).toEqual(before);
    expect(await other.run("COMMIT", "PRAGMA integrity_check")).toBe("ok");
  });

  test("an exclusive lock is waited for, and named with its mend after five seconds", async () => {
    const sample = makeRollback();
    const other = await startProcess(sample.file);
    await other.run("BEGIN EXCLUSIVE");
    const said: string[] = [];
    const error = await refusal(
      openSource(sample.file, { ...ours, onSays: (message) => said.push(message) }),
    );
    expect(error).toMatchObject({
      code: "source-locked",
      message: `${sample.file} is locked by another program`,
      hint: "stop the program that writes to it, or run again when it is done",
    });
    expect(said).toEqual([`${sample.file} is locked by another program; waiting up to 5 seconds`]);
    expect(await other.run("INSERT INTO person(name) VALUES ('Dora')", "COMMIT")).toBe("ok");
  });

  test("a lock that is given back in time is waited for", async () => {
    const sample = makeSample();
    write(sample.file, schema, threeRows, bigTable);
    const other = await startProcess(sample.file);
    await other.run("PRAGMA cache_size = 5", "BEGIN", bigChange, "DELETE FROM person WHERE name = 'Bob'");
    let committed: Promise<string> | undefined;
    const source = await openSource(sample.file, {
      ...ours,
      onSays: () => {
        committed = other.run("COMMIT");
      },
    });
    expect(await committed).toBe("ok");
    expect(names(source)).toEqual(["Ada", "Cleo"]);
    source.close();
  });

  test("waiting for a lock can be interrupted", async () => {
    const sample = makeRollback();
    const other = await startProcess(sample.file);
    await other.run("BEGIN EXCLUSIVE");
    const abort = new AbortController();
    const opening = openSource(sample.file, { ...ours, signal: abort.signal, onSays: () => abort.abort() });
    expect(await refusal(opening)).toMatchObject({ code: "interrupted" });
  });
});
