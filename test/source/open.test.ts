import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test, vi } from "vitest";
import { openShared } from "../../src/source/guard.js";
import { openSource } from "../../src/source/open.js";
import type { Source } from "../../src/source/source.js";
import { startProcess } from "./other-process.js";
import {
  contents,
  makeClosedWal,
  makeHotJournal,
  makeRollback,
  makeSample,
  makeStaleWal,
  names,
  ours,
  type Sample,
  schema,
  superJournalRecord,
  threeRows,
  write,
} from "./sample.js";

const three = ["Ada", "Bob", "Cleo"];

/** Opens, reads, closes; the folder must be the same while it is open and afterwards. */
const openUnchanged = async (
  sample: Sample,
  look: (source: Source) => void,
  path = sample.file,
): Promise<void> => {
  const before = contents(sample.folder);
  const source = await openSource(path, { ...ours, tempDirectory: sample.temp });
  try {
    look(source);
    expect(readdirSync(sample.folder).sort()).toEqual(Object.keys(before));
    expect(readdirSync(sample.temp)).toEqual([]);
  } finally {
    source.close();
  }
  expect(contents(sample.folder)).toEqual(before);
  expect(readdirSync(sample.temp)).toEqual([]);
};

describe("leaves the folder as it was and reads", () => {
  test("a rollback-mode file itself", async () => {
    const sample = makeRollback();
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("original");
      expect(names(source)).toEqual(three);
      expect(source).toMatchObject({ path: sample.file, file: "app.db", bytes: statSync(sample.file).size });
    });
  });

  test.each(["PERSIST", "TRUNCATE"])("the file itself beside the journal that %s leaves", async (mode) => {
    const sample = makeRollback();
    write(sample.file, `PRAGMA journal_mode = ${mode}`, "INSERT INTO person(name) VALUES ('Dora')");
    expect(readdirSync(sample.folder)).toContain("app.db-journal");
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("original");
      expect(names(source)).toEqual([...three, "Dora"]);
    });
  });

  test("the file itself beside an empty -wal, which SQLite takes for none", async () => {
    const sample = makeRollback();
    writeFileSync(`${sample.file}-wal`, "");
    await openUnchanged(sample, (source) => expect(source.reads).toBe("original"));
  });

  test("a copy of a WAL-mode file that was closed properly", async () => {
    const sample = makeClosedWal();
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("snapshot");
      expect(names(source)).toEqual(three);
    });
  });

  test("a copy of a WAL-mode file with a live process on it", async () => {
    const sample = makeClosedWal();
    const other = await startProcess(sample.file);
    await other.run("INSERT INTO person(name) VALUES ('Dora')");
    expect(readdirSync(sample.folder)).toEqual(["app.db", "app.db-shm", "app.db-wal"]);
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("snapshot");
      expect(names(source)).toEqual([...three, "Dora"]);
    });
    expect(await other.run("INSERT INTO person(name) VALUES ('Emil')")).toBe("ok");
  });

  test("a copy of what a killed process left in -wal and -shm, without a checkpoint", async () => {
    const sample = await makeStaleWal();
    expect(readdirSync(sample.folder)).toEqual(["app.db", "app.db-shm", "app.db-wal"]);
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("snapshot");
      expect(names(source)).toEqual(three);
    });
  });

  test("a copy where only a -wal was left, and recovers it there", async () => {
    const stale = await makeStaleWal();
    const sample = makeSample();
    for (const end of ["", "-wal"]) {
      writeFileSync(`${sample.file}${end}`, readFileSync(`${stale.file}${end}`));
    }
    await openUnchanged(sample, (source) => expect(names(source)).toEqual(three));
  });

  test("a copy where a -shm is left over without a -wal", async () => {
    const sample = makeClosedWal();
    writeFileSync(`${sample.file}-shm`, Buffer.alloc(32768));
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("snapshot");
      expect(names(source)).toEqual(three);
    });
  });

  test("what a -wal says beside a file whose header is in rollback mode, as SQLite does", async () => {
    const stale = await makeStaleWal();
    const sample = makeSample();
    const bytes = readFileSync(stale.file);
    bytes.fill(1, 18, 20);
    writeFileSync(sample.file, bytes);
    writeFileSync(`${sample.file}-wal`, readFileSync(`${stale.file}-wal`));
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("snapshot");
      expect(names(source)).toEqual(three);
    });
  });

  test("a copy beside a hot journal, rolled back to the last commit", async () => {
    const sample = await makeHotJournal();
    expect(readFileSync(`${sample.file}-journal`)[0]).not.toBe(0);
    await openUnchanged(sample, (source) => {
      expect(source.reads).toBe("snapshot");
      expect(names(source)).toEqual(three);
      expect(source.database.prepare("SELECT DISTINCT length(filler) FROM big").pluck().all()).toEqual([
        500n,
      ]);
      expect(source.database.pragma("quick_check", { simple: true })).toBe("ok");
    });
  });

  test("a copy beside a hot journal of a transaction over several files, whose super-journal stays", async () => {
    const sample = await makeHotJournal();
    const superJournal = `${sample.file}-mj01234567`;
    writeFileSync(superJournal, `${sample.file}-journal\0`);
    appendFileSync(`${sample.file}-journal`, superJournalRecord(superJournal));
    await openUnchanged(sample, (source) => expect(names(source)).toEqual(three));
  });

  test("a file through a symbolic link, with the -wal beside the real one", async () => {
    const sample = await makeStaleWal();
    const links = join(sample.temp, "..", "links");
    mkdirSync(links);
    const link = join(links, "current.db");
    symlinkSync(sample.file, link);
    await openUnchanged(
      sample,
      (source) => {
        expect(names(source)).toEqual(three);
        expect(source).toMatchObject({ path: link, file: "current.db" });
        expect(readdirSync(links)).toEqual(["current.db"]);
      },
      link,
    );
  });

  test("a file whose name ends in a space, which the driver would cut off", async () => {
    const sample = makeSample("app.db ");
    const plain = makeRollback();
    writeFileSync(sample.file, readFileSync(plain.file));
    await openUnchanged(sample, (source) => expect(names(source)).toEqual(three));
  });

  test("UTF-16 and pages of 512 and 65536 bytes", async () => {
    for (const pageBytes of [512, 65536]) {
      const sample = makeSample();
      const settings = `PRAGMA page_size = ${pageBytes}; PRAGMA encoding = 'UTF-16be'`;
      write(sample.file, settings, "PRAGMA journal_mode = WAL", schema, threeRows);
      await openUnchanged(sample, (source) => {
        expect(names(source)).toEqual(three);
        expect(source.bytes).toBe(2 * pageBytes);
      });
    }
  });

  test("a database without a table", async () => {
    const sample = makeSample();
    write(sample.file, schema, "DROP TABLE person");
    await openUnchanged(sample, (source) =>
      expect(source.database.prepare("SELECT * FROM sqlite_schema").all()).toEqual([]),
    );
  });
});

describe("the connection", () => {
  test("gives integers as bigint and holds a read transaction", async () => {
    const sample = makeRollback();
    const source = await openSource(sample.file, ours);
    expect(source.database.prepare("SELECT id FROM person").pluck().get()).toBe(1n);
    expect(source.database.inTransaction).toBe(true);
    source.close();
  });

  test.each([
    ["the file", makeRollback],
    ["a copy", makeClosedWal],
  ])("refuses to write to %s", async (_, make) => {
    const sample = make();
    const source = await openSource(sample.file, { ...ours, tempDirectory: sample.temp });
    expect(() => source.database.exec("INSERT INTO person(name) VALUES ('Eve')")).toThrow(/readonly/);
    source.close();
  });

  test("trusts nothing in the file", async () => {
    const sample = makeRollback();
    const source = await openSource(sample.file, ours);
    const settings = ["query_only", "trusted_schema", "cell_size_check", "mmap_size", "temp_store"];
    const values = settings.map((name) => source.database.pragma(name, { simple: true }));
    expect(values).toEqual([1n, 0n, 1n, 0n, 2n]);
    source.close();
  });

  test("is closed by close, which may be called twice", async () => {
    const sample = makeRollback();
    const source = await openSource(sample.file, ours);
    source.close();
    source.close();
    expect(source.database.open).toBe(false);
    new Database(sample.file).exec("DELETE FROM person").close();
  });
});

describe("a private copy", () => {
  test("is announced with its place and size", async () => {
    const sample = makeClosedWal();
    const said: string[] = [];
    const source = await openSource(sample.file, {
      tempDirectory: sample.temp,
      onSays: (message) => said.push(message),
    });
    expect(said).toEqual([`reading a private copy of ${sample.file} (8.2 kB) in ${sample.temp}`]);
    source.close();
  });

  test("is not made of a rollback-mode file, about which nothing is said", async () => {
    const sample = makeRollback();
    const said: string[] = [];
    const temp = join(sample.temp, "not-there");
    const source = await openSource(sample.file, {
      ...ours,
      tempDirectory: temp,
      onSays: (message) => said.push(message),
    });
    expect(said).toEqual([]);
    expect(existsSync(temp)).toBe(false);
    source.close();
  });

  test("is opened by others as long as it has a name, and read by them afterwards", async () => {
    const sample = makeClosedWal();
    const others: Database.Database[] = [];
    const found: string[] = [];
    const source = await openSource(sample.file, {
      tempDirectory: sample.temp,
      whileNamed: async ({ path, location, bytes }) => {
        expect([path, bytes]).toEqual([sample.file, 8192]);
        found.push(...readdirSync(sample.temp, { recursive: true }).map(String));
        others.push(await openShared(location, path));
      },
    });
    expect(found.sort().at(-1)).toMatch(/^sqlift-\w+\/source\.db$/);
    expect(readdirSync(sample.temp)).toEqual([]);
    await expect(openShared(source.location, sample.file)).rejects.toThrow();
    source.close();
    const [other] = others;
    expect(other?.prepare("SELECT count(*) FROM person").pluck().get()).toBe(3n);
    other?.close();
  });

  test("is removed where those who are to open it fail", async () => {
    const sample = makeClosedWal();
    const opening = openSource(sample.file, {
      tempDirectory: sample.temp,
      whileNamed: () => Promise.reject(new Error("no thread")),
    });
    await expect(opening).rejects.toThrow("no thread");
    expect(readdirSync(sample.temp)).toEqual([]);
  });

  test("is no matter of a file that is read where it is", async () => {
    const sample = makeRollback();
    const whileNamed = vi.fn();
    (await openSource(sample.file, { ...ours, tempDirectory: sample.temp, whileNamed })).close();
    expect(whileNamed).not.toHaveBeenCalled();
  });

  test("can be made in the folder of the source", async () => {
    const sample = makeClosedWal();
    const source = await openSource(sample.file, { tempDirectory: sample.folder });
    expect(readdirSync(sample.folder)).toEqual(["app.db"]);
    source.close();
  });

  test.each([
    ["a closed WAL file", makeClosedWal],
    ["a WAL with a -shm", makeStaleWal],
    ["a hot journal", makeHotJournal],
  ])("of %s is removed when it is interrupted", async (_, make) => {
    const sample = await make();
    const before = contents(sample.folder);
    const abort = new AbortController();
    const opening = openSource(sample.file, {
      tempDirectory: sample.temp,
      signal: abort.signal,
      onSays: () => abort.abort(),
    });
    await expect(opening).rejects.toMatchObject({ name: "ToolError", code: "interrupted" });
    expect(readdirSync(sample.temp)).toEqual([]);
    expect(contents(sample.folder)).toEqual(before);
  });
});
