/** Builds the databases of fixtures/ and other small ones from SQL text. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach } from "vitest";

export const fixturesFolder = join(import.meta.dirname, "..", "fixtures");

/** Each folder with a source.sql is a case. */
export const fixtureNames = readdirSync(fixturesFolder).filter((name) =>
  existsSync(join(fixturesFolder, name, "source.sql")),
);

export const fixtureSql = (name: string): string =>
  readFileSync(join(fixturesFolder, name, "source.sql"), "utf8");

export interface SqliteFile {
  readonly path: string;
  remove(): void;
}

/** A database file of its own folder, made by SQLite from `sql`. */
export function makeSqlite(name: string, sql: string): SqliteFile {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
  const path = join(folder, `${name}.db`);
  const database = new Database(path);
  // Fixtures hold rows that break their foreign keys on purpose, as files of other programs do.
  database.pragma("foreign_keys = OFF");
  database.unsafeMode(true);
  database.exec(sql);
  database.close();
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes files that go after each test of the file or describe that calls this. */
export function sqliteForEach(): typeof makeSqlite {
  const files: SqliteFile[] = [];
  afterEach(() => {
    for (const file of files.splice(0)) file.remove();
  });
  return (name, sql) => {
    const file = makeSqlite(name, sql);
    files.push(file);
    return file;
  };
}
