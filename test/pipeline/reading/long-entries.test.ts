/** Entries that are too long for a B-tree are found by the plan, and PostgreSQL takes what stands in their place. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../../src/model/finding.js";
import type { MigrationOutcome } from "../../../src/model/outcome.js";
import type { Plan } from "../../../src/model/plan.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { plan, type PlanOptions } from "../../../src/pipeline/plan.js";
import { databaseForAll } from "../../database.js";
import { makeSqlite, sqliteForEach, type SqliteFile } from "../../fixture.js";
import { saying } from "../../translate/mapping-of.js";
import { pgType } from "../../../src/model/postgres.js";

const makeFile = sqliteForEach();

const long = "printf('%.3000c', 'x')";
/** The longest text that stands alone in an entry. */
const most = 2692;

type TooLong = Extract<Finding, { kind: "index-entry-too-large" }>;
const tooLong = ({ findings }: Pick<Plan, "findings">): readonly TooLong[] =>
  findings.filter((finding) => finding.kind === "index-entry-too-large");
const standing = (made: Pick<Plan, "findings">): readonly string[] =>
  tooLong(made).map(({ name, stands }) => `${name}: ${stands}`);

const planned = (sql: string, options: PlanOptions = {}): Promise<Plan> =>
  plan(makeFile("long", sql).path, { ...options, jobs: 1 });

describe("a plain index", () => {
  test.each([
    [most, []],
    [most + 1, ["by_a: hash index"]],
  ] as const)("on a text of %i bytes", async (length, expected) => {
    const made = await planned(
      `CREATE TABLE t (a TEXT); CREATE INDEX by_a ON t (a DESC); INSERT INTO t VALUES (printf('%.${length}c', 'x'))`,
    );
    expect(standing(made)).toEqual(expected);
    const [index] = made.tables[0]!.indexes;
    expect(index?.method).toBe(expected.length === 0 ? undefined : "hash");
    expect(index?.terms[0]?.descending).toBe(expected.length === 0);
  });

  test("on several columns is left out and listed, where one row has the long values", async () => {
    const made = await planned(
      `CREATE TABLE t (a TEXT, b TEXT); CREATE INDEX by_ab ON t (a, b); INSERT INTO t VALUES ('', ''), (${long}, '')`,
    );
    expect(tooLong(made)).toMatchObject([
      { name: "by_ab", columns: ["a", "b"], bytes: 3016, row: { rowid: "2" }, stands: "none" },
    ]);
    expect(made.tables[0]!.indexes).toEqual([]);
    expect(made.notCarried).toMatchObject([{ type: "index", name: "by_ab" }]);
  });

  test("stays where each row alone is short enough", async () => {
    const part = "printf('%.2000c', 'x')";
    const made = await planned(
      `CREATE TABLE t (a TEXT, b TEXT); CREATE INDEX by_ab ON t (a, b); INSERT INTO t VALUES ('', ${part}), (${part}, NULL)`,
    );
    expect(tooLong(made)).toEqual([]);
    expect(made.tables[0]!.indexes).toMatchObject([{ name: "by_ab" }]);
  });

  test("counts the bytes of UTF-8, also of a file in UTF-16", async () => {
    const sql = (count: number): string =>
      `PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a TEXT); CREATE INDEX by_a ON t (a);
       INSERT INTO t VALUES (replace(hex(zeroblob(${count / 2})), '0', '€'))`;
    expect(standing(await planned(sql(896)))).toEqual([]);
    expect(standing(await planned(sql(898)))).toEqual(["by_a: hash index"]);
  });
});

describe("a key", () => {
  const parents = `CREATE TABLE parent (k TEXT PRIMARY KEY, n INTEGER UNIQUE);
    CREATE TABLE child (k TEXT REFERENCES parent, n INTEGER REFERENCES parent (n));
    INSERT INTO parent VALUES (${long}, 1); INSERT INTO child VALUES ('nowhere', 1);`;

  test("of a table is unique over digests, NOT NULL, and the answer of the run is no", async () => {
    const made = await planned(parents);
    expect(standing(made)).toEqual(["parent_pkey: unique index over digests"]);
    expect(made.findings.map(({ kind }) => kind)).toEqual(["index-entry-too-large", "key-not-made"]);
    const [parent] = made.tables;
    expect(parent).toMatchObject({ primaryKey: null, uniques: [{ name: "parent_n_key" }] });
    expect(parent!.columns[0]).toMatchObject({ notNull: true });
  });

  test("that a foreign key points at takes that one along, and its orphans", async () => {
    const made = await planned(parents);
    expect(made.tables[1]!.foreignKeys.map(({ name }) => name)).toEqual(["child_n_fkey"]);
    expect(made.notCarried.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "primary key parent_pkey",
      "foreign key child (k)",
    ]);
  });

  test("of a table without rowids names the row by it, cut", async () => {
    const [finding] = tooLong(
      await planned(
        `CREATE TABLE t (a TEXT, n INTEGER, PRIMARY KEY (n, a)) WITHOUT ROWID; INSERT INTO t VALUES (${long}, 7)`,
      ),
    );
    expect(finding?.row).toEqual({ rowid: null, key: ["7", `'${"x".repeat(40)}'...`] });
  });

  test("that digests do not make short enough is not made, and the answer is no", async () => {
    const digits = `'1' || printf('%.6000c', '7')`;
    const made = await planned(
      `CREATE TABLE t (a TEXT, n TEXT, UNIQUE (a, n)); INSERT INTO t VALUES ('x', ${digits})`,
      { mappings: [saying({ "t.n": { type: pgType("numeric") } })] },
    );
    expect(standing(made)).toEqual(["t_a_n_key: none"]);
    expect(made.findings.map(({ kind }) => kind)).toContain("key-not-made");
    expect(made.tables[0]).toMatchObject({ uniques: [], indexes: [] });
  });
});

describe("after a migration", () => {
  const database = databaseForAll();
  let file: SqliteFile;
  let outcome: MigrationOutcome;
  afterAll(() => {
    file.remove();
  });
  beforeAll(async () => {
    file = makeSqlite(
      "long",
      `CREATE TABLE t (k TEXT PRIMARY KEY, a TEXT COLLATE NOCASE, b BLOB, n INTEGER, UNIQUE (n, b));
       CREATE INDEX by_b ON t (b); CREATE UNIQUE INDEX once ON t (a) WHERE n < 9;
       INSERT INTO t VALUES (${long} || '\\', 'A' || ${long}, CAST(${long} AS BLOB), 1), ('\\x41', 'A', NULL, 2), ('A', NULL, NULL, 2), ('a', 'a', x'00', 9)`,
    );
    outcome = await migrate(file.path, database.url, { environment: process.env });
  });

  test("everything that was planned is there, proven", async () => {
    expect(outcome.status).toBe("migrated");
    expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical"]);
    expect(outcome.findings.filter(({ kind }) => kind === "piece-refused")).toEqual([]);
    const rows = await database.query(
      `SELECT relname AS name, amname AS method FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
        WHERE indrelid = 't'::regclass ORDER BY 1`,
    );
    expect(rows.map(({ name, method }) => `${name} ${method}`)).toEqual([
      "by_b hash",
      "once btree",
      "t_n_b_key btree",
      "t_pkey btree",
    ]);
  });

  const x = "repeat('x', 3000)";
  test.each([
    ["an equal key", String.raw`(${x} || '\', NULL, NULL, 5)`],
    ["NULL as a key", "(NULL, NULL, NULL, 5)"],
    ["an equal text by NOCASE", `('new', 'a' || ${x}, NULL, 5)`],
    ["equal bytes and number", `('new', NULL, ${x}::bytea, 1)`],
  ])("%s is refused", async (_, values) => {
    await expect(database.query(`INSERT INTO t VALUES ${values}`)).rejects.toThrow(
      /duplicate key|null value/,
    );
  });

  test.each([
    ["what is outside the condition", `('new 1', 'a' || ${x}, NULL, 9)`],
    ["NULL in a unique key", "('new 2', NULL, NULL, 2)"],
    ["what ends otherwise", `(${x}, 'b' || ${x}, ${x}::bytea, 3)`],
  ])("%s is let in", async (_, values) => {
    await database.query(`INSERT INTO t VALUES ${values}`);
  });
});
