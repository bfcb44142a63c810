import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { data } from "../../bench/data/index.js";
import { seededRandom } from "../../bench/data/random.js";

const folder = mkdtempSync(join(tmpdir(), "sqlift-bench-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Made {
  readonly digest: string;
  readonly tables: Readonly<Record<string, number>>;
  readonly orphans: number;
}

type Kind = keyof typeof data;
let files = 0;

function make(kind: Kind, size: number | { tables: number; rows: number }, seed: number): Made {
  files += 1;
  const path = join(folder, `${files}.db`);
  const maker = data[kind] as (path: string, size: unknown, seed: number) => void;
  maker(path, size, seed);
  const database = new Database(path, { readonly: true });
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all() as string[];
  const digest = createHash("sha256");
  const tables: Record<string, number> = {};
  for (const name of names) {
    const rows = database.prepare(`SELECT * FROM "${name}"`).raw().all();
    tables[name] = rows.length;
    digest.update(JSON.stringify(rows));
  }
  const orphans = (database.pragma("foreign_key_check") as unknown[]).length;
  database.close();
  return { digest: digest.digest("hex"), tables, orphans };
}

const sizes: readonly (readonly [Kind, number | { tables: number; rows: number }, string, number])[] = [
  ["chat", 300, "message", 300],
  ["messages", 300, "message", 300],
  ["narrow", 300, "reading", 300],
  ["wide", 30, "answer", 30],
  ["blobs", 2, "picture", 2],
  ["smallTables", { tables: 4, rows: 7 }, "part_3", 7],
];

describe.each(sizes)("%s", (kind, size, table, rows) => {
  test("has the rows asked for, the same for the same seed and others for another", () => {
    const made = make(kind, size, 1);
    expect(made.tables[table]).toBe(rows);
    expect(made.orphans).toBe(0);
    expect(make(kind, size, 1)).toEqual(made);
    expect(make(kind, size, 2).digest).not.toBe(made.digest);
  });
});

test("what repeats a template counts every row, the last block's part too", () => {
  files += 1;
  const path = join(folder, `${files}.db`);
  data.narrow(path, 120_001, 5);
  const database = new Database(path, { readonly: true });
  const row = database.prepare(
    "SELECT count(*) AS rows, count(DISTINCT taken) AS times, max(taken) - min(taken) AS span FROM reading",
  );
  expect(row.get()).toEqual({ rows: 120_001, times: 120_001, span: 120_000 });
  database.close();
});

describe("the seeded numbers", () => {
  test("stay below their limit and reach all of it", () => {
    const next = seededRandom(0);
    const seen = new Set(Array.from({ length: 1000 }, () => next(10)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
