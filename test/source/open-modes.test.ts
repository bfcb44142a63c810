/** Each way to hold the rows of one moment, against each state a file can be in, with a second process beside it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openSource } from "../../src/source/open.js";
import { readPages } from "../../src/source/pages.js";
import type { OpenSourceOptions, Source } from "../../src/source/source.js";
import { type OtherProcess, runElsewhere, startProcess } from "./other-process.js";
import {
  contents,
  makeClosedWal,
  makeHotJournal,
  makeRollback,
  makeSample,
  makeStaleWal,
  names,
  ours,
  refusal,
  type Sample,
  schema,
  threeRows,
  write,
} from "./sample.js";

const three = ["Ada", "Bob", "Cleo"];
const addDora = "INSERT INTO person(name) VALUES ('Dora')";

/** A file in WAL mode that a process has open; the process ends with the test. */
const makeLiveWal = async (): Promise<Sample> => {
  const sample = makeSample();
  const other = await startProcess(sample.file);
  await other.run("PRAGMA journal_mode = WAL", schema, threeRows);
  return sample;
};

/** A process whose lock outlives its transactions until it goes back to the normal locking mode and reads. */
const keepToItself = async (sample: Sample): Promise<OtherProcess> => {
  const other = await startProcess(sample.file);
  await other.run("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "SELECT * FROM person", "COMMIT");
  return other;
};

const open = (sample: Sample, options: OpenSourceOptions): Promise<Source> =>
  openSource(sample.file, { tempDirectory: sample.temp, ...options });

/** The bytes of all pages: as the page file gives them, and as SQLite's connection sees them. */
const bothViews = (source: Source): readonly [Buffer, Buffer] => {
  if (source.pages === null) throw new Error("there are no pages");
  const { pageCount, pageBytes } = source.pages;
  const bytes = Buffer.alloc(pageCount * pageBytes);
  readPages(source.pages, 1, pageCount, bytes, 0);
  return [bytes, source.database.serialize()];
};

const states = [
  ["in rollback mode", makeRollback],
  ["in WAL mode, closed", makeClosedWal],
  ["in WAL mode, open elsewhere", makeLiveWal],
  ["in WAL mode, left by a killed process", makeStaleWal],
  ["with a hot journal", makeHotJournal],
] as const;

describe.each(states)("a file %s", (state, make) => {
  const isRollback = state === "in rollback mode";

  test.each([
    ["auto", "the command line", { mode: "auto", ...ours }, isRollback ? "original" : "snapshot"],
    ["snapshot", "the command line", { mode: "snapshot", ...ours }, "snapshot"],
    ["auto", "a library", {}, "snapshot"],
    ["snapshot", "a library", { mode: "snapshot" }, "snapshot"],
  ] as const)("with %s by %s stays as it was and gives its pages", async (_, _who, options, reads) => {
    const sample = await make();
    const before = contents(sample.folder);
    const source = await open(sample, options);
    expect(source.reads).toBe(reads);
    expect(names(source)).toEqual(three);
    const [pages, view] = bothViews(source);
    expect(pages.equals(view)).toBe(true);
    expect(readdirSync(sample.temp)).toEqual([]);
    expect(readdirSync(sample.folder)).toEqual(Object.keys(before));
    source.close();
    expect(contents(sample.folder)).toEqual(before);
  });

  test.skipIf(isRollback)("with lock is refused, stays as it was, and the way out is named", async () => {
    const sample = await make();
    const before = contents(sample.folder);
    const error = await refusal(open(sample, { mode: "lock", ...ours }));
    expect(error.code).toBe("usage");
    expect(error.message).toBe(
      state === "with a hot journal"
        ? `${sample.file} cannot be read under a lock: a transaction was cut off in the middle, and its -journal has to be rolled back before anybody reads it`
        : `${sample.file} cannot be read under a lock: it is in WAL mode, where no lock keeps its pages as they are`,
    );
    expect(error.hint).toContain("--source snapshot");
    expect(contents(sample.folder)).toEqual(before);
    expect(readdirSync(sample.temp)).toEqual([]);
    expect(runElsewhere(sample.file, addDora)).toBe("ok");
  });
});

describe("lock", () => {
  test.each([
    ["the command line, which may read its pages", ours, true],
    ["a library, where only SQLite reads", {}, false],
  ])("reads the file itself and keeps writers out until close, for %s", async (_, options, hasPages) => {
    const sample = makeRollback();
    const before = contents(sample.folder);
    const source = await open(sample, { mode: "lock", ...options });
    expect(source.reads).toBe("original");
    expect(source.pages !== null).toBe(hasPages);
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
    expect(names(source)).toEqual(three);
    source.close();
    expect(contents(sample.folder)).toEqual(before);
    expect(runElsewhere(sample.file, addDora)).toBe("ok");
  });

  test("is refused for a name that the driver cannot open", async () => {
    const sample = makeSample("app.db ");
    writeFileSync(sample.file, readFileSync(makeRollback().file));
    const error = await refusal(open(sample, { mode: "lock", ...ours }));
    expect(error).toMatchObject({
      code: "usage",
      message: expect.stringContaining("begins or ends with white space") as unknown,
    });
  });

  test("is refused for a file that is switched to WAL mode while its lock is waited for", async () => {
    const sample = makeRollback();
    const other = await keepToItself(sample);
    let switched: Promise<string> | undefined;
    const onSays = (): void => {
      switched ??= other.run("PRAGMA locking_mode = NORMAL", "PRAGMA journal_mode = WAL", addDora);
    };
    const error = await refusal(open(sample, { mode: "lock", ...ours, onSays }));
    expect(await switched).toBe("ok");
    expect(error).toMatchObject({ code: "usage", message: expect.stringContaining("WAL mode") as unknown });
  });
});

describe("snapshot", () => {
  test("of a rollback-mode file keeps writers out while it is made, says so, and no longer", async () => {
    const sample = makeRollback();
    const meanwhile: string[] = [];
    const said: string[] = [];
    const onSays = (message: string): void => {
      said.push(message);
      meanwhile.push(runElsewhere(sample.file, addDora));
    };
    const source = await open(sample, { mode: "snapshot", onSays });
    expect(said).toEqual([
      `reading a private copy of ${sample.file} (8.2 kB) in ${sample.temp}; its writers wait until it is made`,
    ]);
    expect(meanwhile).toEqual(["SQLITE_BUSY"]);
    expect(runElsewhere(sample.file, addDora)).toBe("ok");
    expect(names(source)).toEqual(three);
    const [pages, view] = bothViews(source);
    expect(pages.equals(view)).toBe(true);
    source.close();
  });

  test("of a WAL-mode file never keeps a writer out", async () => {
    const sample = await makeLiveWal();
    const meanwhile: string[] = [];
    const onSays = (): void => {
      meanwhile.push(runElsewhere(sample.file, addDora));
    };
    const source = await open(sample, { mode: "snapshot", onSays });
    expect(meanwhile).toEqual(["ok"]);
    expect(runElsewhere(sample.file, addDora)).toBe("ok");
    expect(names(source)).toEqual(three);
    source.close();
  });

  test("has the same fingerprint as the file itself", async () => {
    const sample = makeRollback();
    const original = await open(sample, { mode: "lock", ...ours });
    original.close();
    const copied = await open(sample, { mode: "snapshot", ...ours });
    copied.close();
    expect(copied.fingerprint).toBe(original.fingerprint);
  });
});

describe("the pages", () => {
  test("tell their size, the bytes that can be used of each, and how many they are", async () => {
    const sample = makeSample();
    write(sample.file, "PRAGMA page_size = 1024", "PRAGMA user_version = 1");
    const bytes = readFileSync(sample.file);
    // 32 bytes of each page reserved; what is on page 1 begins before them.
    bytes[20] = 32;
    bytes.writeUInt16BE(1024 - 32, 105);
    writeFileSync(sample.file, bytes);
    write(sample.file, schema, threeRows);
    for (const mode of ["lock", "snapshot"] as const) {
      const source = await open(sample, { mode, ...ours });
      expect(source.pages).toMatchObject({
        path: sample.file,
        pageBytes: 1024,
        usableBytes: 992,
        pageCount: 2,
      });
      expect(source.database.pragma("quick_check", { simple: true })).toBe("ok");
      source.close();
    }
  });

  test("are those of the lock, not those of the look before it", async () => {
    const sample = makeRollback();
    const other = await keepToItself(sample);
    let changed: Promise<string> | undefined;
    const onSays = (): void => {
      changed ??= other.run("PRAGMA page_size = 512", "VACUUM", "PRAGMA locking_mode = NORMAL", addDora);
    };
    const source = await open(sample, { mode: "lock", ...ours, onSays });
    expect(await changed).toBe("ok");
    expect(source.pages).toMatchObject({ pageBytes: 512, usableBytes: 512 });
    const [pages, view] = bothViews(source);
    expect(pages.equals(view)).toBe(true);
    source.close();
  });
});
