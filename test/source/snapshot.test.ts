import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ExaminedFile, examineFile } from "../../src/source/examine.js";
import { openGuard } from "../../src/source/guard.js";
import { makePrivateFolder, type PrivateFolder } from "../../src/source/private-folder.js";
import { backUp, copyBytes, copyFiles, copyLocked, SourceMoved } from "../../src/source/snapshot.js";
import { makeHotJournal, makeSample, makeStaleWal, type Sample, schema, threeRows, write } from "./sample.js";

const examine = (sample: Sample): ExaminedFile => {
  const file = examineFile(sample.file);
  onTestFinished(() => closeSync(file.descriptor));
  return file;
};

const folderIn = (sample: Sample): Promise<PrivateFolder> => makePrivateFolder(sample.temp, 0);

/** About 10 MB: more than two steps of copying. */
const makeLarge = (): Sample => {
  const sample = makeSample();
  write(
    sample.file,
    schema,
    threeRows,
    "CREATE TABLE big(b)",
    "INSERT INTO big VALUES (randomblob(10000000))",
  );
  return sample;
};

const namesIn = (file: string): unknown => {
  const database = new Database(file, { readonly: true });
  const found = database.prepare("SELECT name FROM person").pluck().all();
  database.close();
  return found;
};

describe("copyFiles", () => {
  test("leaves one file for the owner alone, out of WAL mode, with the rows of the -wal", async () => {
    const sample = await makeStaleWal();
    const folder = await folderIn(sample);
    await copyFiles(examine(sample), folder, {});
    expect(statSync(folder.file).mode & 0o777).toBe(0o600);
    expect([existsSync(`${folder.file}-wal`), existsSync(`${folder.file}-shm`)]).toEqual([false, false]);
    expect([...readFileSync(folder.file).subarray(18, 20)]).toEqual([1, 1]);
    expect(namesIn(folder.file)).toEqual(["Ada", "Bob", "Cleo"]);
  });

  test("leaves no journal beside a copy that it rolled back", async () => {
    const sample = await makeHotJournal();
    const folder = await folderIn(sample);
    await copyFiles(examine(sample), folder, {});
    expect(existsSync(`${folder.file}-journal`)).toBe(false);
    expect(namesIn(folder.file)).toEqual(["Ada", "Bob", "Cleo"]);
  });

  test.each([
    ["a byte changes", (sample: Sample) => writeAt(sample.file, 5_000_000)],
    ["the file grows", (sample: Sample) => appendFileSync(sample.file, "x")],
    ["a journal appears", (sample: Sample) => appendFileSync(`${sample.file}-journal`, "x")],
    ["a -wal appears", (sample: Sample) => appendFileSync(`${sample.file}-wal`, "x")],
  ])("notices when %s meanwhile", async (_, change) => {
    const sample = makeLarge();
    const folder = await folderIn(sample);
    let isDone = false;
    const onBytes = (): void => {
      if (!isDone) change(sample);
      isDone = true;
    };
    await expect(copyFiles(examine(sample), folder, { onBytes })).rejects.toBeInstanceOf(SourceMoved);
  });

  test("notices when another file took the name", async () => {
    const sample = makeLarge();
    const file = examine(sample);
    const folder = await folderIn(sample);
    const other = { ...file, stat: statSync(makeLarge().file, { bigint: true }) };
    await expect(copyFiles(other, folder, {})).rejects.toBeInstanceOf(SourceMoved);
  });

  test("can be interrupted between two steps", async () => {
    const sample = makeLarge();
    const abort = new AbortController();
    const seen: number[] = [];
    const onBytes = (bytes: number): void => {
      seen.push(bytes);
      abort.abort();
    };
    const copying = copyFiles(examine(sample), await folderIn(sample), { signal: abort.signal, onBytes });
    await expect(copying).rejects.toMatchObject({ code: "interrupted" });
    expect(seen).toEqual([4 << 20]);
  });

  test("counts the room for a -wal twice: as it is and as pages of the file", async () => {
    const sample = await makeStaleWal();
    const bytes = statSync(sample.file).size + 2 * statSync(`${sample.file}-wal`).size;
    expect(copyBytes(examine(sample))).toBe(bytes);
  });
});

describe("copyLocked", () => {
  test("leaves the same bytes, for the owner alone", async () => {
    const sample = makeLarge();
    const folder = await folderIn(sample);
    await copyLocked(examine(sample), statSync(sample.file).size, folder, {});
    expect(statSync(folder.file).mode & 0o777).toBe(0o600);
    expect(readFileSync(folder.file).equals(readFileSync(sample.file))).toBe(true);
  });

  test.each([
    ["a byte changes", (sample: Sample) => writeAt(sample.file, 5_000_000)],
    ["the file is cut", (sample: Sample) => truncateSync(sample.file, 8192)],
  ])("notices when %s all the same", async (_, change) => {
    const sample = makeLarge();
    // Long ago, so that the change has another stamp however coarse the clock.
    utimesSync(sample.file, 1, 1);
    const onBytes = (bytes: number): void => {
      if (bytes === 4 << 20) change(sample);
    };
    const copying = copyLocked(examine(sample), statSync(sample.file).size, await folderIn(sample), {
      onBytes,
    });
    await expect(copying).rejects.toBeInstanceOf(SourceMoved);
  });
});

describe("backUp", () => {
  test("copies the moment of the transaction, for the owner alone and out of WAL mode", async () => {
    const sample = await makeStaleWal();
    const folder = await folderIn(sample);
    const guard = await openGuard(sample.file, { path: sample.file });
    write(sample.file, "DELETE FROM person");
    await backUp(sample.file, guard, folder, {});
    guard.close();
    expect(statSync(folder.file).mode & 0o777).toBe(0o600);
    expect([...readFileSync(folder.file).subarray(18, 20)]).toEqual([1, 1]);
    expect(namesIn(folder.file)).toEqual(["Ada", "Bob", "Cleo"]);
  });

  test("lets other work run between its steps, goes on while the file is written, and can be interrupted", async () => {
    const sample = makeLarge();
    write(sample.file, "PRAGMA journal_mode = WAL");
    const guard = await openGuard(sample.file, { path: sample.file });
    const seen: number[] = [];
    const onBytes = (bytes: number): void => {
      if (bytes > 0) write(sample.file, "INSERT INTO person(name) VALUES ('Dora')");
      seen.push(bytes);
    };
    const folder = await folderIn(sample);
    await backUp(sample.file, guard, folder, { onBytes });
    expect(seen).toEqual([0, 4 << 20, 8 << 20]);
    expect(namesIn(folder.file)).toEqual(["Ada", "Bob", "Cleo"]);

    const abort = new AbortController();
    const onStep = (bytes: number): void => {
      if (bytes > 0) abort.abort();
    };
    const again = backUp(sample.file, guard, await folderIn(sample), {
      signal: abort.signal,
      onBytes: onStep,
    });
    await expect(again).rejects.toMatchObject({ code: "interrupted" });
    guard.close();
  });
});

const writeAt = (file: string, at: number): void => {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, "x", at);
  closeSync(descriptor);
};
