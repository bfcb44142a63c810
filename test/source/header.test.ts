import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countedBytes, isPageSize, parseHeader, sideKind } from "../../src/source/header.js";
import { makeHotJournal, makeSample, makeStaleWal, schema, threeRows, write } from "./sample.js";

const headerOf = (...statements: readonly string[]): ReturnType<typeof parseHeader> => {
  const sample = makeSample();
  write(sample.file, ...statements);
  return parseHeader(readFileSync(sample.file));
};

describe("parseHeader", () => {
  test("refuses fewer than 100 bytes and other beginnings", () => {
    expect(parseHeader(Buffer.from("SQLite format 3\0"))).toBeNull();
    expect(parseHeader(Buffer.alloc(200))).toBeNull();
    expect(parseHeader(Buffer.from("SQLite format 2\0".padEnd(200, " ")))).toBeNull();
  });

  test("reads what SQLite wrote", () => {
    const header = headerOf(
      schema,
      threeRows,
      "PRAGMA user_version = -7",
      "PRAGMA application_id = 305419896",
    );
    expect(header).toMatchObject({
      pageBytes: 4096,
      writeVersion: 1,
      readVersion: 1,
      reservedBytes: 0,
      changeCounter: 4,
      pageCount: 2,
      freelistPages: 0,
      schemaCookie: 1,
      schemaFormat: 4,
      encoding: "UTF-8",
      userVersion: -7,
      applicationId: 305419896,
      versionValidFor: 4,
    });
    expect(header?.sqliteVersion).toBeGreaterThan(3_040_000);
  });

  test("reads a page size of 65536, which is written as 1", () => {
    expect(headerOf("PRAGMA page_size = 65536", schema)?.pageBytes).toBe(65536);
  });

  test.each(["UTF-8", "UTF-16le", "UTF-16be"])("reads the encoding %s", (encoding) => {
    expect(headerOf(`PRAGMA encoding = '${encoding}'`, schema)?.encoding).toBe(encoding);
  });

  test("reads version 2 in WAL mode", () => {
    expect(headerOf("PRAGMA journal_mode = WAL", schema)).toMatchObject({ readVersion: 2, writeVersion: 2 });
  });

  test("reads bytes in the middle of a buffer", () => {
    const sample = makeSample();
    write(sample.file, schema);
    const moved = Buffer.concat([Buffer.alloc(7), readFileSync(sample.file)]).subarray(7);
    expect(parseHeader(moved)?.pageBytes).toBe(4096);
  });
});

test("countedBytes trusts the page count only where the change counter vouches for it", () => {
  const header = headerOf(schema);
  if (header === null) throw new Error("no header");
  expect(countedBytes(header)).toBe(8192);
  expect(countedBytes({ ...header, versionValidFor: 0 })).toBeNull();
  expect(countedBytes({ ...header, pageCount: 0 })).toBeNull();
});

test("isPageSize takes powers of two from 512 to 65536", () => {
  expect([0, 1, 256, 511, 1000, 4097, 131072].some(isPageSize)).toBe(false);
  expect([512, 1024, 4096, 65536].every(isPageSize)).toBe(true);
});

test("sideKind knows the files that SQLite keeps beside a database", async () => {
  const wal = await makeStaleWal();
  expect(sideKind(readFileSync(`${wal.file}-wal`))).toBe("wal");
  expect(sideKind(readFileSync(`${wal.file}-shm`))).toBe("shm");
  expect(sideKind(readFileSync((await makeHotJournal()).file + "-journal"))).toBe("journal");
  expect(sideKind(readFileSync(wal.file))).toBeNull();
  expect(sideKind(Buffer.alloc(0))).toBeNull();
});
