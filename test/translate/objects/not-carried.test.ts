import { describe, expect, test } from "vitest";
import { introspect } from "../../../src/export/introspect.js";
import { declarationNotCarried } from "../../../src/translate/objects/not-carried.js";
import { openMemory, planOf, sourceOf } from "../plan-of.js";

const lines = (sql: string): readonly (readonly [string, string, string | null, string | null])[] =>
  planOf(sql).notCarried.map(({ type, name, table, sql: text }) => [type, name, table, text] as const);

describe("what is not carried", () => {
  test("is nothing where everything is", () => {
    expect(
      lines(
        `CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT 'x' UNIQUE COLLATE BINARY);
         CREATE TABLE c (id INTEGER PRIMARY KEY ON CONFLICT ABORT, p INTEGER REFERENCES p ON DELETE CASCADE, UNIQUE (p, id) ON CONFLICT ABORT);
         CREATE INDEX i ON c (p DESC); CREATE TABLE s (a INT) STRICT; CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID; ANALYZE`,
      ),
    ).toEqual([]);
  });

  test("is listed with its SQL: views and triggers that PostgreSQL cannot have", () => {
    expect(
      lines(
        `CREATE TABLE t (a); CREATE VIEW "v w" (x) AS SELECT group_concat(a) OVER (ORDER BY random()) || sqlite_version() FROM t;
         CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = sqlite_version(); END; CREATE TRIGGER "v r" INSTEAD OF DELETE ON "v w" BEGIN SELECT 1; END`,
      ).map(([type, name, table]) => [type, name, table]),
    ).toEqual([
      ["view", "v w", null],
      ["trigger", "r", "t"],
      ["trigger", "v r", "v w"],
    ]);
  });

  test("is listed: virtual tables with all their shadows, which are no tables of ours", () => {
    const plan = planOf(
      `CREATE VIRTUAL TABLE f USING fts5(a, b); CREATE VIRTUAL TABLE g USING fts4(a); CREATE VIRTUAL TABLE r USING rtree(id, x, y);
       CREATE TABLE f_extra (a); INSERT INTO f VALUES ('one', 'two')`,
    );
    expect(plan.tables.map((table) => table.source)).toEqual(["f_extra", "f", "g"]);
    const of = (type: string): readonly string[] =>
      plan.notCarried.filter((line) => line.type === type).map(({ name }) => name);
    expect(of("virtual table")).toEqual(["f", "g", "r"]);
    expect([...of("shadow table")].sort()).toEqual([
      "f_config",
      "f_content",
      "f_data",
      "f_docsize",
      "f_idx",
      "g_content",
      "g_docsize",
      "g_segdir",
      "g_segments",
      "g_stat",
      "r_node",
      "r_parent",
      "r_rowid",
    ]);
    expect(plan.notCarried).toHaveLength(16);
  });

  test("is listed: what stands in the text of a table, with the names as they are", () => {
    expect(
      lines(
        `CREATE TABLE "T x" (
           "Äb" TEXT CHECK ("Äb" GLOB c), c INT CONSTRAINT "c is small" CHECK ((c, 1) < (9, 2)),
           g TEXT AS (c + 1.5), s TEXT GENERATED ALWAYS AS (c * 2.5) STORED CHECK (rowid > 0), u UNIQUE ON CONFLICT REPLACE NOT NULL ON CONFLICT ABORT,
           CHECK (c NOT GLOB "Äb") ON CONFLICT IGNORE)`,
      ),
    ).toEqual([
      ["conflict clause", "T x", "T x", "u UNIQUE ON CONFLICT REPLACE"],
      ["conflict clause", "T x", "T x", 'CHECK (c NOT GLOB "Äb") ON CONFLICT IGNORE'],
      ["generated column", "T x.g", "T x", "AS (c + 1.5)"],
      ["generated column", "T x.s", "T x", "AS (c * 2.5)"],
      ["check", "T x.Äb", "T x", 'CHECK ("Äb" GLOB c)'],
      ["check", "c is small", "T x", 'CONSTRAINT "c is small" CHECK ((c, 1) < (9, 2))'],
      ["check", "T x.s", "T x", "CHECK (rowid > 0)"],
      ["check", "T x", "T x", 'CHECK (c NOT GLOB "Äb")'],
    ]);
  });

  test("names the right column where two differ beyond ASCII", () => {
    expect(lines("CREATE TABLE t (a REAL, É TEXT AS (a || 1), é TEXT AS (a || 2))")).toEqual([
      ["generated column", "t.É", "t", "AS (a || 1)"],
      ["generated column", "t.é", "t", "AS (a || 2)"],
    ]);
  });

  test("is listed where the text of a table cannot be read", () => {
    const database = openMemory(
      "CREATE TABLE t (a INTEGER CHECK (a > 0) COLLATE NOCASE, g AS (a) STORED, v AS (a))",
    );
    const [table] = introspect(sourceOf(database)).tables;
    database.close();
    const found =
      table === undefined ? [] : declarationNotCarried(table, null, { target: table.name, columns: [] });
    expect(found.map(({ type, name, sql }) => [type, name, sql])).toEqual([
      ["check", "t", "CREATE TABLE t (a INTEGER CHECK (a > 0) COLLATE NOCASE, g AS (a) STORED, v AS (a))"],
    ]);
    expect(found[0]?.reason).toMatch(/could not be parsed/);
  });

  test("has a reason for every line", () => {
    const { notCarried } = planOf(
      `CREATE TABLE t (r REAL, a DEFAULT (sqlite_version()) CHECK (rowid) UNIQUE ON CONFLICT FAIL REFERENCES n, b TEXT AS (r || a)); CREATE VIEW v AS SELECT sqlite_version();
       CREATE VIRTUAL TABLE f USING fts5(a); CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = sqlite_version(); END; CREATE INDEX i ON t (a) WHERE r || 1;
       CREATE UNIQUE INDEX u ON t (r || 1)`,
    );
    expect([...new Set(notCarried.map(({ type }) => type))].sort()).toEqual([
      "check",
      "conflict clause",
      "default",
      "foreign key",
      "generated column",
      "index",
      "shadow table",
      "trigger",
      "unique",
      "view",
      "virtual table",
    ]);
    expect(notCarried.filter(({ reason }) => reason.length < 20)).toEqual([]);
  });
});
