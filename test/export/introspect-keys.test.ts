/** What introspect says of keys, rowids, sequences, indexes and foreign keys. */
import { describe, expect, test } from "vitest";
import { makeSample } from "./sample.js";

describe("keys", () => {
  test.each([
    ["INTEGER PRIMARY KEY", "t(id INTEGER PRIMARY KEY, a)", "id"],
    ["integer primary key as a table constraint", "t(a, id integer, PRIMARY KEY(id))", "id"],
    ["PRIMARY KEY(id DESC) as a table constraint", "t(id INTEGER, a, PRIMARY KEY(id DESC))", "id"],
    ["AUTOINCREMENT", "t(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, a)", "id"],
    ["UNIQUE beside it", "t(id INTEGER UNIQUE PRIMARY KEY, a)", "id"],
    ["STRICT INTEGER", "t(id INTEGER PRIMARY KEY) STRICT", "id"],
    ["INTEGER PRIMARY KEY DESC", "t(id INTEGER PRIMARY KEY DESC, a)", null],
    ["INT PRIMARY KEY", "t(id INT PRIMARY KEY, a)", null],
    ["BIGINT PRIMARY KEY", "t(id BIGINT PRIMARY KEY, a)", null],
    ["INTEGER(8)", "t(id INTEGER(8) PRIMARY KEY, a)", null],
    ["STRICT INT", "t(id INT PRIMARY KEY) STRICT", null],
    ["two columns", "t(id INTEGER, a INTEGER, PRIMARY KEY(id, a))", null],
    ["text with UNIQUE before it", "t(id TEXT UNIQUE, PRIMARY KEY(id))", null],
    ["WITHOUT ROWID", "t(id INTEGER PRIMARY KEY, a) WITHOUT ROWID", null],
    ["no key", "t(id INTEGER, a)", null],
  ])("%s", async (_words, declaration, alias) => {
    const sample = await makeSample(`CREATE TABLE ${declaration}`);
    const { rowidAlias, rowidName, withoutRowid } = sample.table("t");
    expect(rowidAlias).toBe(alias);
    expect(rowidName).toBe(withoutRowid ? null : (alias ?? "rowid"));
    // SQLite's own word: of a rowid that has another name it tells that one.
    if (!withoutRowid) {
      expect(sample.source.database.prepare("SELECT rowid FROM t").columns()[0]!.column).toBe(
        alias ?? "rowid",
      );
    }
  });

  test("come in key order, which need not be that of the columns", async () => {
    const sample = await makeSample("CREATE TABLE t(a, b, c, PRIMARY KEY(c, a)) WITHOUT ROWID");
    expect(sample.table("t")).toMatchObject({
      primaryKey: ["c", "a"],
      withoutRowid: true,
      strict: false,
      rowidName: null,
    });
    expect(sample.table("t").columns.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test.each([
    ["t(rowid TEXT)", "_rowid_"],
    ["t(RowID TEXT, _ROWID_ INT)", "oid"],
    ["t(oid, x)", "rowid"],
    ["t(rowid, _rowid_, oid)", null],
    ["t(oid, rowid, _rowid_ INTEGER PRIMARY KEY)", "_rowid_"],
    ["t(rowid INTEGER PRIMARY KEY)", "rowid"],
    ["t(rowid INT PRIMARY KEY)", "_rowid_"],
  ])("the rowid of %s is reached as %s", async (declaration, name) => {
    const sample = await makeSample(`CREATE TABLE ${declaration}`);
    expect(sample.table("t").rowidName).toBe(name);
  });
});

describe("sequences", () => {
  test("tell the largest id ever given, also above those that are there", async () => {
    const sample = await makeSample(`
      CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a); CREATE TABLE "T 2"(id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE u(id INTEGER PRIMARY KEY);
      INSERT INTO t VALUES (41, 1), (9007199254740993, 2); DELETE FROM t WHERE a = 2; INSERT INTO u VALUES (7);
      ALTER TABLE t RENAME TO renamed;`);
    expect([
      sample.table("renamed").sequence,
      sample.table("T 2").sequence,
      sample.table("u").sequence,
    ]).toEqual(["9007199254740993", null, null]);
  });

  test.each([
    ["deleted", "DELETE FROM sqlite_sequence"],
    ["text", "UPDATE sqlite_sequence SET seq = '100'"],
    ["real", "UPDATE sqlite_sequence SET seq = 100.9"],
    ["text that is no number", "UPDATE sqlite_sequence SET seq = 'abc'"],
    ["NULL", "UPDATE sqlite_sequence SET seq = NULL"],
    ["negative", "UPDATE sqlite_sequence SET seq = -5"],
    ["there twice", "INSERT INTO sqlite_sequence VALUES ('t', 500)"],
    [
      "there twice, the other way round",
      "INSERT INTO sqlite_sequence(rowid, name, seq) VALUES (-1, 't', 500)",
    ],
    ["under a name in capitals", "UPDATE sqlite_sequence SET name = 'T', seq = 900"],
    ["under a blob", "UPDATE sqlite_sequence SET name = x'74', seq = 900"],
  ])("are read as SQLite reads them when their row is %s", async (_words, sql) => {
    let next = 0n;
    const sample = await makeSample(
      "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t(a) VALUES (1), (2), (3)",
      (database) => {
        database.exec(sql);
        database.exec("SAVEPOINT s; INSERT INTO t(a) VALUES (4)");
        next = database.prepare<[], bigint>("SELECT max(id) FROM t").safeIntegers().pluck().get() ?? 0n;
        database.exec("ROLLBACK TO s; RELEASE s");
      },
    );
    const sequence = BigInt(sample.table("t").sequence ?? 0);
    // translate/: greatest(max(id), sqlite_sequence, 0) + 1.
    expect((sequence > 3n ? sequence : 3n) + 1n).toBe(next);
  });
});

describe("indexes", () => {
  test("come in the order they were made, with their terms as declared", async () => {
    const sample = await makeSample(`
      CREATE TABLE t(a TEXT COLLATE NOCASE, b, c UNIQUE, d, PRIMARY KEY(a, b), UNIQUE(d, c));
      CREATE INDEX plain ON t(b); CREATE UNIQUE INDEX "odd name" ON t(b DESC, a COLLATE BINARY, c);
      CREATE INDEX partial ON t(d) WHERE d IS NOT NULL; CREATE INDEX expr ON t(lower(a) DESC, b, a || 'x');`);
    const found = sample.table("t").indexes.map(({ name, unique, origin, partial, terms, sql }) => ({
      name,
      is: [unique ? "unique" : "", origin, partial ? "partial" : ""].filter((word) => word !== "").join(" "),
      terms: terms.map(
        ({ column, descending, collation }) => `${column ?? "?"}${descending ? " desc" : ""} ${collation}`,
      ),
      sql: sql?.slice(0, 12) ?? null,
    }));
    expect(found).toEqual([
      { name: "sqlite_autoindex_t_1", is: "unique constraint", terms: ["c BINARY"], sql: null },
      { name: "sqlite_autoindex_t_2", is: "unique primary-key", terms: ["a NOCASE", "b BINARY"], sql: null },
      { name: "sqlite_autoindex_t_3", is: "unique constraint", terms: ["d BINARY", "c BINARY"], sql: null },
      { name: "plain", is: "statement", terms: ["b BINARY"], sql: "CREATE INDEX" },
      {
        name: "odd name",
        is: "unique statement",
        terms: ["b desc BINARY", "a BINARY", "c BINARY"],
        sql: "CREATE UNIQU",
      },
      { name: "partial", is: "statement partial", terms: ["d BINARY"], sql: "CREATE INDEX" },
      {
        name: "expr",
        is: "statement",
        terms: ["? desc BINARY", "b BINARY", "? BINARY"],
        sql: "CREATE INDEX",
      },
    ]);
  });

  test("of a table WITHOUT ROWID have their own columns alone", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a, b, c, PRIMARY KEY(b, a)) WITHOUT ROWID; CREATE INDEX i ON t(c)",
    );
    expect(
      sample.table("t").indexes.map(({ origin, terms }) => [origin, terms.map(({ column }) => column)]),
    ).toEqual([
      ["primary-key", ["b", "a"]],
      ["statement", ["c"]],
    ]);
  });

  test("on the rowid itself name it", async () => {
    const sample = await makeSample("CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t(a, id)");
    expect(sample.table("t").indexes[0]!.terms.map(({ column }) => column)).toEqual(["a", "id"]);
  });
});

describe("foreign keys", () => {
  test("come as declared: composite, to itself, with and without the parent's columns", async () => {
    const sample = await makeSample(`
      CREATE TABLE p(a, b, PRIMARY KEY(a, b));
      CREATE TABLE c(
        id INTEGER PRIMARY KEY, parent REFERENCES c, x, y,
        z REFERENCES missing(k) ON DELETE CASCADE ON UPDATE SET NULL,
        FOREIGN KEY (y, x) REFERENCES P(b, a) DEFERRABLE INITIALLY DEFERRED,
        FOREIGN KEY (x, y) REFERENCES p)`);
    expect(sample.table("c").foreignKeys).toMatchObject([
      {
        parentTable: "c",
        childColumns: ["parent"],
        parentColumns: null,
        onUpdate: "NO ACTION",
        onDelete: "NO ACTION",
      },
      {
        parentTable: "missing",
        childColumns: ["z"],
        parentColumns: ["k"],
        onUpdate: "SET NULL",
        onDelete: "CASCADE",
      },
      {
        parentTable: "P",
        childColumns: ["y", "x"],
        parentColumns: ["b", "a"],
        onUpdate: "NO ACTION",
        onDelete: "NO ACTION",
      },
      {
        parentTable: "p",
        childColumns: ["x", "y"],
        parentColumns: null,
        onUpdate: "NO ACTION",
        onDelete: "NO ACTION",
      },
    ]);
    expect(new Set(sample.table("c").foreignKeys.map(({ id }) => id)).size).toBe(4);
  });

  test("follow a parent that was renamed", async () => {
    const sample = await makeSample(
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(x REFERENCES p(id)); ALTER TABLE p RENAME TO q; ALTER TABLE q RENAME COLUMN id TO k",
    );
    expect(sample.table("c").foreignKeys).toMatchObject([{ parentTable: "q", parentColumns: ["k"] }]);
  });
});
