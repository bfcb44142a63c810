/** SQLite files of one test, opened as the tool opens them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { introspect } from "../../src/export/introspect.js";
import type { SqliteSchema, SqliteTable } from "../../src/model/sqlite.js";
import { openSource } from "../../src/source/open.js";
import type { Source } from "../../src/source/source.js";

export interface Sample {
  readonly path: string;
  readonly source: Source;
  readonly schema: SqliteSchema;
  /** @throws Error where the schema has no such table. */
  table(name: string): SqliteTable;
}

/**
 * Makes a file and opens it; both go when the test ends.
 *
 * @param fill runs after `sql`, over a connection that may write.
 */
export async function makeSample(
  sql: string,
  fill: (database: Database.Database) => void = () => undefined,
): Promise<Sample> {
  const path = makeFile(sql, fill);
  return openSample(path);
}

/** Makes a file alone. */
export function makeFile(sql: string, fill: (database: Database.Database) => void = () => undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-export-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "test.db");
  const database = new Database(path);
  try {
    database.pragma("foreign_keys = OFF");
    database.exec(sql);
    fill(database);
  } finally {
    database.close();
  }
  return path;
}

export async function openSample(path: string): Promise<Sample> {
  const source = await openSource(path, {});
  onTestFinished(() => source.close());
  const schema = introspect(source);
  return {
    path,
    source,
    schema,
    table: (name) => {
      const found = schema.tables.find((each) => each.name === name);
      if (found === undefined) throw new Error(`no table ${name}`);
      return found;
    },
  };
}

/** Writes through a connection of its own that may change the schema by hand. */
export function change<T>(path: string, write: (database: Database.Database) => T): T {
  const database = new Database(path);
  try {
    database.unsafeMode();
    database.pragma("writable_schema = ON");
    return write(database);
  } finally {
    database.close();
  }
}

/** Inserts rows of as many values as the table has columns, numbers as REAL and bigints as INTEGER. */
export function insertAll(
  database: Database.Database,
  table: string,
  rows: readonly (readonly (null | bigint | number | string | Buffer)[])[],
): void {
  const insert = database.prepare(
    `INSERT INTO ${table} VALUES (${rows[0]?.map(() => "?").join(", ") ?? ""})`,
  );
  database.transaction(() => {
    for (const row of rows) insert.run(...row);
  })();
}
