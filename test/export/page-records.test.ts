/** Rows read from pages, each time held against SQLite's own reading of them. */
import type Database from "better-sqlite3";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readPageRecords } from "../../src/export/page-records.js";
import { expectSameRows, pagesOf, readEntries, readPageRows } from "./page-rows.js";
import { cellText, rowsOf, type Cell, type Row } from "./rows.js";
import { change, insertAll, makeFile, makeSample, openSample } from "./sample.js";

const texts = (rows: readonly (readonly Cell[])[]): readonly (readonly string[])[] =>
  rows.map((row) => row.map(cellText));

const alphabet =
  "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/** Text of a length, different for each, so that a wrong byte shows. */
const textOf = (length: number): string => {
  const from = length % alphabet.length;
  return "".padEnd(length, alphabet.slice(from) + alphabet.slice(0, from));
};

/** A new file whose pages leave some bytes at their ends to extensions. */
function makeReserved(pageBytes: number, reservedBytes: number): string {
  const path = makeFile(`PRAGMA page_size = ${pageBytes}; PRAGMA user_version = 1`);
  const file = readFileSync(path);
  file[20] = reservedBytes;
  // Where the cells of page 1 begin, of which there are none yet.
  file.writeUInt16BE((pageBytes - reservedBytes) & 0xffff, 105);
  writeFileSync(path, file);
  return path;
}

describe("values", () => {
  const cells: readonly Cell[] = [
    null, 0n, 1n, -1n, 127n, 128n, -129n, 32768n, -8388608n, 8388608n, 2n ** 31n, -(2n ** 31n), 2n ** 47n, -(2n ** 47n),
    2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 1.5, 0, -0, 1, 1e300, 5e-324, Infinity, -Infinity, 0.1 + 0.2, 2 ** 53,
    "", " ", "é", "👍", "a\0b", "12", textOf(57), textOf(58), textOf(70), textOf(8200),
    Buffer.alloc(0), Buffer.of(0), Buffer.from([0xff, 0xfe, 0]), Buffer.from(textOf(9000)),
  ]; // prettier-ignore

  test("arrive exactly, each in its storage class, mixed in one column", async () => {
    const rows = cells.map((cell) => [cell]);
    const sample = await makeSample("CREATE TABLE t(v)", (database) => insertAll(database, "t", rows));
    expect(expectSameRows(sample, "t")).toEqual(texts(rows));
  });

  test("of REAL columns are reals, though whole ones are stored as integers of every width", async () => {
    const numbers = [1, 0, -3, 127, -129, 40_000, 9e6, 2 ** 31, -(2 ** 40), 2 ** 47, 2 ** 52, 1e17, 0.5];
    const rows = numbers.map((number) => [number, number, -number]);
    const sample = await makeSample(
      "CREATE TABLE t(a REAL, b, c DOUBLE); CREATE TABLE k(a REAL, b, c FLOAT, PRIMARY KEY(c, a)) WITHOUT ROWID",
      (database) => {
        for (const table of ["t", "k"]) {
          insertAll(database, table, rows);
          database.exec(`INSERT INTO ${table} VALUES ('text', 1, x'00')`);
        }
      },
    );
    expect(expectSameRows(sample, "t")[0]).toEqual([1, 1, -1].map(cellText));
    expect(expectSameRows(sample, "k")[0]).toEqual([1e17, 1e17, -1e17].map(cellText));
  });

  test("of REAL columns that an odd writer stored as 64-bit integers are rounded as SQLite rounds them", async () => {
    const integers = [2n ** 53n + 1n, 2n ** 62n + 2n ** 9n + 1n, -(2n ** 63n), 2n ** 63n - 1n];
    const path = makeFile("CREATE TABLE t(a)", (database) =>
      insertAll(
        database,
        "t",
        integers.map((integer) => [integer]),
      ),
    );
    change(path, (database) => database.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a REAL)'"));
    expect(expectSameRows(await openSample(path), "t")).toEqual(
      integers.map((integer) => [cellText(Number(integer))]),
    );
  });

  test("that are no numbers are NULL, as SQLite reads them; infinities stay", async () => {
    const path = makeFile("CREATE TABLE t(a, b REAL); INSERT INTO t VALUES (1.25, 1.25), (9e999, -9e999)");
    const file = readFileSync(path);
    const stored = Buffer.alloc(8);
    stored.writeDoubleBE(1.25);
    for (const nan of ["7ff8000000000000", "fff0000000000001"])
      Buffer.from(nan, "hex").copy(file, file.lastIndexOf(stored));
    writeFileSync(path, file);
    expect(expectSameRows(await openSample(path), "t")).toEqual([
      ["-", "-"],
      [Infinity, -Infinity].map(cellText),
    ]);
  });

  test("of stored generated columns are in the record, virtual ones are not", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a, v AS (a + 1), s AS (a + 2) STORED, z); INSERT INTO t(a, z) VALUES (1, 'z'), (5, NULL)",
    );
    expect(expectSameRows(sample, "t")).toEqual(
      texts([
        [1n, 3n, "z"],
        [5n, 7n, null],
      ]),
    );
  });
});

describe("columns that came or went", () => {
  test("are their default in the rows before them, of every storage class", async () => {
    const sample = await makeSample(`
      CREATE TABLE t(a); CREATE TABLE k(a PRIMARY KEY, x) WITHOUT ROWID;
      ${["t(a)", "k(a)"]
        .map((into) => {
          const table = into.slice(0, 1);
          return `INSERT INTO ${into} VALUES (1), (2);
          ALTER TABLE ${table} ADD COLUMN b TEXT DEFAULT 'it''s'; ALTER TABLE ${table} ADD COLUMN c REAL DEFAULT 7;
          ALTER TABLE ${table} ADD COLUMN d; ALTER TABLE ${table} ADD COLUMN e BLOB DEFAULT x'00ff'; INSERT INTO ${into} VALUES (3);
          ALTER TABLE ${table} ADD COLUMN f INTEGER NOT NULL DEFAULT -9223372036854775808; ALTER TABLE ${table} ADD COLUMN g NUMERIC DEFAULT '1.50';`;
        })
        .join("\n")}`);
    const added = ["it's", 7, null, Buffer.of(0, 255), -(2n ** 63n), 1.5].map(cellText);
    expect(expectSameRows(sample, "t")).toEqual(["i1", "i2", "i3"].map((a) => [a, ...added]));
    expect(expectSameRows(sample, "k")).toEqual(["i1", "i2", "i3"].map((a) => [a, "-", ...added]));
  });

  test("are their default also in a row that is too large for a batch, and beside the rowid", async () => {
    const sample = await makeSample(
      `CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (7, zeroblob(700000)), (8, 'x');
       ALTER TABLE t ADD COLUMN b DEFAULT 'default'; ALTER TABLE t ADD COLUMN c REAL DEFAULT 3`,
    );
    expect(expectSameRows(sample, "t").map((row) => [row[0], ...row.slice(2)])).toEqual(
      [7n, 8n].map((id) => [id, "default", 3].map(cellText)),
    );
  });

  test("are gone where they were dropped", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 2, 3); ALTER TABLE t DROP COLUMN b; INSERT INTO t VALUES (4, 5)",
    );
    expect(expectSameRows(sample, "t")).toEqual(
      texts([
        [1n, 3n],
        [4n, 5n],
      ]),
    );
  });

  test("are not looked at where the records hold more than the table has", async () => {
    const path = makeFile("CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 'two', x'03'), (4, 5, 6)");
    change(path, (database) => database.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a, b)'"));
    expect(expectSameRows(await openSample(path), "t")).toEqual(
      texts([
        [1n, "two"],
        [4n, 5n],
      ]),
    );
  });
});

describe("pages", () => {
  /** Rows of all lengths, most of them around those at which a cell holds less of its row, or needs another page. */
  const fillAround = (database: Database.Database, usableBytes: number): void => {
    const turns = [32, 64].map((share) => Math.floor(((usableBytes - 12) * share) / 255) - 23);
    const centers = [usableBytes - 35, ...turns, usableBytes + turns[0]!, 2 * usableBytes + turns[1]!];
    const lengths = [
      ...centers.flatMap((center) => Array.from({ length: 24 }, (_, step) => center - 18 + step)),
      ...Array.from({ length: 60 }, (_, step) => Math.floor((step * usableBytes) / 20)),
      // Many of one kind on a page, so that interior pages get rows that go on elsewhere, too.
      ...Array.from({ length: 40 }, (_, step) => Math.floor(usableBytes / 3) + step),
    ];
    const insert = ["t", "k"].map((table) => database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?)`));
    database.transaction(() => {
      for (const [at, length] of lengths.entries()) {
        for (const statement of insert) statement.run(at * at * 1000, textOf(Math.max(0, length)), at);
      }
    })();
  };
  const tables =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b); CREATE TABLE k(id, a, b, PRIMARY KEY(id, a)) WITHOUT ROWID;";

  test.each([
    [512, 0],
    [512, 32],
    [1024, 255],
    [4096, 0],
    [4096, 8],
    [65536, 0],
    [65536, 20],
  ])("of %i bytes, %i of them reserved, give their rows", async (pageBytes, reservedBytes) => {
    const path = makeReserved(pageBytes, reservedBytes);
    change(path, (database) => {
      database.exec(tables);
      fillAround(database, pageBytes - reservedBytes);
    });
    const sample = await openSample(path);
    expect(sample.source.pages).toMatchObject({ pageBytes, usableBytes: pageBytes - reservedBytes });
    expectSameRows(sample, "t");
    expectSameRows(sample, "k");
    // Both trees have interior pages, and overflow pages.
    expect(pagesOf(sample, "t").rowPages.leaves.length).toBeGreaterThan(2);
    expect(pagesOf(sample, "k").rowPages.between!.pages.length).toBeGreaterThan(2);
  });

  test.each(["FULL", "INCREMENTAL"])("of a file with auto_vacuum = %s give their rows", async (mode) => {
    const sample = await makeSample(
      `PRAGMA page_size = 512; PRAGMA auto_vacuum = ${mode}; ${tables}`,
      (database) => {
        fillAround(database, 512);
        database.exec("DELETE FROM t WHERE b % 3 = 0; DELETE FROM k WHERE b % 4 = 0");
        database.pragma("incremental_vacuum(100)");
      },
    );
    expectSameRows(sample, "t");
    expectSameRows(sample, "k");
  });

  test("that lie scattered among those of other tables give their rows", async () => {
    const sample = await makeSample(`PRAGMA page_size = 1024; ${tables}`, (database) => {
      const insert = ["t", "k"].map((table) => database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?)`));
      database.transaction(() => {
        for (let at = 0; at < 6000; at += 1)
          insert[at % 7 === 0 ? 0 : 1]!.run((at * 7919) % 6007, textOf(at % 300), at);
      })();
    });
    const { leaves } = pagesOf(sample, "t").rowPages;
    expect(leaves.some((page, at) => at > 0 && page < leaves[at - 1]!)).toBe(true);
    expectSameRows(sample, "t");
    expectSameRows(sample, "k");
  });

  test("of a table that was emptied give none", async () => {
    const sample = await makeSample(`${tables} CREATE TABLE never(a)`, (database) => {
      fillAround(database, 4096);
      database.exec("DELETE FROM t; DELETE FROM k WHERE 1");
    });
    for (const table of ["t", "k", "never"]) {
      expect(readPageRows(sample, table)).toEqual([]);
      expect(pagesOf(sample, table).rowPages.leaves).toHaveLength(0);
    }
  });
});

describe("rows", () => {
  test("have their rowids, of every length, and so has its other name", async () => {
    const rowids = [-(2n ** 63n), -(2n ** 31n) - 1n, -(2n ** 31n), -1n, 0n, 127n, 128n, 16383n, 16384n, 2n ** 21n - 1n,
      2n ** 21n, 2n ** 28n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 35n, 2n ** 42n, 2n ** 49n, 2n ** 56n, 2n ** 63n - 1n]; // prettier-ignore
    const sample = await makeSample(
      "CREATE TABLE t(v); CREATE TABLE k(v REAL, id INTEGER PRIMARY KEY)",
      (database) => {
        for (const rowid of rowids) {
          database.prepare("INSERT INTO t(rowid, v) VALUES (?, 1)").run(rowid);
          database.prepare("INSERT INTO k VALUES (1, ?)").run(rowid);
        }
      },
    );
    expectSameRows(sample, "t");
    expect(readPageRows(sample, "k")).toEqual(
      rowids.map((rowid): Row => ({ rowid, values: [cellText(1), cellText(rowid)] })),
    );
  });

  test("have no rowid where SQL has no name for it", async () => {
    const sample = await makeSample(
      "CREATE TABLE t(rowid, _rowid_, oid); INSERT INTO t VALUES (7, 'a', x'01')",
    );
    expect(readPageRows(sample, "t")).toEqual([{ rowid: null, values: ["i7", "t61", "b01"] }]);
    expectSameRows(sample, "t");
  });

  test.each([
    "t(a, b TEXT, c, PRIMARY KEY(b DESC, a))",
    "t(a, v AS (a), b TEXT, c REAL, s AS (c) STORED, PRIMARY KEY(c, b COLLATE NOCASE DESC))",
    "t(a, b, c, PRIMARY KEY(b COLLATE NOCASE, b, c, c))",
    "t(a INTEGER PRIMARY KEY, b, c)",
  ])("of %s WITHOUT ROWID come in the order of its b-tree", async (declaration) => {
    const sample = await makeSample(
      `PRAGMA page_size = 512; CREATE TABLE ${declaration} WITHOUT ROWID`,
      (database) => {
        const insert = database.prepare("INSERT OR IGNORE INTO t(a, b, c) VALUES (?, ?, ?)");
        database.transaction(() => {
          for (let at = 0; at < 500; at += 1)
            insert.run(at, ["x", "Y", "y", "Z"][at % 4]! + String(at % 50), (at * 7) % 101);
        })();
      },
    );
    expect(pagesOf(sample, "t").rowPages.between!.pages.length).toBeGreaterThan(3);
    expect(expectSameRows(sample, "t").length).toBeGreaterThan(100);
  });

  test("of 1,900 columns come in batches of a bounded size", async () => {
    const columns = Array.from({ length: 1900 }, (_, at) => `c${at}`);
    const sample = await makeSample(`CREATE TABLE t(${columns.join(", ")})`, (database) =>
      insertAll(
        database,
        "t",
        Array.from({ length: 150 }, (_, row) =>
          columns.map((_, at): Cell => [null, BigInt(row), "x"][(at + row) % 3]!),
        ),
      ),
    );
    const { file, layout, rowPages } = pagesOf(sample, "t");
    const rows = [...readPageRecords(file, layout, rowPages, 0, rowPages.leaves.length)].map(
      (batch) => batch.rows,
    );
    expect(Math.max(...rows)).toBeLessThanOrEqual(68);
    expectSameRows(sample, "t");
  });

  test("are the same whatever parts they are read in", async () => {
    const sample = await makeSample(
      "PRAGMA page_size = 512; CREATE TABLE t(a); CREATE TABLE k(a PRIMARY KEY, b) WITHOUT ROWID",
      (database) => {
        const rows = Array.from({ length: 300 }, (_, at): Cell[] => [BigInt(at), textOf(at % 200)]);
        insertAll(
          database,
          "t",
          rows.map((row) => row.slice(1)),
        );
        insertAll(database, "k", rows);
      },
    );
    for (const table of ["t", "k"]) {
      const pages = pagesOf(sample, table);
      const count = pages.rowPages.leaves.length;
      const whole = readEntries(pages, 0, count);
      const oneByOne = Array.from({ length: count }, (_, at) => readEntries(pages, at, at + 1)).flat();
      expect(oneByOne).toEqual(whole);
      expect([...readEntries(pages, 0, 3), ...readEntries(pages, 3, count)]).toEqual(whole);
      expect(readEntries(pages, 2, 2)).toEqual([]);
    }
  });
});

describe("batches", () => {
  test("use the same memory, a large row its own, and no more of it than it needs", async () => {
    const sizes = [10, 700_000, 20, 30, 5_000_000, 40, 1_000_000, 1_100_000];
    const sample = await makeSample("CREATE TABLE t(a BLOB, b)", (database) =>
      insertAll(
        database,
        "t",
        sizes.map((size) => [Buffer.alloc(size, textOf(97)), BigInt(size)]),
      ),
    );
    const { file, layout, rowPages } = pagesOf(sample, "t");
    const common = new Set<Buffer>();
    const large: { readonly size: number; readonly bytes: Buffer }[] = [];
    for (const batch of readPageRecords(file, layout, rowPages, 0, rowPages.leaves.length)) {
      const size = Number(rowsOf(batch)[0]!.values[1]!.slice(1));
      if (size < 100) common.add(batch.bytes);
      else large.push({ size, bytes: batch.bytes });
      expect(batch.rows).toBe(size === 20 ? 2 : 1);
      if (size === 5_000_000) expect(batch.bytes.length).toBeLessThan(5_001_000);
    }
    expect(common.size).toBe(1);
    expect(large.map(({ size }) => size)).toEqual([700_000, 5_000_000, 1_000_000, 1_100_000]);
    expect(large[3]!.bytes).toBe(large[2]!.bytes);
    expect(large[2]!.bytes.length).toBeLessThan(4_200_000);
    expectSameRows(sample, "t");
  });

  test("hold rows that go on elsewhere together, not one by one", async () => {
    const sample = await makeSample("CREATE TABLE t(a)", (database) =>
      insertAll(
        database,
        "t",
        Array.from({ length: 200 }, (_, at) => [textOf(5000 + at)]),
      ),
    );
    const { file, layout, rowPages } = pagesOf(sample, "t");
    const batches = [...readPageRecords(file, layout, rowPages, 0, rowPages.leaves.length)].map(
      (batch) => batch.rows,
    );
    expect(batches.length).toBeLessThan(10);
    expectSameRows(sample, "t");
  });
});
