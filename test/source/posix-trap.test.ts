/**
 * Closing any descriptor of a file drops all locks that the process has on it (sqlite.org/howtocorrupt.html, 2.2):
 * ours must outlive the readers of its pages, and those of a program that uses this one as a library must outlive us.
 */
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSource } from "../../src/source/open.js";
import { type PageFile, readPages } from "../../src/source/pages.js";
import { runElsewhere } from "./other-process.js";
import {
  bigTable,
  makeHotJournal,
  makeRollback,
  makeSample,
  names,
  ours,
  refusal,
  schema,
  threeRows,
  write,
} from "./sample.js";

const addDora = "INSERT INTO person(name) VALUES ('Dora')";

/** Reads all pages in a thread that has nothing but the descriptor's number, and ends. */
const readInThread = async (pages: PageFile): Promise<Uint8Array> => {
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { descriptor, pageBytes, pageCount } = workerData;
    const bytes = Buffer.alloc(pageBytes * pageCount);
    for (let page = 0; page < pageCount; page++)
      require("node:fs").readSync(descriptor, bytes, page * pageBytes, pageBytes, page * pageBytes);
    parentPort.postMessage(bytes);`;
  const worker = new Worker(program, { eval: true, workerData: pages });
  const exited = once(worker, "exit");
  const [bytes] = (await once(worker, "message")) as [Uint8Array];
  await exited;
  return bytes;
};

const descriptorsOf = (file: string): readonly string[] => {
  const { dev, ino } = statSync(file);
  return readdirSync("/dev/fd").filter((name) => {
    const stat = statSync(`/dev/fd/${name}`, { throwIfNoEntry: false });
    return stat?.dev === dev && stat.ino === ino;
  });
};

describe("the lock of a source on the file itself", () => {
  test("stands after threads that read its pages have ended, and they see what SQLite sees", async () => {
    const sample = makeSample();
    write(sample.file, schema, threeRows, bigTable);
    const source = await openSource(sample.file, ours);
    if (source.pages === null) throw new Error("there are no pages");
    const view = source.database.serialize();
    for (const bytes of await Promise.all([readInThread(source.pages), readInThread(source.pages)]))
      expect(view.equals(bytes)).toBe(true);
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
    const again = Buffer.alloc(view.length);
    readPages(source.pages, 1, source.pages.pageCount, again, 0);
    expect(again.equals(view)).toBe(true);
    source.close();
    expect(descriptorsOf(sample.file)).toEqual([]);
    expect(runElsewhere(sample.file, addDora)).toBe("ok");
  });

  test("would be dropped by one more descriptor that is closed, which is the trap", async () => {
    const sample = makeRollback();
    const source = await openSource(sample.file, ours);
    closeSync(openSync(sample.file, "r"));
    expect(runElsewhere(sample.file, addDora)).toBe("ok");
    source.close();
  });
});

describe("the locks of a program that uses this one as a library", () => {
  /** A write transaction in this very process. */
  const hold = (file: string): Database.Database => {
    const own = new Database(file, { timeout: 0 });
    onTestFinished(() => void own.close());
    own.exec(`BEGIN IMMEDIATE; ${addDora}`);
    return own;
  };

  test("stand when a source on the file itself is closed; its descriptor is closed later", async () => {
    const sample = makeRollback();
    const source = await openSource(sample.file, { mode: "lock" });
    const own = hold(sample.file);
    source.close();
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
    own.exec("COMMIT");
    expect((await refusal(openSource(sample.file, {}))).code).toBe("source-locked");
    own.close();
    expect(descriptorsOf(sample.file)).toHaveLength(1);
    (await openSource(sample.file, { mode: "lock" })).close();
    expect(descriptorsOf(sample.file)).toEqual([]);
  });

  test("stand when they are taken while a private copy is made, and after it", async () => {
    const sample = makeRollback();
    let own: Database.Database | undefined;
    const onSays = (): void => {
      own = hold(sample.file);
    };
    const source = await openSource(sample.file, { tempDirectory: sample.temp, onSays });
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
    source.close();
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
    expect(() => own?.exec("COMMIT")).not.toThrow();
  });

  test("stand when they are taken while the files are copied one by one", async () => {
    const sample = await makeHotJournal();
    const onSays = (): void => void hold(sample.file);
    const source = await openSource(sample.file, { tempDirectory: sample.temp, onSays });
    expect(names(source)).toEqual(["Ada", "Bob", "Cleo"]);
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
    source.close();
    expect(runElsewhere(sample.file, addDora)).toBe("SQLITE_BUSY");
  });

  test("are the reason why pages of a private copy alone are read, whose descriptor is another", async () => {
    const sample = makeRollback();
    const source = await openSource(sample.file, { tempDirectory: sample.temp });
    expect(descriptorsOf(sample.file)).toEqual([]);
    if (source.pages === null) throw new Error("there are no pages");
    const first = Buffer.alloc(16);
    readSync(source.pages.descriptor, first, 0, 16, 0);
    expect(first.toString("latin1")).toBe("SQLite format 3\0");
    const own = hold(sample.file);
    own.exec("COMMIT");
    expect(source.database.prepare("SELECT count(*) FROM person").pluck().get()).toBe(3n);
    source.close();
  });
});
