/** The systems of fixtures/systems: their files, their tables in PostgreSQL, and what each application does next. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { makeSystem, type systems } from "../../fixtures/systems/systems.js";
import { readMapping } from "../../src/mapping/read.js";
import type { Mapping } from "../../src/model/mapping.js";
import type { TestDatabase } from "../database.js";
import { fixturesFolder, type SqliteFile } from "../fixture.js";

export type Source = Database.Database;

export interface System {
  readonly name: keyof typeof systems;
  /** The source's table of messages: as many rows as the generator was asked for. */
  readonly messages: string;
  /** What makes the target as the application has it: files of the system's folder, in their order. */
  readonly schema: readonly string[];
  /** Tables of the source that are not carried, for the target has rows of its own there. */
  readonly ownRows: readonly string[];
  /** What a name of the source is in the target; by itself where it says nothing. */
  readonly targetName?: (name: string) => string;
  /** Asserts what the application relies on once its rows are there, as it would do it; changes and deletes rows. */
  nextSteps(database: TestDatabase, source: Source): Promise<void>;
}

export const systemFile = (system: System, file: string): string =>
  readFileSync(join(fixturesFolder, "systems", system.name, file), "utf8");

/** The mapping of the system's folder; none where the built-in ones say all. */
export function systemMappings(system: System): readonly Mapping[] {
  if (system.name === "prisma-e2e") return [];
  return [readMapping(join(fixturesFolder, "systems", system.name, "mapping.yaml"))];
}

/** A file of its own folder with `size` messages, at least 600. */
export function makeSystemFile({ name }: System, size: number, seed = 1): SqliteFile {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
  const path = join(folder, `${name}.db`);
  makeSystem(name, path, size, seed);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What `read` makes of a SQLite file, which is closed afterwards. */
export async function withSourceFile<Result>(
  path: string,
  read: (source: Source) => Promise<Result> | Result,
): Promise<Result> {
  const source = new Database(path, { readonly: true });
  try {
    return await read(source);
  } finally {
    source.close();
  }
}

/** The statements of a file that ends each one's last line by a semicolon and has none in a comment behind code. */
export function statementsOf(sql: string): readonly string[] {
  const statements: string[] = [];
  let current = "";
  let quote: string | null = null;
  for (const line of sql.split("\n")) {
    if (quote === null && /^\s*(--.*)?$/.test(line)) continue;
    current += `${line}\n`;
    for (const [tag] of line.matchAll(/\$\w*\$/g))
      quote = quote === null ? tag : quote === tag ? null : quote;
    if (quote === null && /;\s*(--.*)?$/.test(line)) {
      statements.push(current);
      current = "";
    }
  }
  if (current !== "") throw new Error(`This statement has no end: ${current}`);
  return statements;
}

/** Runs a file's statements one by one in a transaction; a COMMIT of its own as the last one ends it. */
export async function runSqlFile(database: TestDatabase, sql: string): Promise<void> {
  await database.query("BEGIN");
  try {
    for (const statement of statementsOf(sql)) await database.query(statement);
    await database.query("COMMIT");
  } catch (error) {
    await database.query("ROLLBACK");
    throw error;
  }
}

/** Makes the target's tables; what a file was refused for, by its name, as the others go on. */
export async function makeTarget(
  database: TestDatabase,
  system: System,
): Promise<Readonly<Record<string, string>>> {
  const refused: Record<string, string> = {};
  for (const file of system.schema)
    await runSqlFile(database, systemFile(system, file)).catch((error: unknown) => {
      refused[file] = (error as Error).message;
    });
  return refused;
}

/** The only value of a query's only row. */
export async function valueOf(
  database: TestDatabase,
  sql: string,
  parameters: readonly (string | null)[] = [],
): Promise<string | null> {
  const [row] = await database.query(sql, parameters);
  return Object.values(row ?? {})[0] ?? null;
}

/** The first column of every row, as text. */
export async function columnOf(
  database: TestDatabase,
  sql: string,
  parameters: readonly (string | null)[] = [],
): Promise<readonly (string | null)[]> {
  return (await database.query(sql, parameters)).map((row) => Object.values(row)[0] ?? null);
}

/** The number that a query of the source gives. */
export const numberIn = (source: Source, sql: string, ...parameters: readonly unknown[]): number =>
  Number(
    source
      .prepare(sql)
      .pluck()
      .get(...parameters),
  );

/** The first column of every row that a query of the source gives. */
export const columnIn = (source: Source, sql: string): readonly unknown[] =>
  source.prepare(sql).pluck().all();

/** A moment as JavaScript's toISOString writes it. */
export const isoSql = (expression: string): string =>
  `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Where two lists differ, at most three places: a whole list of hundreds would tell nobody anything. */
export function differing(actual: readonly unknown[], expected: readonly unknown[]): readonly unknown[] {
  const places = Array.from({ length: Math.max(actual.length, expected.length) }, (_, index) => index);
  return places
    .filter((index) => actual[index] !== expected[index])
    .slice(0, 3)
    .map((index) => ({ index, actual: actual[index], expected: expected[index] }));
}
