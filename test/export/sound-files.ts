/** Small sound databases to be damaged: of every kind of page, with trees of several levels, and any random ones. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { buildDatabase, randomDatabase } from "./random-database.js";

const numbers = (count: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;

/** Text of `bytes` that is another in each row. */
const text = (bytes: string): string => `substr(hex(i * 7919) || printf('%.*c', ${bytes}, 'x'), 1, ${bytes})`;

const rowidTree = `
  CREATE TABLE t(a INTEGER, b TEXT, c REAL, d);
  ${numbers(220)} INSERT INTO t SELECT i * 1000003 % 65537, ${text("i % 40")}, i, i / 2.0 FROM n;`;

const keyTree = `
  CREATE TABLE w(a TEXT, b INTEGER, c, PRIMARY KEY (c, a DESC)) WITHOUT ROWID;
  ${numbers(200)} INSERT INTO w SELECT ${text("i % 30")}, i, i * 7919 % 211 FROM n;`;

const overflow = `
  CREATE TABLE o(id INTEGER PRIMARY KEY, a BLOB, b TEXT);
  ${numbers(14)} INSERT INTO o SELECT i * 3, zeroblob(i * 97), ${text("i * i * 13")} FROM n;
  CREATE TABLE p(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
  ${numbers(25)} INSERT INTO p SELECT ${text("i * 37")}, ${text("i * 20")} FROM n;`;

const shortRows = `
  CREATE TABLE s(a INTEGER PRIMARY KEY, v AS (a + 1) VIRTUAL, r REAL, g AS (r * 2) STORED);
  ${numbers(30)} INSERT INTO s(r) SELECT i FROM n;
  ALTER TABLE s ADD COLUMN x TEXT DEFAULT 5; ALTER TABLE s ADD COLUMN y REAL DEFAULT 7;
  ${numbers(30)} INSERT INTO s(r, x, y) SELECT i, 'x' || i, -i FROM n;
  CREATE TABLE q(k INTEGER PRIMARY KEY, v) WITHOUT ROWID;
  ${numbers(30)} INSERT INTO q SELECT i, x'00ff' FROM n;
  ALTER TABLE q ADD COLUMN z DEFAULT -1.5;`;

const made: readonly (readonly [pragmas: string, sql: string])[] = [
  ["page_size = 512", rowidTree],
  ["page_size = 512", keyTree],
  ["page_size = 512", overflow],
  ["page_size = 1024", shortRows + rowidTree],
  ["page_size = 512; PRAGMA auto_vacuum = FULL", overflow],
  ["page_size = 512; PRAGMA auto_vacuum = INCREMENTAL", overflow + keyTree + "DELETE FROM o WHERE id % 2"],
  ["page_size = 4096", `${overflow} CREATE INDEX i ON o(b); ${keyTree} DROP TABLE p;`],
  ["page_size = 65536", shortRows + overflow],
];

/** Large enough for any structure, small enough to be read thousands of times. */
const mostBytes = 128 * 1024;

/** @param random How many random ones to try; those that are too large are left out. */
export function soundFiles(random: number, seed: number): readonly Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-sound-"));
  try {
    const path = join(folder, "sound.db");
    const files = made.map(([pragmas, sql], at) => build(join(folder, `${at}.db`), pragmas, sql));
    for (const database of fc.sample(randomDatabase, { seed, numRuns: random })) {
      if (database.layout.encoding !== "UTF-8") continue;
      buildDatabase(database, path);
      const file = readFileSync(path);
      if (file.length <= mostBytes) files.push(file);
    }
    return files;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function build(path: string, pragmas: string, sql: string): Buffer {
  const database = new Database(path);
  database.exec(`PRAGMA ${pragmas}; ${sql}`);
  database.close();
  return readFileSync(path);
}
