/** A SQLite file, a PostgreSQL database and a plan between them, for the tests of this room. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { ColumnPlan, Plan, TablePlan } from "../../src/model/plan.js";
import { pgType, type PgType, type PgTypeName, type TimeUnit } from "../../src/model/postgres.js";
import { openSource } from "../../src/source/open.js";
import type { Source } from "../../src/source/source.js";
import { openTarget } from "../../src/target/connection/connect.js";
import type { Session } from "../../src/target/session.js";
import { createDatabase, type TestDatabase } from "../database.js";

export const columnPlan = (
  name: string,
  type: PgTypeName | PgType,
  unit: TimeUnit | null = null,
): ColumnPlan => ({
  source: name,
  declaredType: "",
  target: name,
  type: typeof type === "string" ? pgType(type) : type,
  unit,
  decode: null,
  zone: null,
  policy: {},
  rule: null,
  notNull: false,
  defaultSql: null,
  generated: null,
  comment: null,
  identity: null,
  because: "a test says so",
});

export const tablePlan = (
  name: string,
  columns: readonly ColumnPlan[],
  more: Partial<TablePlan> = {},
): TablePlan => ({
  source: name,
  target: name,
  rows: 0,
  rejected: 0,
  rejects: [],
  changes: [],
  withoutRowid: false,
  reader: { by: "sqlite", because: "a test reads it" },
  columns,
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  comment: null,
  ...more,
});

export const planOf = (...tables: TablePlan[]): Plan => ({
  formatVersion: 1,
  source: { file: "test.db", bytes: 0, encoding: "UTF-8", fingerprint: "" },
  schema: "public",
  serverVersion: 18,
  trial: "untried",
  mappings: [],
  sampledRows: null,
  onReject: "fail",
  maxRejects: null,
  onOrphans: "not-valid",
  orphanKeys: [],
  tables,
  views: [],
  triggers: [],
  notCarried: [],
  findings: [],
});

/** Makes a SQLite file and opens it as the tool does. `fill` may write through the connection. */
export const makeSource = async (
  sql: string,
  fill: (database: Database.Database) => void = () => undefined,
): Promise<SourceFile> => {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-validate-"));
  const path = join(folder, "test.db");
  const database = new Database(path);
  try {
    database.exec(sql);
    fill(database);
  } finally {
    database.close();
  }
  const source = await openSource(path, {});
  const remove = (): void => {
    source.close();
    rmSync(folder, { recursive: true });
  };
  return { path, source, remove };
};

export interface SourceFile {
  readonly path: string;
  readonly source: Source;
  remove(): void;
}

export interface TestTarget {
  readonly session: Session;
  readonly query: TestDatabase["query"];
  /** Opens one more session, after settings of the database have changed; with a URL as somebody else. */
  open(url?: string): Promise<Session>;
  remove(): Promise<void>;
}

/** @param options as createDatabase has them. */
export const makeTarget = async (options?: string): Promise<TestTarget> => {
  const database = await createDatabase(options);
  const target = await openTarget(database.url, { environment: {} });
  const others: (typeof target)[] = [];
  return {
    session: await target.open(),
    query: database.query.bind(database),
    open: async (url) => {
      if (url === undefined) return target.open();
      const other = await openTarget(url, { environment: {} });
      others.push(other);
      return other.open();
    },
    remove: async () => {
      for (const each of [target, ...others]) await each.close();
      await database.drop();
    },
  };
};
