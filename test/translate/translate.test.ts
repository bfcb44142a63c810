import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findingInfo } from "../../src/model/finding.js";
import { quote } from "../../src/model/identifier.js";
import type { NotCarried, Plan, TablePlan } from "../../src/model/plan.js";
import { findingsOf, openMemory, planOf, planOfDatabase, tableOf } from "./plan-of.js";
import { build, schemaArbitrary } from "./random-schema.js";
import type { RandomTable } from "./random-table.js";

const overJson = (plan: Plan): unknown => JSON.parse(JSON.stringify(plan));

interface SchemaRow {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const schemaRows = (database: Database.Database): readonly SchemaRow[] =>
  database
    .prepare<[], SchemaRow>(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .all();

/** What is listed, as `type name`, but for the collations of indexes, which no object is. */
const listed = (plan: Plan, ...types: readonly NotCarried["type"][]): readonly string[] =>
  plan.notCarried.filter(({ type }) => types.includes(type)).map(({ type, name }) => `${type} ${name}`);

/** Asserts that every object of the file is in the plan or in its list, and in one of them only. */
function expectComplete(database: Database.Database, plan: Plan): void {
  const rows = schemaRows(database);
  const types = new Map(
    database
      .prepare<[], { name: string; type: string }>(
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main'",
      )
      .all()
      .map(({ name, type }) => [name, type]),
  );
  const shadows = new Set([...types].flatMap(([name, type]) => (type === "shadow" ? [name] : [])));
  const carriedTables = plan.tables.map((table) => `table ${table.source}`);
  const carriedViews = plan.views.map((view) => `view ${view.source}`);
  const found = [
    ...carriedTables,
    ...carriedViews,
    ...plan.triggers.map((trigger) => `trigger ${trigger.source}`),
    ...listed(plan, "view", "trigger", "virtual table", "shadow table"),
  ];
  // A full-text table with text of its own is a table, and has an index that is none.
  const hasText = (name: string, sql: string): boolean =>
    /USING fts[345]/i.test(sql) && shadows.has(`${name}_content`);
  const expected = [
    ...rows.filter(({ name, sql }) => hasText(name, sql ?? "")).map(({ name }) => `table ${name}`),
    ...rows
      .filter(({ type }) => type !== "index")
      .map(({ type, name }) =>
        type === "table" && types.get(name) !== "table"
          ? `${types.get(name) ?? ""} table ${name}`
          : `${type} ${name}`,
      ),
  ];
  expect([...found].sort()).toEqual([...expected].sort());

  const renamed = new Map(
    findingsOf(plan, "name-changed").flatMap(({ what, from, to }) => (what === "index" ? [[to, from]] : [])),
  );
  const names = rows
    .filter(({ type, tbl_name }) => type === "index" && !shadows.has(tbl_name))
    .map(({ name }) => name);
  // Constraints under a collation are indexes in the plan, too.
  const carriedIndexes = plan.tables.flatMap((table) =>
    table.indexes.map(({ name }) => renamed.get(name) ?? name).filter((name) => names.includes(name)),
  );
  const listedIndexes = plan.notCarried.filter(
    ({ type, sql }) => ["index", "unique"].includes(type) && sql?.startsWith("CREATE") === true,
  );
  expect([...carriedIndexes, ...listedIndexes.map(({ name }) => name)].sort()).toEqual([...names].sort());

  for (const table of plan.tables) expectTableComplete(database, plan, table.source);
  // Checks, foreign keys and conflict clauses may stand twice in the file too; they are counted elsewhere.
  const lines = plan.notCarried
    .filter(({ type }) => !["check", "foreign key", "conflict clause"].includes(type))
    .map((line) => JSON.stringify([line.type, line.name, line.table]));
  expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
}

/** DEFAULT NULL is none. */
function isNull(database: Database.Database, defaultSql: string): boolean {
  try {
    return database.prepare(`SELECT (${defaultSql}\n) IS NULL`).pluck().get() === 1n;
  } catch {
    // A bare word is a text.
    return false;
  }
}

/** Keys, foreign keys, defaults and columns of one table, counted by pragmas. */
function expectTableComplete(database: Database.Database, plan: Plan, name: string): void {
  const table = plan.tables.find((each) => each.source === name);
  if (table === undefined) throw new Error(`No table ${name}.`);
  const count = (sql: string): number => Number(database.prepare(sql).pluck().get(name));
  const of = (...types: readonly NotCarried["type"][]): readonly NotCarried[] =>
    plan.notCarried.filter((line) => line.table === name && types.includes(line.type));

  const columns = database
    .prepare<[string], { name: string; hidden: bigint; dflt_value: string | null }>(
      "SELECT * FROM pragma_table_xinfo(?)",
    )
    .all(name);
  if (table.storage !== undefined) {
    // A full-text table: its own columns, and what the module calls by names that no CREATE says.
    const declared = columns.filter((column) => column.hidden === 0n).map((column) => column.name);
    expect(table.columns.map((column) => column.source)).toEqual(expect.arrayContaining(declared));
    return;
  }
  const listedColumns = of("generated column").map((line) => line.name);
  const isListed = (column: { name: string }): boolean => listedColumns.includes(`${name}.${column.name}`);
  // A virtual one that cannot be computed has nothing that could stand for it.
  expect(table.columns.map((column) => column.source)).toEqual(
    columns.filter((column) => column.hidden !== 2n || !isListed(column)).map((column) => column.name),
  );
  const computed = table.columns.flatMap(({ source, generated }) =>
    generated === null ? [] : [`${name}.${source}`],
  );
  expect([...computed, ...listedColumns].sort()).toEqual(
    columns.flatMap((column) => (column.hidden > 1n ? [`${name}.${column.name}`] : [])).sort(),
  );

  const withDefault = columns.filter(
    ({ dflt_value, hidden }) => dflt_value !== null && hidden === 0n && !isNull(database, dflt_value),
  );
  const carried = table.columns
    .filter(({ defaultSql }) => defaultSql !== null)
    .map((column) => `${name}.${column.source}`);
  expect([...carried, ...of("default").map((line) => line.name)].sort()).toEqual(
    withDefault.map((column) => `${name}.${column.name}`).sort(),
  );

  const foreignKeys = count("SELECT count(DISTINCT id) FROM pragma_foreign_key_list(?)");
  expect(table.foreignKeys.length + of("foreign key").length).toBe(foreignKeys);

  const hasKey = columns.length > 0 && count("SELECT count(*) FROM pragma_table_xinfo(?) WHERE pk > 0") > 0;
  expect((table.primaryKey === null ? 0 : 1) + of("primary key").length).toBe(hasKey ? 1 : 0);
  for (const columnsOf of constraintsOf(database, name)) expectConstraint(plan, table, columnsOf);
}

/** The columns of each UNIQUE constraint. */
const constraintsOf = (database: Database.Database, table: string): readonly (readonly string[])[] =>
  database
    .prepare<[string], string>("SELECT name FROM pragma_index_list(?) WHERE origin = 'u'")
    .pluck()
    .all(table)
    .map((index) =>
      database.prepare<[string], string>("SELECT name FROM pragma_index_info(?)").pluck().all(index),
    );

/** A constraint is a unique constraint or a unique index on its columns, as its collation has them, or it is listed. */
function expectConstraint(plan: Plan, table: TablePlan, columns: readonly string[]): void {
  const isListed = plan.notCarried.some(
    ({ type, table: of, sql }) =>
      type === "unique" && of === table.source && sql === `UNIQUE (${columns.join(", ")})`,
  );
  const targets = columns.map((name) => table.columns.find(({ source }) => source === name)?.target ?? "");
  const isKey = table.uniques.some((key) => [...new Set(targets)].join("/") === key.columns.join("/"));
  const isIndex = table.indexes.some(
    ({ unique, where, terms }) =>
      unique &&
      where === null &&
      terms.length === targets.length &&
      terms.every(({ sql }, index) => sql.includes(quote(targets[index]!))),
  );
  // Beside the plain key that a foreign key wants, the one under the collation may be listed.
  expect({ columns, isThere: isListed || isKey || isIndex }).toEqual({ columns, isThere: true });
}

/** What only the text of a table tells: it is known what was put there. */
function expectTextComplete(plan: Plan, { name, checks, conflicts, generated }: RandomTable): void {
  const table = tableOf(plan, name);
  const of = (type: NotCarried["type"]): readonly NotCarried[] =>
    plan.notCarried.filter((line) => line.table === name && line.type === type);
  const listedChecks = of("check").map(({ sql }) => sql?.replace(/^CONSTRAINT "(?:[^"]|"")*" /, ""));
  expect([...listedChecks, ...table.checks.map(({ sourceSql }) => `CHECK (${sourceSql})`)].sort()).toEqual(
    checks.map((check) => `CHECK (${check})`).sort(),
  );
  expect(of("conflict clause").map(({ sql }) => sql)).toHaveLength(
    conflicts.filter((word) => word !== "ABORT").length,
  );
  const computed = table.columns.flatMap((column) =>
    column.generated === null ? [] : [[`${name}.${column.source}`, `AS (${column.generated.sourceSql})`]],
  );
  const listedGenerated = of("generated column").map((line) => [line.name, line.sql]);
  expect([...computed, ...listedGenerated].sort()).toEqual(
    [...generated].map(([column, sql]) => [`${name}.${column}`, `AS (${sql})`]).sort(),
  );
  // SQLite's own collations go into the indexes.
  expect(of("collation")).toEqual([]);
}

describe("translate", () => {
  test("has nothing to do with an empty file, and says so", () => {
    expect(planOf("")).toEqual({
      formatVersion: 1,
      source: { file: "memory.db", bytes: 0, encoding: "UTF-8", fingerprint: "" },
      schema: "public",
      serverVersion: 18,
      trial: "untried",
      mappings: [],
      sampledRows: null,
      onReject: "fail",
      maxRejects: null,
      onOrphans: "not-valid",
      orphanKeys: [],
      tables: [],
      views: [],
      triggers: [],
      notCarried: [],
      findings: [{ kind: "nothing-to-move", at: { table: null } }],
    });
    const views = planOf("CREATE VIEW v AS SELECT 1");
    expect(views.views.map(({ target }) => target)).toEqual(["v"]);
    expect(views.findings.map(({ kind }) => kind)).toEqual(["nothing-to-move"]);
  });

  test("takes tables in the file's order, columns in the table's", () => {
    const plan = planOf(
      "CREATE TABLE z (b, a); CREATE TABLE a (y INTEGER PRIMARY KEY, x, v AS (x), w AS (x) STORED, last)",
    );
    expect(plan.tables.map((table) => [table.source, table.columns.map((column) => column.source)])).toEqual([
      ["z", ["b", "a"]],
      ["a", ["y", "x", "v", "w", "last"]],
    ]);
  });

  test("carries the values of a stored column that cannot be computed, and takes its type for what it holds", () => {
    const plan = planOf(
      "CREATE TABLE t (a REAL, s TEXT AS (a || '!') STORED NOT NULL); INSERT INTO t VALUES (1.5)",
    );
    expect(plan.tables[0]?.columns[1]).toMatchObject({
      source: "s",
      type: { name: "text" },
      notNull: true,
      defaultSql: null,
      generated: null,
      comment: null,
    });
  });

  test("goes through JSON without loss, and lists every object and every clause of random schemas once", () => {
    fc.assert(
      fc.property(schemaArbitrary(12), (schema) => {
        const database = openMemory("");
        try {
          const tables = build(database, schema);
          const plan = planOfDatabase(database);
          expect(overJson(plan)).toEqual(plan);
          expectComplete(database, plan);
          for (const table of tables) expectTextComplete(plan, table);
          expect(plan.findings.filter(({ kind }) => !(kind in findingInfo))).toEqual([]);
        } finally {
          database.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});

const corpus = join(import.meta.dirname, "..", "..", "..", "shared", "corpus");

describe.skipIf(!existsSync(corpus))("the corpus (../shared/corpus; skipped where it is absent)", () => {
  const names = existsSync(corpus)
    ? readdirSync(corpus).filter((name) => name.endsWith(".db") && !name.startsWith("corrupt"))
    : [];

  test.each(names)("%s is planned, through JSON as well, and nothing is left out", (name) => {
    const database = new Database(join(corpus, name), { readonly: true });
    try {
      const plan = planOfDatabase(database);
      expect(overJson(plan)).toEqual(plan);
      expectComplete(database, plan);
      expectWords(database, plan);
    } finally {
      database.close();
    }
  });

  /** Counts keywords in the text of all tables, without strings, quoted names and comments. */
  function expectWords(database: Database.Database, plan: Plan): void {
    const tables = new Set(plan.tables.map((table) => table.source));
    const text = schemaRows(database)
      .filter(({ type, name }) => type === "table" && tables.has(name))
      .map(({ sql }) =>
        (sql ?? "").replaceAll(/'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[^]*?\*\//g, " x "),
      )
      .join(";\n");
    const count = (words: RegExp): number => [...text.matchAll(words)].length;
    const carried = plan.tables.flatMap((table) => table.checks).length;
    expect(carried + listed(plan, "check").length).toBe(count(/\bCHECK\s*\(/gi));
    expect(listed(plan, "conflict clause")).toHaveLength(count(/\bON\s+CONFLICT\s+(?!ABORT)/gi));
    const computed = plan.tables.flatMap((table) =>
      table.columns.filter(({ generated }) => generated !== null),
    );
    expect(computed.length + listed(plan, "generated column").length).toBe(count(/\bAS\s*\(/gi));
    expect(listed(plan, "collation").filter((line) => !line.includes(" in "))).toHaveLength(
      count(/\bCOLLATE\s+(?!(BINARY|NOCASE|RTRIM)\b)/gi),
    );
  }
});
