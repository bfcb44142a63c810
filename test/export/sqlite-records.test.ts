import { describe, expect, test } from "vitest";
import { readRecords, recordColumns } from "../../src/export/sqlite-records.js";
import { cellText, readRows, valuesOf, type Cell } from "./rows.js";
import { change, insertAll, makeFile, makeSample, openSample } from "./sample.js";

const texts = (rows: readonly (readonly Cell[])[]): readonly (readonly string[])[] =>
  rows.map((row) => row.map(cellText));

describe("values", () => {
  const cells: readonly Cell[] = [
    null, 0n, 1n, -1n, 127n, 128n, -129n, 32768n, 8388608n, 2n ** 31n, 2n ** 47n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n),
    1.5, 0, -0, 1, 1e300, 5e-324, Infinity, -Infinity, 0.1 + 0.2, 2 ** 53,
    "", " ", "é", "e\u0301", "👍", "a\0b", "\0", "12", "1.0",
    Buffer.alloc(0), Buffer.of(0), Buffer.from("12"), Buffer.from([0xff, 0xfe, 0]),
  ]; // prettier-ignore

  test("arrive exactly, each in its storage class, mixed in one column", async () => {
    // No affinity: nothing is converted on the way in.
    const sample = await makeSample("CREATE TABLE t(v)", (database) =>
      insertAll(
        database,
        "t",
        cells.map((cell) => [cell]),
      ),
    );
    expect(valuesOf(sample, "t")).toEqual(texts(cells.map((cell) => [cell])));
  });

  test("that are text but no UTF-8 arrive byte for byte", async () => {
    const bytes = ["ff", "80", "c3", "eda080", "c080", "f4908080", "6100ff", "efbfbd"];
    const sample = await makeSample(
      `CREATE TABLE t(v TEXT); ${bytes.map((hex) => `INSERT INTO t VALUES (CAST(x'${hex}' AS TEXT));`).join("")}`,
    );
    expect(valuesOf(sample, "t")).toEqual(bytes.map((hex) => [`t${hex}`]));
  });

  test("are those of the table, not of an index that lacks them", async () => {
    const path = makeFile(
      "CREATE TABLE t(a INTEGER); CREATE INDEX i ON t(a); INSERT INTO t VALUES (1); ANALYZE",
    );
    const asked = "SELECT rootpage FROM sqlite_schema WHERE name = 'i'";
    const rootpage = change(path, (database) => {
      const page = database.prepare<[], bigint>(asked).pluck().get();
      database.exec("DELETE FROM sqlite_schema WHERE name = 'i'");
      return page;
    });
    change(path, (database) => database.exec("INSERT INTO t VALUES (2), (3)"));
    change(path, (database) => {
      const sql = "INSERT INTO sqlite_schema VALUES ('index', 'i', 't', ?, 'CREATE INDEX i ON t(a)')";
      database.prepare(sql).run(rootpage);
      // A small index is what the planner likes best.
      database.exec("UPDATE sqlite_stat1 SET idx = 'i', stat = '1 1 sz=1'");
    });
    const sample = await openSample(path);
    expect(sample.source.database.prepare("SELECT a FROM t").pluck().all()).toEqual([1n]);
    expect(valuesOf(sample, "t")).toEqual([["i1"], ["i2"], ["i3"]]);
  });

  test("of a column added later are its default in the rows before it", async () => {
    const sample = await makeSample(`
      CREATE TABLE t(a); INSERT INTO t VALUES (1);
      ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'; ALTER TABLE t ADD COLUMN c INTEGER NOT NULL DEFAULT 7; ALTER TABLE t ADD COLUMN d;
      INSERT INTO t VALUES (2, 'y', 8, 9);`);
    expect(valuesOf(sample, "t")).toEqual(
      texts([
        [1n, "x", 7n, null],
        [2n, "y", 8n, 9n],
      ]),
    );
  });

  test("of a column that was dropped are gone", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 2, 3); ALTER TABLE t DROP COLUMN b; INSERT INTO t VALUES (4, 5)",
    );
    expect(valuesOf(sample, "t")).toEqual(
      texts([
        [1n, 3n],
        [4n, 5n],
      ]),
    );
  });

  test("of stored generated columns are read; virtual ones are left out and never run", async () => {
    const path = makeFile(
      "CREATE TABLE t(a, s AS (a + 2) STORED, v AS (a) VIRTUAL, z); INSERT INTO t(a, z) VALUES (-9223372036854775807 - 1, 'z')",
    );
    // abs() of the smallest integer is an error: now the column cannot be read.
    change(path, (database) =>
      database.exec("UPDATE sqlite_schema SET sql = replace(sql, 'v AS (a)', 'v AS (abs(a))')"),
    );
    const sample = await openSample(path);
    expect(() => sample.source.database.prepare("SELECT v FROM t").all()).toThrow("overflow");
    expect(recordColumns(sample.table("t"))).toEqual(["a", "s", "z"]);
    expect(valuesOf(sample, "t")).toEqual(texts([[-(2n ** 63n), -(2n ** 63n) + 2n, "z"]]));
  });

  test("of REAL columns are reals, though whole ones are stored as integers", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a REAL, b NUMERIC, c INTEGER, d TEXT); INSERT INTO t VALUES (1, 1.0, 1.0, 1), (-3.0, '2.5', '7', 2.50)",
    );
    expect(valuesOf(sample, "t")).toEqual([
      [cellText(1), "i1", "i1", cellText("1")],
      [cellText(-3), cellText(2.5), "i7", cellText("2.5")],
    ]);
  });
});

describe("tables", () => {
  test("with blobs and texts in 1,000 columns keep them apart", async () => {
    const columns = Array.from({ length: 1000 }, (_, at) => `c${at}`);
    const rows = [0, 1, 2].map((shift) =>
      columns.map((_, at): Cell => [Buffer.from("x"), "x", 1n, null][(at * 7 + shift) % 4] ?? null),
    );
    const sample = await makeSample(`CREATE TABLE t(${columns.join(", ")})`, (database) =>
      insertAll(database, "t", rows),
    );
    expect(valuesOf(sample, "t")).toEqual(texts(rows));
  });

  test.each([31, 32, 33, 64, 65])("with a blob in the last of %i columns", async (count) => {
    const row = Array.from({ length: count }, (_, at): Cell => (at === count - 1 ? Buffer.from("x") : "x"));
    const other = row.map((cell): Cell => (cell === "x" ? Buffer.from("x") : "x"));
    const sample = await makeSample(
      `CREATE TABLE t(${row.map((_, at) => `c${at}`).join(", ")})`,
      (database) => insertAll(database, "t", [row, other]),
    );
    expect(valuesOf(sample, "t")).toEqual(texts([row, other]));
  });

  test("have their rows by rowid, from the smallest to the largest", async () => {
    const rowids = [5n, -3n, 2n ** 63n - 1n, -(2n ** 63n), 0n];
    const sample = await makeSample(
      "CREATE TABLE t(v); CREATE TABLE k(id INTEGER PRIMARY KEY, v)",
      (database) => {
        for (const rowid of rowids) {
          database.prepare("INSERT INTO t(rowid, v) VALUES (?, 1)").run(rowid);
          database.prepare("INSERT INTO k VALUES (?, 1)").run(rowid);
        }
      },
    );
    const sorted = [-(2n ** 63n), -3n, 0n, 5n, 2n ** 63n - 1n];
    expect(readRows(sample, "t").map(({ rowid }) => rowid)).toEqual(sorted);
    expect(readRows(sample, "k")).toEqual(
      sorted.map((rowid) => ({ rowid, values: [cellText(rowid), "i1"] })),
    );
  });

  test("WITHOUT ROWID have their rows by key, and no rowids", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a, b TEXT, c, PRIMARY KEY(b DESC, a)) WITHOUT ROWID; INSERT INTO t VALUES (2, 'x', 1), (1, 'x', 2), (1, 'y', 3)",
    );
    expect(readRows(sample, "t")).toEqual(
      [
        [1n, "y", 3n],
        [1n, "x", 2n],
        [2n, "x", 1n],
      ].map((row) => ({ rowid: null, values: row.map(cellText) })),
    );
  });

  test("WITHOUT ROWID are read by their key, though an index covers them", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a, b, PRIMARY KEY(a DESC), UNIQUE(b, a)) WITHOUT ROWID; INSERT INTO t VALUES (1, 1), (2, 2)",
    );
    const plan = sample.source.database.prepare("EXPLAIN QUERY PLAN SELECT a, b FROM t NOT INDEXED").get();
    expect(plan).toMatchObject({ detail: expect.stringContaining("COVERING INDEX") as string });
    expect(valuesOf(sample, "t")).toEqual([
      ["i2", "i2"],
      ["i1", "i1"],
    ]);
  });

  test("whose columns take all names of the rowid are read without it", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(rowid, _rowid_, oid); INSERT INTO t VALUES (7, 'a', x'01')",
    );
    expect(readRows(sample, "t")).toEqual([{ rowid: null, values: ["i7", "t61", "b01"] }]);
  });

  test("whose column is called rowid have that column and the real one", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(rowid TEXT, x); INSERT INTO t VALUES ('mine', 1), ('too', 2)",
    );
    expect(readRows(sample, "t")).toEqual([
      { rowid: 1n, values: [cellText("mine"), "i1"] },
      { rowid: 2n, values: [cellText("too"), "i2"] },
    ]);
  });

  test("with any name are read", async () => {
    const name = "a\"b.c[d]`e'f %s --;\n日本";
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const sample = await makeSample(
      `CREATE TABLE ${quoted} (${quoted} INTEGER, "select" TEXT); INSERT INTO ${quoted} VALUES (1, 'x')`,
    );
    expect(valuesOf(sample, name)).toEqual([["i1", "t78"]]);
  });

  test("whose columns have an unknown collation are read", async () => {
    const path = makeFile("CREATE TABLE t(a TEXT, b); INSERT INTO t VALUES ('b', 1), ('a', x'02')");
    change(path, (database) =>
      database.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a TEXT COLLATE elsewhere, b)'"),
    );
    expect(valuesOf(await openSample(path), "t")).toEqual([
      ["t62", "i1"],
      ["t61", "b02"],
    ]);
  });

  test("without rows yield no batch", async () => {
    const sample = await makeSample("CREATE TABLE t(a)");
    expect([...readRecords(sample.source, sample.table("t"), "UTF-8")]).toEqual([]);
  });
});
