import type Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import type { ColumnPolicy } from "../../../src/model/policy.js";
import { pgType } from "../../../src/model/postgres.js";
import { canonicalField } from "../../../src/validate/canonical/column-form.js";
import { MultisetSum, noRows, type MultisetDigest } from "../../../src/validate/multiset-sum.js";
import { RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import { digestSource } from "../../../src/validate/source/digest.js";
import { columnPlan, makeSource, tablePlan, type SourceFile } from "../room.js";

let file: SourceFile | null = null;

afterEach(() => {
  file?.remove();
  file = null;
});

const open = async (sql: string, fill?: (database: Database.Database) => void) => {
  file = await makeSource(sql, fill);
  return file.source;
};

const textColumn = columnPlan("a", "text");

/** The digest of rows of one text each. */
const digestOfTexts = (...texts: (string | null)[]) => {
  const sum = new MultisetSum();
  const row = new RowBytes(1);
  const field = canonicalField({ type: pgType("text"), unit: null });
  for (const value of texts) {
    row.clear();
    expect(value === null ? row.writeNull(field.oid) : field.write(Buffer.from(value), true, row)).toBeNull();
    sum.add(row.view());
  }
  return sum.total();
};

describe("a source that is not what the plan says", () => {
  test("a table that is not there is none", async () => {
    const source = await open("CREATE TABLE t (a)");
    expect(await digestSource(source, tablePlan("u", [textColumn]))).toBeNull();
  });

  test("a view of the name is no table: SQL of the file is never run", async () => {
    const source = await open("CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t");
    expect(await digestSource(source, tablePlan("v", [textColumn]))).toBeNull();
  });

  test("a virtual table of the name is no table", async () => {
    const source = await open("CREATE VIRTUAL TABLE v USING fts5(a)");
    expect(await digestSource(source, tablePlan("v", [textColumn]))).toBeNull();
  });

  test("a column that is not there is an error, not a text of that name", async () => {
    const source = await open("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    await expect(digestSource(source, tablePlan("t", [columnPlan("b", "text")]))).rejects.toThrow(
      /no such column/,
    );
  });

  test("the first value that does not convert is named, and all rows are counted", async () => {
    const source = await open(
      "CREATE TABLE people (age); INSERT INTO people VALUES (1), ('abc'), (NULL), (2.5), (7)",
    );
    expect(await digestSource(source, tablePlan("people", [columnPlan("age", "bigint")]))).toEqual({
      reader: "sqlite",
      rows: 5,
      digest: expect.objectContaining({ rows: 3n }) as MultisetDigest,
      changes: new Map(),
      rejects: null,
      misfits: {
        rows: 2,
        first:
          "table people, rowid 2, column age (bigint): TEXT 'abc' is not an integer as it is usually written",
      },
    });
  });

  test("in a table without a rowid it is named by its key", async () => {
    const source = await open(
      "CREATE TABLE t (b TEXT, a INTEGER, v, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO t VALUES ('x', 7, x'ff')",
    );
    const columns = [
      columnPlan("b", "text"),
      columnPlan("a", "bigint"),
      columnPlan("v", pgType("character varying", 9)),
    ];
    const primaryKey = { name: "t_pkey", columns: ["a", "b"] };
    const digest = await digestSource(source, tablePlan("t", columns, { withoutRowid: true, primaryKey }));
    expect(digest?.misfits?.first).toBe(
      "table t, key (7, 'x'), column v (varchar(9)): BLOB x'ff' is not valid UTF-8",
    );
  });

  test("where columns took all names of the rowid, it is named by its number", async () => {
    const source = await open(
      "CREATE TABLE t (rowid, _ROWID_, oid); INSERT INTO t VALUES (1, 2, 3), (1, 2, 'x')",
    );
    const columns = [
      columnPlan("rowid", "bigint"),
      columnPlan("_ROWID_", "bigint"),
      columnPlan("oid", "bigint"),
    ];
    expect((await digestSource(source, tablePlan("t", columns)))?.misfits?.first).toMatch(
      /^table t, row 2, column oid/,
    );
  });

  test("a long value is cut and control characters are shown as escapes", async () => {
    const source = await open("CREATE TABLE t (a)", (database) =>
      database.prepare("INSERT INTO t VALUES (?)").run(`\u001b[31m'${"😀".repeat(100)}`),
    );
    expect(
      (await digestSource(source, tablePlan("t", [columnPlan("a", "bigint")])))?.misfits?.first,
    ).toContain(`TEXT '\\u001b[31m''${"😀".repeat(54)}...'`);
  });
});

describe("what SQLite holds", () => {
  test("no rows have a digest too", async () => {
    const source = await open("CREATE TABLE t (a)");
    expect(await digestSource(source, tablePlan("t", [textColumn]))).toEqual({
      reader: "sqlite",
      rows: 0,
      digest: noRows,
      misfits: null,
      changes: new Map(),
      rejects: null,
    });
  });

  test.each(["UTF-8", "UTF-16le", "UTF-16be"])(
    "text of a %s database is its characters in UTF-8",
    async (encoding) => {
      const texts = ["", "abc", "é\u0301 😀 \ufeff", null];
      const source = await open(`PRAGMA encoding = '${encoding}'; CREATE TABLE t (a)`, (database) => {
        const insert = database.prepare("INSERT INTO t VALUES (?)");
        texts.forEach((value) => insert.run(value));
      });
      expect((await digestSource(source, tablePlan("t", [textColumn])))?.digest).toEqual(
        digestOfTexts(...texts),
      );
    },
  );

  test.each([
    ["UTF-16le", "00d8", "half a surrogate pair"],
    ["UTF-16be", "dc00", "half a surrogate pair"],
  ])("text of a %s database that has %s (%s) does not convert", async (encoding, hex) => {
    const source = await open(
      `PRAGMA encoding = '${encoding}'; CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'${hex}' AS TEXT))`,
    );
    expect((await digestSource(source, tablePlan("t", [textColumn])))?.misfits?.first).toMatch(
      /not valid UTF-16/,
    );
  });

  test("text that is not UTF-8 does not convert, whatever a decoder would make of it", async () => {
    const source = await open("CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'61ff' AS TEXT))");
    expect((await digestSource(source, tablePlan("t", [textColumn])))?.misfits?.first).toMatch(
      /not valid UTF-8/,
    );
  });

  test("text after a NUL is not lost", async () => {
    const source = await open("CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'610062' AS TEXT))");
    const digest = await digestSource(source, tablePlan("t", [textColumn]));
    expect(digest?.misfits?.first).toBe(
      "table t, rowid 1, column a (text): TEXT 'a\\u0000b' holds a NUL character",
    );
    expect((await digestSource(source, tablePlan("t", [columnPlan("a", "bytea")])))?.misfits).toBeNull();
  });

  test("TEXT and BLOB of the same bytes are told apart, beyond 31 columns too", async () => {
    const names = Array.from({ length: 70 }, (_, index) => `c${index}`);
    const source = await open(
      `CREATE TABLE t (${names.join(", ")}); INSERT INTO t VALUES (${names.map((_, at) => (at % 2 === 0 ? "'1'" : "x'31'")).join(", ")})`,
    );
    const columns = names.map((name, at) => columnPlan(name, at % 2 === 0 ? "bigint" : "bytea"));
    expect((await digestSource(source, tablePlan("t", columns)))?.misfits).toBeNull();
    const shifted = names.map((name) => columnPlan(name, "bigint"));
    expect((await digestSource(source, tablePlan("t", shifted)))?.misfits?.first).toMatch(
      /column c1 .*BLOB x'31'/,
    );
  });

  test("only columns of the plan are read", async () => {
    const source = await open(
      "CREATE TABLE t (a, b, c AS (b || '!')); INSERT INTO t (a, b) VALUES ('x', x'ff')",
    );
    expect((await digestSource(source, tablePlan("t", [textColumn])))?.digest).toEqual(digestOfTexts("x"));
  });

  test("generated columns that the plan names are read", async () => {
    const source = await open("CREATE TABLE t (b, a AS (b || '!') VIRTUAL); INSERT INTO t VALUES ('x')");
    expect((await digestSource(source, tablePlan("t", [textColumn])))?.digest).toEqual(digestOfTexts("x!"));
  });

  test("names are quoted", async () => {
    const source = await open(
      `CREATE TABLE "a ""b"".c" ("select" , "d'e"); INSERT INTO "a ""b"".c" VALUES ('x', 1)`,
    );
    const table = tablePlan('a "b".c', [columnPlan("select", "text")]);
    expect((await digestSource(source, table))?.digest).toEqual(digestOfTexts("x"));
  });

  test.each([
    [false, "CREATE TABLE t (a, b, c, d); INSERT INTO t (a) VALUES ('x'); CREATE INDEX i ON t (a)"],
    [
      true,
      "CREATE TABLE t (a PRIMARY KEY DESC) WITHOUT ROWID; INSERT INTO t VALUES ('x'); CREATE INDEX i ON t (a)",
    ],
  ])("a damaged index does not answer for the table (without a rowid: %s)", async (withoutRowid, sql) => {
    const source = await open(sql, (database) => {
      database.unsafeMode(true);
      database.pragma("writable_schema = ON");
      // The index becomes that of an empty table: SQLite would find no rows by it.
      database.exec("CREATE TABLE empty (a); CREATE INDEX j ON empty (a)");
      database.exec(
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'j') WHERE name = 'i'; DELETE FROM sqlite_schema WHERE name = 'j'",
      );
    });
    expect(source.database.prepare("SELECT a FROM t").all()).toEqual([]);
    const table = tablePlan("t", [textColumn], { withoutRowid });
    expect((await digestSource(source, table))?.digest).toEqual(digestOfTexts("x"));
  });
});

describe("rows that only the exact reading tells of", () => {
  const column = (policy: ColumnPolicy) => ({ ...columnPlan("a", "text"), policy });
  const rowsBefore =
    "CREATE TABLE t (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT iif(i % 2, 'row', NULL) FROM n;";

  test("have the rows before them counted once, and what policies changed there", async () => {
    const source = await open(`${rowsBefore} INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), ('�')`);
    const table = tablePlan("t", [column({ invalidUtf8: "replace", nullAs: "none" })]);
    const texts = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? "row" : "none"));
    expect(await digestSource(source, table)).toEqual({
      reader: "sqlite",
      rows: 1002,
      digest: digestOfTexts(...texts, "a�", "�"),
      changes: new Map([
        ["nullAs", 500],
        ["invalidUtf8", 1],
      ]),
      misfits: null,
      rejects: null,
    });
  });

  test("are rejected alone", async () => {
    const source = await open(`${rowsBefore} INSERT INTO t VALUES (CAST(x'61ff' AS TEXT))`);
    const digest = await digestSource(source, tablePlan("t", [column({})]), { rejects: true });
    expect(digest).toMatchObject({ rows: 1001, digest: { rows: 1000n }, misfits: { rows: 1 } });
    expect(digest?.rejects).toMatchObject({ digest: { rows: 1n }, rows: [{ rowid: "1001" }] });
  });

  test("none of them is rejected where all convert", async () => {
    const source = await open(rowsBefore);
    const digest = await digestSource(source, tablePlan("t", [column({})]), { rejects: true });
    expect(digest?.rejects).toEqual({ digest: new MultisetSum().total(), withRowids: true, rows: [] });
  });
});

describe("while it works", () => {
  const manyRows =
    "CREATE TABLE t (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO t SELECT 'row ' || i FROM n";

  test("others get their turn, and are told how far it is", async () => {
    const source = await open(manyRows);
    const told: number[] = [];
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    const digest = await digestSource(source, tablePlan("t", [textColumn]), {
      onRows: (rows) => told.push(rows),
    });
    clearInterval(ticking);
    expect(digest?.rows).toBe(200_000);
    expect(turns).toBeGreaterThan(0);
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual(told.toSorted((one, next) => one - next));
  });

  test("a signal ends it, and the connection is free again", async () => {
    const source = await open(manyRows);
    const stop = new AbortController();
    const onRows = (): void => {
      stop.abort();
    };
    const reading = digestSource(source, tablePlan("t", [textColumn]), { onRows, signal: stop.signal });
    await expect(reading).rejects.toMatchObject({ code: "interrupted" });
    expect(source.database.prepare("SELECT count(*) FROM t").pluck().get()).toBe(200_000n);
  });
});
