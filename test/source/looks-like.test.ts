import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { isRandom, likenessOf } from "../../src/source/looks-like.js";

const likeness = (content: string | Uint8Array): string | undefined => {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return likenessOf(bytes.subarray(0, 65536), bytes.length)?.words;
};

/** Random, but for a first byte that begins no signature. */
const noise = (bytes: number): Buffer => Buffer.concat([Buffer.of(0xee), randomBytes(bytes - 1)]);

describe("likenessOf", () => {
  test.each([
    ["a gzip archive", gzipSync("hello")],
    ["a zip archive", "PK\u0003\u0004rest"],
    ["a DuckDB database", Buffer.concat([Buffer.alloc(8), Buffer.from("DUCK"), Buffer.alloc(500)])],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:12\n"],
    ["a web page or XML", "\n<!DOCTYPE html><html></html>"],
    ["an SQL dump", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"],
    ["an SQL dump", "-- MySQL dump 10.13\n--\n"],
    ["an SQL dump", "create table t(a)"],
    ["a dump of pg_dump", Buffer.from("PGDMP\u0001\u000e\0")],
    ["JSON", '[{"a": 1}]'],
    ["CSV", "id,name,age\n1,Ada,36\n"],
    ["CSV", "id;name\n1;Ada\n"],
    ["tab-separated values", "id\tname\n1\tAda\n"],
    ["plain text", "Dear Ada,\nhow are you? Fine, I hope, and well.\n"],
    ["nothing: it begins with zeros only", Buffer.alloc(4096)],
  ])("calls it %s", (words, content) => {
    expect(likeness(content)).toBe(words);
  });

  test.each([512, 1024, 4096, 1 << 20])("takes %i random bytes for an encrypted database", (bytes) => {
    expect(likeness(noise(bytes))).toMatch(/^an encrypted database/);
  });

  test("takes random bytes of another length for nothing", () => {
    expect(likeness(noise(5000))).toBeUndefined();
  });

  test("takes text cut in the middle of a letter for text", () => {
    expect(likeness(Buffer.from("ä".repeat(5000)).subarray(0, 4097))).toBe("plain text");
  });
});

test("isRandom tells random bytes from a database page and from few bytes", () => {
  expect(isRandom(randomBytes(65536))).toBe(true);
  expect(isRandom(Buffer.concat([randomBytes(1000), Buffer.alloc(3096)]))).toBe(false);
  expect(isRandom(randomBytes(100))).toBe(false);
});
