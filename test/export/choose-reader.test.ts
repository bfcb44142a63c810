import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { chooseReader } from "../../src/export/choose-reader.js";
import { readMissingValues } from "../../src/export/constant-default.js";
import { openSource } from "../../src/source/open.js";
import { introspect } from "../../src/export/introspect.js";
import { expectSameRows } from "./page-rows.js";
import { change, makeFile, makeSample, openSample, type Sample } from "./sample.js";

const because = (sample: Sample, table: string): string | null => {
  const choice = chooseReader(sample.source, sample.schema, sample.table(table));
  return choice.by === "sqlite" ? choice.because : null;
};

describe("through SQLite goes", () => {
  test.each(["UTF-16le", "UTF-16be"])("text in %s", async (encoding) => {
    const sample = await makeSample(
      `PRAGMA encoding = '${encoding}'; CREATE TABLE t(a); INSERT INTO t VALUES ('x')`,
    );
    expect(because(sample, "t")).toBe(`${encoding} text is read through SQLite`);
  });

  test("a file whose pages may not be read", async () => {
    const path = makeFile("CREATE TABLE t(a)");
    const source = await openSource(path, { mode: "lock" });
    try {
      const schema = introspect(source);
      expect(source.pages).toBeNull();
      expect(chooseReader(source, schema, schema.tables[0]!)).toEqual({
        by: "sqlite",
        because: "in a program that may have it open itself, the original is read through SQLite",
      });
    } finally {
      source.close();
    }
  });

  test("a column whose DEFAULT is not valid UTF-8, for nobody can tell what it was", async () => {
    const path = makeFile("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    change(path, (database) =>
      database.exec(
        `UPDATE sqlite_schema SET sql = CAST(x'${Buffer.from("CREATE TABLE t(a, b DEFAULT '").toString("hex")}ff2729' AS TEXT)`,
      ),
    );
    const sample = await openSample(path);
    expect(because(sample, "t")).toBe('only SQLite knows what DEFAULT of column "b" means');
  });
});

describe("also goes through SQLite", () => {
  // What SQLite makes of them while it parses is not for others to know.
  test.each(["(abs(5) AND 0)", "(abs(5) IN ())", "(1 = 2 OR 1)", "(abs(5) IS NULL)"])(
    "a column with DEFAULT %s",
    async (written) => {
      const sample = await makeSample(`CREATE TABLE t(a, b DEFAULT ${written})`);
      expect(because(sample, "t")).toBe('only SQLite knows what DEFAULT of column "b" means');
    },
  );
});

describe("by pages go", () => {
  test.each([
    "t(a)",
    "t(a PRIMARY KEY) WITHOUT ROWID",
    "t(a INTEGER PRIMARY KEY AUTOINCREMENT, b ANY) STRICT",
    "t(a, b DEFAULT CURRENT_TIMESTAMP, c DEFAULT (datetime('now')), d DEFAULT (lower(hex(randomblob(16)))))",
    "t(a, b DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)), c DEFAULT (unixepoch() * 1000), d DEFAULT (1 + 1))",
    "t(a, b AS (a || 'x') STORED, c AS (abs(a)))",
  ])("%s", async (declaration) => {
    expect(because(await makeSample(`CREATE TABLE ${declaration}`), "t")).toBeNull();
  });
});

describe("rows that lack a column have", () => {
  const types = ["", "TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB", "VARCHAR(3)"];

  /** The rows that SQLite reads in a table that got its columns without ALTER TABLE having a say in it. */
  const expectSame = async (defaults: readonly string[]): Promise<readonly string[]> => {
    const columns = defaults.flatMap((written) => types.map((type) => `${type} DEFAULT ${written}`));
    const path = makeFile("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    change(path, (database) =>
      database
        .prepare("UPDATE sqlite_schema SET sql = ?")
        .run(`CREATE TABLE t(a, ${columns.map((column, at) => `c${at} ${column}`).join(", ")})`),
    );
    const sample = await openSample(path);
    const [row] = expectSameRows(sample, "t");
    return row!.slice(1);
  };

  test.each([
    ["1"], ["-5"], ["+7"], ["- 5"], ["(- - 5)"], ["1.5"], ["-1e3"], [".5e-2"], ["1_000"], ["0x1F"], ["-0x1f"], ["0xffffffffffffffff"],
    ["9223372036854775807"], ["-9223372036854775808"], ["9223372036854775808"], ["9e999"], ["-0.0"],
    ["'text'"], ["''"], ["'it''s'"], ["'12'"], ["'1.0'"], ["' 7 '"], ["'é👍'"], ["(('x'))"], ["x''"], ["x'00FF'"], ["X'31'"],
    ["NULL"], ["(NULL)"], ["true"], ["FALSE"], ["(true)"], ["word"], ['"word"'], ["[a word]"], ["`word`"], ['"tr""ue"'],
    ["(CAST('12' AS INTEGER))"], ["(CAST(1.5 AS TEXT))"], ["(CAST ('1.50' AS DECIMAL(5, 2)))"], ["(-CAST('3' AS REAL))"],
    ["(cast(cast(x'3132' as text) as int))"], ["(5 ISNULL)"], ["(5 NOTNULL)"], ["(NOT 1)"], ["/* c */ 5"], ["(5 -- c\n)"], ["('a' COLLATE NOCASE)"],
  ])("the value of the literal %s, in columns of all types", async (written) => {
    await expectSame([written]);
  }); // prettier-ignore

  test.each([
    "CURRENT_TIMESTAMP", "CURRENT_DATE", "(datetime('now'))", "(1 + 2)", "('a' || 'b')", "(abs(-5))", "(random())", "(~5)",
    "(CAST(abs(5) AS INTEGER))", "(-abs(5))", "(CAST(1 + 1 AS TEXT))", "(CASE WHEN 1 THEN 2 END)", "(1 = 1)", "('{}' -> 'a')",
    "(abs/* c */(5))", "(json('[1]'))",
  ])("NULL for %s, which is no literal", async (written) => {
    expect(new Set(await expectSame([written]))).toEqual(new Set(["-"]));
  }); // prettier-ignore

  test("nothing that is known where the column is generated", () => {
    const column = {
      name: "s",
      declaredType: "",
      affinity: "BLOB",
      notNull: false,
      defaultSql: null,
      generated: null,
      comment: null,
    } as const;
    expect(readMissingValues([{ ...column, generated: "stored" }])).toEqual([null]);
    expect(readMissingValues([{ ...column, generated: "no" }])).toMatchObject([{ serialType: 0 }]);
  });

  test("what a name of thousands of letters says, in no time", async () => {
    const name = "a".repeat(50_000);
    expect(new Set(await expectSame([name, `(${name}())`])).size).toBe(2);
  });
});

test("SQLite adds no column whose DEFAULT is not constant to a table with rows", () => {
  const database = new Database(":memory:");
  try {
    database.exec("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    expect(() => database.exec("ALTER TABLE t ADD COLUMN b DEFAULT (1 + 1)")).toThrow("non-constant default");
  } finally {
    database.close();
  }
});
