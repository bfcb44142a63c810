/** Records with the values of virtual columns: the very values that SQLite has, and a name for what it has not. */
import { readdirSync } from "node:fs";
import Database from "better-sqlite3";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { ComputedFiles, computeRecords, readComputed } from "../../src/export/computed-records.js";
import { namedTrouble, refusalOf } from "../../src/export/computed-trouble.js";
import { introspect } from "../../src/export/introspect.js";
import type { SqliteTable } from "../../src/model/sqlite.js";
import type { ExpressionError } from "../../src/source/confined-rows.js";
import { openSource } from "../../src/source/open.js";
import type { Source } from "../../src/source/source.js";
import { makeSample, ours } from "../source/sample.js";
import { cellText, rowsOf, type Cell, type Row } from "./rows.js";

interface Made {
  readonly source: Source;
  readonly table: SqliteTable;
  readonly encoding: "UTF-8" | "UTF-16le" | "UTF-16be";
  readonly temp: string;
}

/** Table `t` of the file, with all its virtual columns to be computed. */
async function made(fill: (database: Database.Database) => void): Promise<Made> {
  const sample = makeSample();
  const database = new Database(sample.file);
  fill(database);
  database.close();
  const source = await openSource(sample.file, ours);
  onTestFinished(() => source.close());
  const schema = introspect(source);
  const found = schema.tables.find(({ name }) => name === "t")!;
  const columns = found.columns.map((column) =>
    column.generated === "virtual" ? ({ ...column, generated: "computed" } as const) : column,
  );
  return { source, table: { ...found, columns }, encoding: schema.encoding, temp: sample.temp };
}

const sql =
  (text: string) =>
  (database: Database.Database): void =>
    void database.exec(text);

async function computed({ source, table, encoding, temp }: Made, mostRows: number | null = null) {
  const files = new ComputedFiles();
  const records = await computeRecords(source, table, encoding, { mostRows, tempDirectory: temp });
  files.keep(records);
  const rows: Row[] = [];
  const again: Row[] = [];
  for (const batch of readComputed(records)) rows.push(...rowsOf(batch));
  for (const batch of readComputed(records)) again.push(...rowsOf(batch));
  files.close();
  expect(again).toEqual(rows);
  expect(readdirSync(temp)).toEqual([]);
  return rows;
}

/** In words, as the run would end. */
async function trouble(it: Made, rowMilliseconds = 10_000): Promise<string> {
  const { source, table, encoding, temp } = it;
  const options = { tempDirectory: temp, rowMilliseconds };
  const error: unknown = await computeRecords(source, table, encoding, { ...options, mostRows: null }).catch(
    (caught: unknown) => caught,
  );
  const named = await namedTrouble(source, table, error as ExpressionError, options);
  expect(named.code).toBe("source-expression");
  expect(readdirSync(temp)).toEqual([]);
  return `${named.message} ${named.hint ?? ""}`;
}

describe("a value that SQLite cannot compute is named by its table, row and column, with the mapping that leaves it out", () => {
  const late = "instr(printf('%.*c', 2 * n, 'a'), printf('%.*c', n, 'a') || 'b')";
  const failing = "json_extract(iif(n = 17, '{', '{}'), '$.a')";

  test("an error in a row", async () => {
    const it = await made(
      sql(`CREATE TABLE t (id INTEGER PRIMARY KEY, n, ok AS (n + 1));
        INSERT INTO t VALUES (10, 1), (20, 17), (30, 2);
        ALTER TABLE t ADD COLUMN "j ""x" AS (${failing});`),
    );
    const words = await trouble(it);
    expect(words).toContain(
      'Table "t", column "j ""x", rowid 20: SQLite cannot compute the value: malformed JSON.',
    );
    expect(words).toContain(String.raw`tables: { "t": { columns: { "j \"x": { skip: true } } } }`);
  });

  test("an integer overflow in a table without rowids", async () => {
    const it = await made(
      sql(`CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
        INSERT INTO t VALUES ('b', -9223372036854775808), ('a', 1);
        ALTER TABLE t ADD COLUMN g AS (abs(n));`),
    );
    expect(await trouble(it)).toContain(
      'column "g", row 2 in the order of the table: SQLite cannot compute the value: integer overflow.',
    );
  });

  test("a row that takes too long, behind rows that do not", async () => {
    const it = await made(
      sql(`CREATE TABLE t (id INTEGER PRIMARY KEY, n, quick AS (n + 1));
        WITH i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 500) INSERT INTO t SELECT n, 1 FROM i;
        UPDATE t SET n = 5000000 WHERE id = 400;
        ALTER TABLE t ADD COLUMN g AS (${late});`),
    );
    expect(await trouble(it, 1500)).toContain(
      'column "g", rowid 400: SQLite cannot compute the value: a row took more than 1.5 seconds.',
    );
  });

  test("a function that nobody here knows is no trouble of a row", async () => {
    const { source, table } = await made((database) => {
      database.function("ours", { deterministic: true }, (n: unknown) => n);
      database.exec("CREATE TABLE t (n, f AS (ours(n)), g AS (n)); INSERT INTO t VALUES (1);");
    });
    expect(await refusalOf(source, table, ["g", "f"], {})).toBe("unknown function: ours()");
    expect(await refusalOf(source, table, ["g"], {})).toBeNull();
  });
});

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true }),
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text).toString()),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

describe("the records", () => {
  test.each(["UTF-8", "UTF-16le"])("hold every value as SQLite has it, in a %s file", async (encoding) => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { maxLength: 40 }), fc.boolean(), async (cells, withoutRowid) => {
        const it = await made((database) => {
          database.pragma(`encoding = '${encoding}'`);
          database.exec(
            `CREATE TABLE t (before AS (v), k INTEGER PRIMARY KEY, v, after AS (v)) ${withoutRowid ? "WITHOUT ROWID" : ""}`,
          );
          const insert = database.prepare("INSERT INTO t (k, v) VALUES (?, ?)");
          for (const [index, value] of cells.entries()) insert.run(index, value);
        });
        const wanted = cells.map((value, index) => {
          const text = cellText(value);
          return [text, cellText(BigInt(index)), text, text];
        });
        expect((await computed(it)).map(({ values }) => values)).toEqual(wanted);
      }),
      { numRuns: 8 },
    );
  });

  test("of many batches come in order, with their rowids, or the first ones alone", async () => {
    const it = await made(
      sql(`CREATE TABLE t (id INTEGER PRIMARY KEY, g AS (id || ' ' || zeroblob(0)), big AS (iif(id % 1000 = 0, zeroblob(400000), 'x')));
        WITH i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000) INSERT INTO t SELECT n FROM i;`),
    );
    const rows = await computed(it);
    expect(rows).toHaveLength(5000);
    expect(
      rows.every(({ rowid, values }, index) => rowid === BigInt(index + 1) && values[0] === `i${index + 1}`),
    ).toBe(true);
    expect(rows[1999]!.values[2]).toBe(`b${"00".repeat(400_000)}`);
    expect(await computed(it, 7)).toEqual(rows.slice(0, 7));
  });

  test("of an empty table are none", async () => {
    expect(await computed(await made(sql("CREATE TABLE t (n, g AS (n))")))).toEqual([]);
  });
});
