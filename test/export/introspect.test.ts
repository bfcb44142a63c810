import { expect, describe, test } from "vitest";
import { affinityOf } from "../../src/model/sqlite.js";
import type { SqliteColumn } from "../../src/model/sqlite.js";
import { makeSample } from "./sample.js";

const columnsOf = async (sql: string): Promise<readonly SqliteColumn[]> =>
  (await makeSample(sql)).schema.tables[0]!.columns;

describe("names", () => {
  const odd = [
    "a b",
    "a.b",
    "it's",
    'say "hi"',
    "[br]",
    "back`tick",
    "semi;colon",
    "select",
    "order",
    "Ünïcödé",
    "日本語",
    "👍",
    "ABC",
    "new\nline",
    "%s",
    "a--b",
    "-- no comment",
  ];

  test("of tables and columns come as they are, whatever is in them", async () => {
    const quoted = odd.map((name) => `"${name.replaceAll('"', '""')}"`);
    const { schema } = await makeSample(
      quoted.map((name) => `CREATE TABLE ${name} (${quoted.join(", ")}, PRIMARY KEY (${name}))`).join(";"),
    );
    expect(schema.tables.map(({ name }) => name)).toEqual(odd);
    for (const table of schema.tables) {
      expect(table.columns.map(({ name }) => name)).toEqual(odd);
      expect(table.primaryKey).toEqual([table.name]);
      expect(table.sql.startsWith("CREATE TABLE")).toBe(true);
    }
  });

  test("that are empty are names too", async () => {
    const { schema } = await makeSample('CREATE TABLE "" ("" INTEGER PRIMARY KEY, x)');
    expect(schema.tables).toMatchObject([{ name: "", rowidAlias: "", rowidName: "", primaryKey: [""] }]);
  });

  test("that SQLite keeps for itself are left out", async () => {
    const { schema } = await makeSample(
      "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t(a) VALUES (1); CREATE INDEX i ON t(a); ANALYZE",
    );
    expect(schema.tables.map(({ name }) => name)).toEqual(["t"]);
    expect(schema.objects).toEqual([]);
  });

  test("of a trigger may be the name of a table, which keeps its own SQL and place", async () => {
    const { schema } = await makeSample(`
      CREATE TABLE a(x); CREATE TRIGGER b AFTER INSERT ON a BEGIN SELECT 1; END;
      CREATE TABLE c(y); CREATE TABLE b(z); CREATE TRIGGER c AFTER INSERT ON a BEGIN SELECT 2; END;`);
    expect(schema.tables.map(({ name, sql }) => [name, sql])).toEqual([
      ["a", "CREATE TABLE a(x)"],
      ["c", "CREATE TABLE c(y)"],
      ["b", "CREATE TABLE b(z)"],
    ]);
    expect(schema.objects).toEqual([
      { type: "trigger", name: "b", table: "a", sql: expect.stringContaining("CREATE TRIGGER b") as string },
      { type: "trigger", name: "c", table: "a", sql: expect.stringContaining("CREATE TRIGGER c") as string },
    ]);
  });
});

describe("columns", () => {
  test("have their declared type as written, affinity, NOT NULL and default", async () => {
    const columns = await columnsOf(`CREATE TABLE t(
      a "VARCHAR(30)" NOT NULL DEFAULT 'it''s', b DECIMAL (10, 2) DEFAULT -1.5, c, d   unsigned   big int,
      e TEXT DEFAULT (lower('X') || 'y'), f DATETIME DEFAULT CURRENT_TIMESTAMP, g DEFAULT NULL, h BLOB DEFAULT x'00ff')`);
    expect(
      columns.map((column) => [column.declaredType, column.affinity, column.notNull, column.defaultSql]),
    ).toEqual([
      ["VARCHAR(30)", "TEXT", true, "'it''s'"],
      ["DECIMAL (10, 2)", "NUMERIC", false, "-1.5"],
      ["", "BLOB", false, null],
      ["unsigned   big int", "INTEGER", false, null],
      ["TEXT", "TEXT", false, "lower('X') || 'y'"],
      ["DATETIME", "NUMERIC", false, "CURRENT_TIMESTAMP"],
      ["", "BLOB", false, "NULL"],
      ["BLOB", "BLOB", false, "x'00ff'"],
    ]);
  });

  test("that are generated are told, stored or virtual, the words left out too", async () => {
    const columns = await columnsOf(
      "CREATE TABLE t(a, v INT GENERATED ALWAYS AS (a + 1) VIRTUAL, s TEXT GENERATED ALWAYS AS (a || 'x') STORED, w AS (a))",
    );
    expect(columns.map(({ name, generated }) => [name, generated])).toEqual([
      ["a", "no"],
      ["v", "virtual"],
      ["s", "stored"],
      ["w", "virtual"],
    ]);
  });

  test("keep their order through ALTER TABLE", async () => {
    const sample = await makeSample(`
      CREATE TABLE old(a, b, c, d NOT NULL DEFAULT 7);
      INSERT INTO old(a) VALUES (1);
      ALTER TABLE old ADD COLUMN e TEXT DEFAULT 'x'; ALTER TABLE old DROP COLUMN b; ALTER TABLE old RENAME COLUMN c TO "the c";
      ALTER TABLE old RENAME TO new; ALTER TABLE new ADD COLUMN f INTEGER;`);
    expect(sample.table("new").columns.map(({ name, defaultSql }) => [name, defaultSql])).toEqual([
      ["a", null],
      ["the c", null],
      ["d", "7"],
      ["e", "'x'"],
      ["f", null],
    ]);
  });

  test("affinity follows SQLite's five rules in their order", () => {
    const types = [
      "INT",
      "POINT",
      "CHARINT",
      "VARCHAR",
      "NCLOB",
      "text",
      "TEXTBLOB",
      "",
      "BLOB",
      "REALBLOB",
      "FLOAT",
      "DOUBLE PRECISION",
      "REAL",
      "DECIMAL",
      "DATE",
      "STRING",
      "BOOLEAN",
      "ANY",
    ];
    expect(types.map((type) => affinityOf(type, false))).toEqual([
      "INTEGER",
      "INTEGER",
      "INTEGER",
      "TEXT",
      "TEXT",
      "TEXT",
      "TEXT",
      "BLOB",
      "BLOB",
      "BLOB",
      "REAL",
      "REAL",
      "REAL",
      "NUMERIC",
      "NUMERIC",
      "NUMERIC",
      "NUMERIC",
      "NUMERIC",
    ]);
    expect(["ANY", "any", "INT", "BLOB"].map((type) => affinityOf(type, true))).toEqual([
      "BLOB",
      "BLOB",
      "INTEGER",
      "BLOB",
    ]);
    // Letters outside ASCII are not folded.
    expect(["\u0131nt", "te\u017ft"].map((type) => affinityOf(type, false))).toEqual(["NUMERIC", "NUMERIC"]);
  });

  test("have the affinity that SQLite itself gives their values", async () => {
    const types = [
      "INT",
      "POINT",
      "VARCHAR(9)",
      "CLOB",
      "",
      "BLOB",
      "FLOATBLOB",
      "DOUBLE",
      "DATE",
      "BOOLEAN",
      "STRING",
      "ANY",
      "\u0131nt",
      "JSONB",
      "DEC TEXT",
    ];
    const sample = await makeSample(
      `CREATE TABLE t(${types.map((type, index) => `c${index} ${type === "" ? "" : `"${type}"`}`).join(", ")});
       INSERT INTO t VALUES (${types.map(() => "'1.5'").join(", ")}), (${types.map(() => "1").join(", ")})`,
    );
    // What becomes of the text '1.5' and the integer 1 tells NUMERIC, REAL, TEXT and BLOB apart.
    const classes = {
      INTEGER: "real integer",
      NUMERIC: "real integer",
      REAL: "real real",
      TEXT: "text text",
      BLOB: "text integer",
    };
    const columns = sample.table("t").columns;
    const rows = sample.source.database
      .prepare<[], string[]>(
        `SELECT ${columns.map(({ name }) => `group_concat(typeof(${name}), ' ' ORDER BY rowid)`).join(", ")} FROM t`,
      )
      .raw()
      .all();
    expect(rows[0]).toEqual(columns.map(({ affinity }) => classes[affinity]));
  });
});

describe("objects that are no tables", () => {
  test("are listed by kind: views, triggers, virtual tables and their shadows", async () => {
    const { schema } = await makeSample(`
      CREATE TABLE t(a);
      CREATE VIEW v AS SELECT a FROM t; CREATE VIEW broken AS SELECT missing FROM nowhere;
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
      CREATE VIRTUAL TABLE f5 USING fts5(x); CREATE VIRTUAL TABLE f4 USING fts4(x); CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
      CREATE TABLE f5_notes(a); CREATE TABLE "f5"" data"(a);`);
    expect(schema.tables.map(({ name }) => name)).toEqual(["t", "f5_notes", 'f5" data']);
    const byType = (type: string): readonly string[] =>
      schema.objects.filter((each) => each.type === type).map(({ name }) => name);
    expect(byType("view")).toEqual(["v", "broken"]);
    expect(byType("trigger")).toEqual(["tr"]);
    expect(byType("virtual")).toEqual(["f5", "f4", "r"]);
    expect([...byType("shadow")].sort()).toEqual([
      "f4_content",
      "f4_docsize",
      "f4_segdir",
      "f4_segments",
      "f4_stat",
      "f5_config",
      "f5_content",
      "f5_data",
      "f5_docsize",
      "f5_idx",
      "r_node",
      "r_parent",
      "r_rowid",
    ]);
    expect(schema.objects.filter(({ type, sql }) => type !== "shadow" && sql === null)).toEqual([]);
  });

  test("a virtual table of an unknown module is listed, and nothing else is lost", async () => {
    const { schema } = await makeSample("CREATE TABLE t(a)", (database) => {
      // SQLite would refuse to make it, as it would in the file of an application with modules of its own.
      database.unsafeMode();
      database.pragma("writable_schema = ON");
      database.exec(
        "INSERT INTO sqlite_schema VALUES ('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING no_such_module(a, b)')",
      );
    });
    expect(schema.tables.map(({ name }) => name)).toEqual(["t"]);
    expect(schema.objects).toEqual([
      { type: "virtual", name: "odd", table: null, sql: expect.stringContaining("no_such_module") as string },
    ]);
  });

  test("STRICT is told", async () => {
    const sample = await makeSample("CREATE TABLE s(a ANY, b INT) STRICT; CREATE TABLE n(a ANY)");
    expect([sample.table("s").strict, sample.table("n").strict]).toEqual([true, false]);
    expect([sample.table("s").columns[0]!.affinity, sample.table("n").columns[0]!.affinity]).toEqual([
      "BLOB",
      "NUMERIC",
    ]);
  });
});

test("an empty database has no tables", async () => {
  const { schema } = await makeSample("CREATE TABLE t(a); DROP TABLE t");
  expect(schema).toEqual({ encoding: "UTF-8", tables: [], shadows: [], objects: [] });
});

test("thousands of tables are no trouble", async () => {
  const { schema } = await makeSample(
    "BEGIN;" +
      Array.from(
        { length: 3000 },
        (_, at) => `CREATE TABLE t${at}(a, b); CREATE INDEX i${at} ON t${at}(a);`,
      ).join("") +
      "COMMIT",
  );
  expect(schema.tables).toHaveLength(3000);
  expect(schema.tables[2999]!.indexes[0]!.sql).toBe("CREATE INDEX i2999 ON t2999(a)");
});

describe("storage", () => {
  test.each([
    ["t(a, b, c)", ["a", "b", "c"]],
    ["t(a, id INTEGER PRIMARY KEY)", ["a", "id"]],
    ["t(a, v AS (a), s AS (a) STORED, z)", ["a", "s", "z"]],
    ["t(a, b, c, d, PRIMARY KEY(c, a)) WITHOUT ROWID", ["c", "a", "b", "d"]],
    ["t(a, v AS (a), b, s AS (a) STORED, PRIMARY KEY(b DESC)) WITHOUT ROWID", ["b", "a", "s"]],
    ["t(a, b, c, PRIMARY KEY(c, c, b)) WITHOUT ROWID", ["c", "b", "a"]],
    ["t(a, b, PRIMARY KEY(b COLLATE NOCASE, b)) WITHOUT ROWID", ["b", "b", "a"]],
  ])("of a record of %s", async (declaration, order) => {
    const sample = await makeSample(`CREATE TABLE first(x); CREATE TABLE ${declaration}`);
    expect(sample.table("t").storageOrder).toEqual(order);
    const asked = "SELECT rootpage FROM sqlite_schema WHERE name = 't'";
    const rootPage = sample.source.database.prepare<[], bigint>(asked).pluck().get();
    expect(BigInt(sample.table("t").rootPage)).toBe(rootPage);
  });
});
