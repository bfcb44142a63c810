import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSource } from "../../src/source/open.js";
import {
  bigTable,
  contents,
  makeClosedWal,
  makeHotJournal,
  makeRollback,
  makeSample,
  makeStaleWal,
  ours,
  refusal,
  schema,
  threeRows,
  write,
} from "./sample.js";

const open = (path: string, tempDirectory?: string): ReturnType<typeof refusal> =>
  refusal(openSource(path, { tempDirectory }));

describe("a path without a file", () => {
  test("is named, with the near names in its folder", async () => {
    const { folder, file } = makeRollback();
    expect(await open(join(folder, "ap.db"))).toMatchObject({
      code: "source-not-found",
      message: `${join(folder, "ap.db")} is not there`,
      hint: `did you mean ${file}?`,
    });
    expect((await open(join(folder, "orders.db"))).hint).toBe(`look into ${folder} and check the name`);
  });

  test("in a folder that is not there names the folder", async () => {
    const { folder } = makeSample();
    expect(await open(join(folder, "no", "app.db"))).toMatchObject({
      code: "source-not-found",
      message: `${join(folder, "no", "app.db")} is not there: no folder ${join(folder, "no")}`,
    });
  });

  test("that goes through a file names no folder either", async () => {
    const { file } = makeRollback();
    expect((await open(join(file, "app.db"))).code).toBe("source-not-found");
  });

  test("behind a symbolic link names where the link leads", async () => {
    const { folder } = makeSample();
    const link = join(folder, "link.db");
    symlinkSync("gone.db", link);
    expect(await open(link)).toMatchObject({
      code: "source-not-found",
      message: `${link} is a symbolic link to gone.db, which is not there`,
    });
  });

  test("behind links that lead in a circle is refused", async () => {
    const { folder } = makeSample();
    symlinkSync("one.db", join(folder, "two.db"));
    symlinkSync("two.db", join(folder, "one.db"));
    expect((await open(join(folder, "one.db"))).code).toBe("source-not-found");
  });
});

describe("what is no file", () => {
  test("a folder is refused with the databases in it", async () => {
    const { folder, file } = makeRollback();
    expect(await open(folder)).toMatchObject({
      code: "source-not-a-file",
      message: `${folder} is a folder, not a SQLite file`,
      hint: `name the file itself, for example ${file}`,
    });
    expect((await open("/")).hint).toBe("name the database file itself");
  });

  test("a pipe is refused at once", async () => {
    const { file } = makeSample();
    execFileSync("sh", ["-c", 'mkfifo "$0"', file]);
    expect(await open(file)).toMatchObject({
      code: "source-not-a-file",
      message: `${file} is a pipe, not a file`,
    });
  });

  test("a device is refused", async () => {
    expect(await open("/dev/zero")).toMatchObject({
      code: "source-not-a-file",
      message: "/dev/zero is a device, not a file",
    });
  });

  test("a socket is refused", async () => {
    const { file } = makeSample();
    const server = createServer();
    await new Promise<void>((listening) => server.listen(file, listening));
    onTestFinished(() => void server.close());
    expect((await open(file)).message).toBe(`${file} is a socket, not a file`);
  });
});

describe("what is no database", () => {
  const refuse = async (content: string | Uint8Array): ReturnType<typeof refusal> => {
    const sample = makeSample();
    writeFileSync(sample.file, content);
    const before = contents(sample.folder);
    const error = await open(sample.file, sample.temp);
    expect(error.message).toContain(sample.file);
    expect(contents(sample.folder)).toEqual(before);
    return error;
  };

  test("an empty file", async () => {
    expect(await refuse("")).toMatchObject({
      code: "source-not-a-database",
      message: expect.stringMatching(/ is empty \(0 bytes\)$/) as unknown,
    });
  });

  test.each([
    [
      gzipSync("SQLite format 3"),
      "is not a SQLite database: it looks like a gzip archive",
      "unpack it first",
    ],
    ["id,name\n1,Ada\n", "it looks like CSV", "make a database of it first"],
    ["BEGIN;\nCREATE TABLE t(a);", "it looks like an SQL dump", "make a database of it first"],
    [
      Buffer.concat([Buffer.of(0xee), randomBytes(8191)]),
      "it looks like an encrypted database",
      "decrypt it first",
    ],
    [Buffer.from([1, 2, 3, 0]), "is not a SQLite database", "name a SQLite file"],
  ])("is called by what it looks like", async (content, words, hint) => {
    const error = await refuse(content);
    expect(error.code).toBe("source-not-a-database");
    expect(error.message).toContain(words);
    expect(error.hint).toContain(hint);
  });

  test("a header with encrypted pages behind it (SQLCipher with a plain header)", async () => {
    const sample = makeRollback();
    const bytes = readFileSync(sample.file);
    randomBytes(bytes.length - 100).copy(bytes, 100);
    expect(await refuse(bytes)).toMatchObject({
      code: "source-not-a-database",
      message: expect.stringContaining("looks encrypted") as unknown,
    });
  });

  test("a -wal, -shm or -journal names the database it belongs to", async () => {
    const wal = await makeStaleWal();
    const journal = await makeHotJournal();
    for (const [path, words] of [
      [`${wal.file}-wal`, "the write-ahead log"],
      [`${wal.file}-shm`, "the shared-memory index"],
      [`${journal.file}-journal`, "the rollback journal"],
    ] as const) {
      expect(await open(path)).toMatchObject({
        code: "source-not-a-database",
        message: `${path} is ${words} of a database, not the database`,
        hint: `name the database: ${path.replace(/-\w+$/, "")}`,
      });
    }
  });
});

describe("what is damaged or too new", () => {
  test("a file cut within its header", async () => {
    const sample = makeRollback();
    truncateSync(sample.file, 60);
    expect(await open(sample.file)).toMatchObject({
      code: "source-damaged",
      message: `${sample.file} is cut short: it has 60 bytes, not even the 100 of the header`,
    });
  });

  test("a file cut between pages says how much is missing", async () => {
    const sample = makeSample();
    write(sample.file, schema, threeRows, bigTable);
    truncateSync(sample.file, 8192);
    const error = await open(sample.file);
    expect(error.code).toBe("source-damaged");
    expect(error.message).toMatch(
      /is cut short: its header counts \d+ pages of 4096 bytes, \d+ bytes, and the file has 8192$/,
    );
  });

  test("a file with a schema page of nonsense", async () => {
    const sample = makeRollback();
    const bytes = readFileSync(sample.file);
    bytes.fill(0x55, 100, 4096);
    writeFileSync(sample.file, bytes);
    expect(await open(sample.file)).toMatchObject({
      code: "source-damaged",
      message: `${sample.file} is damaged: database disk image is malformed (SQLITE_CORRUPT)`,
    });
  });

  test("a page size that no database has", async () => {
    const sample = makeRollback();
    const bytes = readFileSync(sample.file);
    bytes.writeUInt16BE(1000, 16);
    writeFileSync(sample.file, bytes);
    expect((await open(sample.file)).message).toContain("its header gives a page size of 1000 bytes");
  });

  test("a format version that is not known yet", async () => {
    const sample = makeRollback();
    const bytes = readFileSync(sample.file);
    bytes[19] = 3;
    writeFileSync(sample.file, bytes);
    expect(await open(sample.file)).toMatchObject({
      code: "source-unsupported",
      message: `${sample.file} has file format version 3, and this program knows versions 1 and 2`,
    });
  });

  test("a schema format that is not known yet", async () => {
    const sample = makeRollback();
    const bytes = readFileSync(sample.file);
    bytes.writeUInt32BE(9, 44);
    writeFileSync(sample.file, bytes);
    const error = await open(sample.file);
    expect(error.code).toBe("source-unsupported");
    expect(error.message).toContain("unsupported file format");
  });

  const corrupt = resolve("../shared/corpus/corrupt_mbtiles.db");
  test.skipIf(!existsSync(corrupt))(
    "a damaged file of another project (needs ../shared/corpus)",
    async () => {
      const sample = makeSample();
      writeFileSync(sample.file, readFileSync(corrupt));
      expect((await open(sample.file)).code).toBe("source-damaged");
    },
  );

  test("leave no private copy behind", async () => {
    const sample = makeClosedWal();
    const bytes = readFileSync(sample.file);
    bytes.fill(0x55, 100, 4096);
    writeFileSync(sample.file, bytes);
    expect((await open(sample.file, sample.temp)).code).toBe("source-damaged");
    expect(contents(sample.temp)).toEqual({});
    expect(Object.keys(contents(sample.folder))).toEqual(["app.db"]);
  });
});

describe("what this process has open itself", () => {
  test("is refused, because looking at it would drop its locks", async () => {
    const sample = makeRollback();
    const own = new Database(sample.file);
    own.exec("BEGIN; DELETE FROM person");
    expect(await open(sample.file)).toMatchObject({
      code: "source-locked",
      message: `${sample.file} is open in this process already`,
    });
    own.close();
    (await openSource(sample.file, {})).close();
  });

  test("is refused while a source on the file itself stands, not while one on a copy does", async () => {
    const [file, copied] = [makeRollback(), makeClosedWal()];
    const source = await openSource(file.file, ours);
    expect((await open(file.file)).code).toBe("source-locked");
    source.close();
    const one = await openSource(copied.file, {});
    const two = await openSource(copied.file, {});
    expect(two.fingerprint).toBe(one.fingerprint);
    one.close();
    two.close();
  });
});

test("a folder for private copies that is not there is named", async () => {
  const sample = makeClosedWal();
  expect(await open(sample.file, join(sample.temp, "no"))).toMatchObject({
    code: "usage",
    hint: "name a folder that exists and that you may write to by --temp-dir",
  });
});

test("too little room for a private copy is found before it is begun", async () => {
  const sample = makeClosedWal();
  truncateSync(sample.file, 8e12);
  expect(await open(sample.file, sample.temp)).toMatchObject({
    code: "no-space",
    message: expect.stringMatching(/^a private copy of the source needs 8\.0 TB in /) as unknown,
  });
});

test("a path that holds SQL wildcards, quotes and spaces is opened as it is", async () => {
  const sample = makeSample('it\'s 100% "new"?mode=rw#x.db');
  write(sample.file, schema, threeRows);
  (await openSource(sample.file, {})).close();
});
