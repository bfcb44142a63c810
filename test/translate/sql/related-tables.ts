/**
 * A small shop in SQLite and the same tables, planned and made by the translator, in PostgreSQL; and what a view gives in both.
 */
import Database from "better-sqlite3";
import { introspect } from "../../../src/export/introspect.js";
import { quote, quoteLiteral, quoteQualified } from "../../../src/model/identifier.js";
import type { ColumnPlan, TablePlan } from "../../../src/model/plan.js";
import type { SqliteObject } from "../../../src/model/sqlite.js";
import { createTableSql } from "../../../src/translate/statements/ddl.js";
import type { Relation } from "../../../src/translate/sql/query/relations.js";
import { parseTableDeclaration } from "../../../src/translate/sql/ddl/table-declaration.js";
import { tableRelations } from "../../../src/translate/objects/table-relations.js";
import { translateViews } from "../../../src/translate/objects/views.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { planOfDatabase, profilesOf, sourceOf } from "../plan-of.js";
import { comparable, type Comparable } from "./two-engines.js";

/** NULLs, duplicates, letters of two cases, orders of nobody, customers without orders. */
export const shop = `
CREATE TABLE customers (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT COLLATE NOCASE, city TEXT,
  vip BOOLEAN, created_at DATETIME, credit REAL, born DATE
);
INSERT INTO customers VALUES
  (1, 'Ann', 'ann@x.org', 'Oslo', 1, '2024-01-05 10:00:00', 10.5, '1990-05-01'),
  (2, 'bob', 'BOB@x.org', 'Rome', 0, '2024-02-10 08:30:00', NULL, NULL),
  (3, 'Cid', 'bob@X.org', 'Oslo', NULL, '2023-12-31 23:59:59', -2.25, '1985-12-24'),
  (4, 'Émile', NULL, NULL, 1, NULL, 0.0, '2001-01-01'),
  (5, 'ann', 'ann@x.org', 'Rome', 0, '2024-01-05 10:00:00', 10.5, '1990-05-01'),
  (6, 'Zoë', '', '', 0, '2024-03-01 00:00:00', 1000.25, NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER, status TEXT, total REAL, placed_at TIMESTAMP, paid BOOLEAN, discount INT
);
INSERT INTO orders VALUES
  (10, 1, 'open', 20.5, 1704448800, 1, 5), (11, 1, 'done', 5.25, 1704535200, 1, NULL),
  (12, 2, 'done', 20.5, 1707553800, 0, 0), (13, 3, 'void', 0.0, 1704067199, NULL, 5),
  (14, 3, 'open', 7.75, NULL, 0, -3), (15, 99, 'done', 1.0, 1709251200, 1, 2), (16, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE items (
  order_id INTEGER NOT NULL, line INTEGER NOT NULL, sku TEXT, quantity INTEGER, price DECIMAL(10,2), PRIMARY KEY (order_id, line)
);
INSERT INTO items VALUES
  (10, 1, 'pen', 2, 1.5), (10, 2, 'ink', 1, 17.5), (11, 1, 'pen', 3, 1.75), (12, 1, 'pad', 1, 20.5),
  (13, 1, NULL, 0, NULL), (14, 1, 'ink', 1, 7.75), (15, 1, 'pen', 1, 1), (15, 2, 'Pen', NULL, 0);
CREATE TABLE tags (customer_id INTEGER, tag TEXT COLLATE NOCASE, weight INT);
INSERT INTO tags VALUES (1, 'new', 1), (1, 'New', 2), (1, 'new', 1), (2, 'old', NULL), (3, 'gold', 3), (NULL, 'lost', 0), (99, NULL, 1);
CREATE TABLE staff (id INTEGER PRIMARY KEY, boss_id INTEGER, name TEXT, data JSON);
INSERT INTO staff VALUES (1, NULL, 'top', '{"a":1}'), (2, 1, 'left', '[]'), (3, 1, 'right', NULL), (4, 2, 'leaf', '{"a": 1}'), (5, 4, 'end', NULL);
CREATE VIEW big_orders AS SELECT id, customer_id, total AS amount, total > 7 AS is_big FROM orders WHERE total >= 5;
CREATE VIEW customer_names (id, label) AS SELECT id, name || coalesce(' of ' || city, '') FROM customers;
`;

export interface Shop {
  readonly sqlite: Database.Database;
  readonly postgres: TestDatabase;
  readonly tables: ReadonlyMap<string, Relation>;
  readonly objects: readonly SqliteObject[];
  close(): Promise<void>;
}

export async function openShop(sql = shop): Promise<Shop> {
  const sqlite = new Database(":memory:");
  sqlite.exec(sql);
  const source = sourceOf(sqlite);
  const schema = introspect(source);
  const plan = planOfDatabase(sqlite);
  const profiles = profilesOf(source, schema);
  const drafts = schema.tables.map((table, index) => ({
    source: table,
    profile: profiles[index]!,
    declaration: parseTableDeclaration(table.sql),
  }));
  const postgres = await createDatabase();
  for (const table of plan.tables) await makeTable(sqlite, postgres, table);
  for (const view of plan.views)
    await postgres.query(
      `CREATE VIEW ${quote(view.target)} (${view.columns.map(quote).join(", ")}) AS ${view.sql}`,
    );
  return {
    sqlite,
    postgres,
    tables: tableRelations(drafts, plan.tables),
    objects: schema.objects,
    close: async () => {
      sqlite.close();
      await postgres.drop();
    },
  };
}

type Stored = string | bigint | number | null;

async function makeTable(sqlite: Database.Database, postgres: TestDatabase, table: TablePlan): Promise<void> {
  await postgres.query(createTableSql("public", table));
  const key = table.primaryKey?.columns.map(quote).join(", ");
  if (key !== undefined)
    await postgres.query(`ALTER TABLE ${quoteQualified("public", table.target)} ADD PRIMARY KEY (${key})`);
  const rows = sqlite
    .prepare<[], Stored[]>(
      `SELECT ${table.columns.map(({ source }) => quote(source)).join(", ")} FROM ${quote(table.source)}`,
    )
    .safeIntegers()
    .raw()
    .all();
  for (const row of rows) {
    const values = row.map((value, at) => literalFor(value, table.columns[at]!));
    await postgres.query(`INSERT INTO ${quote(table.target)} VALUES (${values.join(", ")})`);
  }
}

function literalFor(value: Stored, { type, unit }: ColumnPlan): string {
  if (value === null) return "NULL";
  const text = String(value);
  if (unit === "seconds") return `to_timestamp(${text})`;
  return type.name === "boolean" ? String(text === "1") : quoteLiteral(text);
}

/** The view `q` of this SELECT. */
export const translateShopView = ({ tables, objects }: Shop, sql: string) => {
  const view: SqliteObject = { type: "view", name: "q", table: null, sql: `CREATE VIEW q AS ${sql}` };
  const all = [...objects, view];
  const names = new Map(all.map(({ name }) => [name, name]));
  const { views, notCarried } = translateViews({ objects: all, tables, names, style: "keep" });
  return {
    plan: views.find(({ source }) => source === "q") ?? null,
    reason: notCarried.find(({ name }) => name === "q")?.reason ?? null,
  };
};

export interface Outcome {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Comparable[])[];
}

/** What the view gives in both. @throws where either refuses it */
export async function bothRows(
  engines: Shop,
  sql: string,
): Promise<{ readonly sqlite: Outcome; readonly postgres: Outcome; readonly sql: string }> {
  const { plan, reason } = translateShopView(engines, sql);
  if (plan === null) throw new Error(`not translated: ${reason ?? ""}`);
  const { sqlite, postgres } = engines;
  await postgres.query("BEGIN");
  try {
    await postgres.query(`SET LOCAL timezone = 'UTC'`);
    await postgres.query(`CREATE VIEW q (${plan.columns.map(quote).join(", ")}) AS ${plan.sql}`);
    const types = await postgres.query(
      `SELECT attname, atttypid::regtype AS type FROM pg_attribute WHERE attrelid = 'q'::regclass ORDER BY attnum`,
    );
    const theirs = await postgres.query("SELECT * FROM q");
    const ours = sqliteRows(
      sqlite,
      sql,
      types.map(({ type }) => type ?? ""),
    );
    return {
      sqlite: ours,
      postgres: {
        columns: types.map(({ attname }) => attname ?? ""),
        rows: theirs.map((row) =>
          types.map(({ attname, type }) => postgresValue(row[attname ?? ""] ?? null, type!)),
        ),
      },
      sql: plan.sql,
    };
  } catch (error) {
    throw new Error(`PostgreSQL or SQLite refuses:\n${plan.sql}`, { cause: error });
  } finally {
    await postgres.query("ROLLBACK");
  }
}

function sqliteRows(sqlite: Database.Database, sql: string, types: readonly string[]): Outcome {
  sqlite.exec(`CREATE VIEW q AS ${sql}`);
  try {
    const columns = sqlite
      .prepare("SELECT * FROM q")
      .columns()
      .map(({ name }) => name);
    // SQLite may leave out the order of a view.
    const rows = sqlite.prepare<[], unknown[]>(sql).safeIntegers().raw().all();
    return { columns, rows: rows.map((row) => row.map((value, at) => sqliteValue(value, types[at] ?? ""))) };
  } finally {
    sqlite.exec("DROP VIEW q");
  }
}

/** A time of a column that counts seconds is compared as a time. */
const sqliteValue = (value: unknown, type: string): Comparable =>
  typeof value === "bigint" && type.startsWith("timestamp")
    ? `text ${new Date(Number(value) * 1000).toISOString().slice(0, 19).replace("T", " ")}`
    : typeof value === "string" && type === "jsonb"
      ? canonicalJson(value)
      : comparable(value);

/** jsonb keeps neither spaces nor the order of keys. */
export const canonicalJson = (text: string): string =>
  `json ${JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )}`;

/** A value as PostgreSQL writes it, with `timezone` at UTC. */
export function postgresValue(text: string | null, type: string): Comparable {
  if (text === null) return null;
  if (type === "boolean") return `number ${text === "t" ? 1 : 0}`;
  if (/^(smallint|integer|bigint)$/.test(type)) return `number ${text}`;
  if (/^(numeric|double precision)/.test(type)) return comparable(Number(text));
  if (type === "bytea") return `bytes ${text.slice(2)}`;
  if (type === "jsonb") return canonicalJson(text);
  return `text ${text.replace(/\+00$/, "")}`;
}

/** In no order. */
export const asMultiset = (rows: Outcome["rows"]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
