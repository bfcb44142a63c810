import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../src/source/fingerprint.js";
import { openSource } from "../../src/source/open.js";
import { startProcess } from "./other-process.js";
import {
  makeHotJournal,
  makeRollback,
  makeSample,
  makeStaleWal,
  type Sample,
  schema,
  threeRows,
  write,
} from "./sample.js";

const fingerprint = async (sample: Sample): Promise<string> => {
  const source = await openSource(sample.file, { tempDirectory: sample.temp });
  source.close();
  return source.fingerprint;
};

const copyOf = (sample: Sample, ...ends: readonly string[]): Sample => {
  const copy = makeSample();
  for (const end of ends) copyFileSync(`${sample.file}${end}`, `${copy.file}${end}`);
  return copy;
};

describe("the fingerprint", () => {
  test("is short text", async () => {
    expect(await fingerprint(makeRollback())).toMatch(/^sqlite-1:[0-9a-f]{64}$/);
  });

  test("is the same for the same WAL content backed up, recovered from a copy and checkpointed", async () => {
    const stale = await makeStaleWal();
    const withoutShm = copyOf(stale, "", "-wal");
    const checkpointed = copyOf(stale, "", "-wal");
    write(checkpointed.file, "PRAGMA wal_checkpoint(TRUNCATE)");
    const first = await fingerprint(stale);
    expect(await fingerprint(withoutShm)).toBe(first);
    expect(await fingerprint(checkpointed)).toBe(first);
    expect(await fingerprint(stale)).toBe(first);
  });

  test("is the same before and after the process that has the file open ends", async () => {
    const sample = makeSample();
    write(sample.file, "PRAGMA journal_mode = WAL", schema, threeRows);
    const other = await startProcess(sample.file);
    await other.run("INSERT INTO person(name) VALUES ('Dora')");
    const first = await fingerprint(sample);
    await other.end();
    expect(await fingerprint(sample)).toBe(first);
  });

  test("is the same for a rollback-mode file read in place and its copy in WAL mode", async () => {
    const sample = makeRollback();
    const first = await fingerprint(sample);
    write(sample.file, "PRAGMA journal_mode = WAL");
    expect(await fingerprint(sample)).toBe(first);
  });

  test("is the same beside a hot journal and after the next opener rolled it back", async () => {
    const sample = await makeHotJournal();
    const first = await fingerprint(sample);
    write(sample.file, "SELECT * FROM person");
    expect(await fingerprint(sample)).toBe(first);
  });

  test("differs after a commit that stays in the -wal and does not touch page 1", async () => {
    const sample = makeSample();
    write(sample.file, "PRAGMA journal_mode = WAL", schema, threeRows);
    const other = await startProcess(sample.file);
    await other.run("INSERT INTO person(name) VALUES ('Dora')");
    const first = await fingerprint(sample);
    await other.run("UPDATE person SET name = 'Doro' WHERE name = 'Dora'");
    const second = await fingerprint(sample);
    expect(second).not.toBe(first);
    await other.run("BEGIN", "DELETE FROM person");
    expect(await fingerprint(sample)).toBe(second);
  });

  test.each([
    "UPDATE person SET name = 'Bea' WHERE name = 'Bob'",
    "DELETE FROM person WHERE name = 'Bob'",
    "CREATE INDEX by_name ON person(name)",
    "ALTER TABLE person RENAME COLUMN name TO label",
    "PRAGMA user_version = 5",
    "CREATE VIEW v AS SELECT 1",
  ])("differs after %s", async (statement) => {
    const sample = makeRollback();
    const first = await fingerprint(sample);
    write(sample.file, statement);
    expect(await fingerprint(sample)).not.toBe(first);
  });

  test("differs between files that one script made with other rows and the same counters", async () => {
    const [one, other] = [makeSample(), makeSample()];
    write(one.file, schema, "INSERT INTO person(name) VALUES ('Ada')");
    write(other.file, schema, "INSERT INTO person(name) VALUES ('Bob')");
    expect(readFileSync(one.file).subarray(0, 100)).toEqual(readFileSync(other.file).subarray(0, 100));
    expect(await fingerprint(one)).not.toBe(await fingerprint(other));
  });
});

describe("fingerprintOf", () => {
  /** 1 GiB and three pages, with nothing on the disk but what is written. */
  const sparse = async (...writes: readonly (readonly [at: number, text: string])[]): Promise<string> => {
    const descriptor = openSync(makeSample().file, "w+");
    ftruncateSync(descriptor, 0x40000000 + 3 * 4096);
    for (const [at, text] of writes) writeSync(descriptor, text, at);
    const pages = { path: "x", descriptor, pageBytes: 4096, pageCount: 0x40000 + 3 };
    const fingerprint = await fingerprintOf(pages);
    closeSync(descriptor);
    return fingerprint;
  };

  test("covers every page beyond a GiB but the one with the lock byte", async () => {
    const empty = await sparse();
    expect(await sparse([0x40000000, "the page"], [0x40000000 + 4092, "lock"])).toBe(empty);
    expect(await sparse([0x40000000 + 4096, "next"])).not.toBe(empty);
  });

  test("refuses a file that ends before its last page", async () => {
    const sample = makeRollback();
    const descriptor = openSync(sample.file, "r");
    const pages = { path: sample.file, descriptor, pageBytes: 4096, pageCount: 3 };
    await expect(fingerprintOf(pages)).rejects.toMatchObject({ code: "source-changed" });
    closeSync(descriptor);
  });

  test("tells how far it is, and can be interrupted", async () => {
    const sample = makeSample();
    writeFileSync(sample.file, Buffer.alloc(20 << 20));
    const descriptor = openSync(sample.file, "r");
    const abort = new AbortController();
    const seen: number[] = [];
    const running = fingerprintOf({
      path: sample.file,
      descriptor,
      pageBytes: 4096,
      pageCount: 5120,
      signal: abort.signal,
      onBytes: (bytes) => {
        seen.push(bytes);
        abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(20);
    closeSync(descriptor);
  });
});
