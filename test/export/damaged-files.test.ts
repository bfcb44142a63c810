/**
 * Damaged files, by SQLite and by pages: the same rows, or a clear refusal at once. Never other rows, a hang, a read
 * beyond the file, or an error that is none of ours.
 *
 * RUNS and SEED try more of them: `npm run fuzz`.
 */
import type * as FileSystem from "node:fs";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { ToolError } from "../../src/errors.js";
import { introspect } from "../../src/export/introspect.js";
import type { SqliteSchema, SqliteTable } from "../../src/model/sqlite.js";
import { openSource } from "../../src/source/open.js";
import type { Source } from "../../src/source/source.js";
import { damaged, randomDamage, type Damage } from "./damage.js";
import { change } from "./sample.js";
import { soundFiles } from "./sound-files.js";
import { answerOf, rowsByPages, rowsBySqlite } from "./two-readers.js";

const runs = Number(process.env["RUNS"] ?? 200);
const seed = Number(process.env["SEED"] ?? 1);

/** All synchronous reads of a case: a reader that goes round in circles makes more of them than any file needs. */
const reads = vi.hoisted(() => ({ left: Infinity, fileBytes: Infinity }));

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof FileSystem>();
  const readSync = (
    descriptor: number,
    buffer: Uint8Array,
    at: number,
    bytes: number,
    position: number,
  ): number => {
    reads.left -= 1;
    if (reads.left < 0) throw new Error("more reads than any file of this size needs");
    if (position >= reads.fileBytes) throw new Error(`a read beyond the file, at ${position}`);
    return fs.readSync(descriptor, buffer, at, bytes, position);
  };
  return { ...fs, readSync };
});

const readsPerPage = 200;

const folder = mkdtempSync(join(tmpdir(), "sqlift-damaged-"));
const path = join(folder, "damaged.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tally = new Map<string, number>();
const count = (what: string): void => {
  tally.set(what, (tally.get(what) ?? 0) + 1);
};

const expectClear = (error: ToolError): void => {
  expect(error.code).toMatch(/^source-/);
  expect(error.message).toContain(path);
  expect(error.hint).not.toBeNull();
};

async function check(sound: Buffer, damages: readonly Damage[]): Promise<void> {
  const bytes = damaged(sound, damages);
  writeFileSync(path, bytes);
  reads.left = 1000 + (bytes.length / 512) * readsPerPage;
  reads.fileBytes = bytes.length;
  const source = await opened();
  if (source === null) {
    count("file refused when it is opened");
    return;
  }
  try {
    const schema = answerOf(() => introspect(source));
    if (schema instanceof ToolError) {
      expectClear(schema);
      count("file refused for its schema");
      return;
    }
    for (const table of schema.tables) await compare(source, schema, table);
  } finally {
    source.close();
  }
}

async function compare(source: Source, schema: SqliteSchema, table: SqliteTable): Promise<void> {
  const expected = answerOf(() => rowsBySqlite(source, schema, table));
  const answer = answerOf(() => rowsByPages(source, schema, table, 2000));
  if (answer instanceof ToolError) {
    expectClear(answer);
    expect(answer.message).toContain(table.name);
    count(expected instanceof ToolError ? "table refused by both" : "table refused by the page reader");
  } else if (typeof answer === "string") {
    count("table left to SQLite");
  } else if (expected instanceof ToolError) {
    expect(answer.rows).toEqual(await withoutNeedless(table));
    count("table refused by SQLite for what no row needs");
  } else {
    expect(answer.rows).toEqual(expected);
    expect(answer.sliced.flat()).toEqual(expected);
    count("table read by both");
  }
}

/**
 * Two things that no row needs keep SQLite from a table: a page of the pointer map that is none, where it passes over
 * overflow pages of an auto-vacuum file (pointer-map.ts); and a collation in the key of a table WITHOUT ROWID that only
 * the application knows. Whether it is one of these shows when SQLite reads the file without them.
 */
async function withoutNeedless(table: SqliteTable): Promise<readonly string[] | ToolError> {
  const copy = readFileSync(path);
  copy.fill(0, 52, 56); // "no pointer map"
  const copyPath = join(folder, "without.db");
  writeFileSync(copyPath, copy);
  const sql = table.sql.replaceAll(/COLLATE\s+(?!(?:BINARY|NOCASE|RTRIM)\b)[^\s,)]+/gi, "COLLATE BINARY");
  if (sql !== table.sql) {
    change(copyPath, (database) =>
      database.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = ?").run(sql, table.name),
    );
  }
  const source = await openSource(copyPath, { ownProcess: true });
  try {
    return answerOf(() => rowsBySqlite(source, introspect(source), table));
  } finally {
    source.close();
  }
}

async function opened(): Promise<Source | null> {
  try {
    return await openSource(path, { ownProcess: true });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    expectClear(error);
    return null;
  }
}

test("are read as SQLite reads them, or refused", async () => {
  const files = soundFiles(40, seed);
  await fc.assert(
    fc.asyncProperty(fc.nat(files.length - 1), randomDamage, (file, damages) => check(files[file]!, damages)),
    { numRuns: runs, seed },
  );
  if (process.env["RUNS"] !== undefined) {
    const lines = [...tally.entries()].sort().map(([what, times]) => `${times} x ${what}\n`);
    process.stdout.write(lines.join(""));
  }
  // All ways to end came up.
  expect([...tally.keys()]).toEqual(
    expect.arrayContaining(["file refused when it is opened", "table read by both", "table refused by both"]),
  );
}, 3_600_000);
