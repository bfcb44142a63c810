/** Full-text tables that hold their own text: the rows that SQLite shows are the rows that PostgreSQL has, and that is proven. */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationExitCode } from "../../src/cli/exit-code.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import { parseMapping } from "../../src/mapping/read.js";
import { migrate, type MigrateOptions } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { validate } from "../../src/pipeline/validate.js";
import { databaseForAll, databaseForEach, type TestDatabase } from "../database.js";
import { makeSqlite, sqliteForEach, type SqliteFile } from "../fixture.js";

type Value = string | number | bigint | Buffer | null;

/** Every value as a text, for SQLite and PostgreSQL write numbers and bytes in their own ways. */
const shown = (value: Value): string | null =>
  value === null ? null : Buffer.isBuffer(value) ? `\\x${value.toString("hex")}` : String(value);

function inSqlite(path: string, select: string): readonly (string | null)[][] {
  const file = new Database(path, { readonly: true });
  try {
    return file
      .prepare<[], Value[]>(select)
      .raw()
      .safeIntegers()
      .all()
      .map((row) => row.map(shown));
  } finally {
    file.close();
  }
}

const rowsOf = async (from: TestDatabase, select: string) =>
  (await from.query(select)).map((row) => Object.values(row).map(shown));

/** The declaration, what fills the table `$f`, and what a SELECT of both sides asks for. */
const tables = [
  ["fts5(a, b)", "INSERT INTO $f VALUES ('one', 'ä'), (NULL, ''), ('x', NULL)", "rowid, a, b"],
  [
    "fts5(a, b UNINDEXED, detail=none, columnsize=0)",
    "INSERT INTO $f (rowid, a) VALUES (-5, 'a')",
    "rowid, a, b",
  ],
  ["fts5(\"A b\", [c.d], prefix='2 3')", "INSERT INTO $f VALUES ('it''s', '\"')", 'rowid, "A b", "c.d"'],
  [
    "fts5(a, n, y)",
    "INSERT INTO $f VALUES ('a', 7, x'00ff'), ('b', 9007199254740993, NULL)",
    "rowid, a, n, y",
  ],
  [
    "fts5(a, content='', contentless_unindexed=1, b UNINDEXED)",
    "INSERT INTO $f VALUES ('a', 'kept')",
    "rowid, b",
  ],
  ["fts4", "INSERT INTO $f VALUES ('only')", "rowid, content"],
  [
    "fts4(a TEXT, 'b c', matchinfo=fts3, prefix='1')",
    "INSERT INTO $f (docid, a) VALUES (9, 'a'), (3, 'b')",
    'rowid, a, "b c"',
  ],
  ["fts4(a, languageid=lang)", "INSERT INTO $f (a, lang) VALUES ('a', 3), ('b', 0)", "rowid, a, lang"],
  ["fts4(a, order=desc, notindexed=b, b)", "INSERT INTO $f VALUES ('a', 'b')", "rowid, a, b"],
  [
    "fts3(a, tokenize porter)",
    "INSERT INTO $f VALUES ('a'); DELETE FROM $f; INSERT INTO $f (docid, a) VALUES (50, 'b')",
    "rowid, a",
  ],
] as const;

describe.each(["pages", "sqlite"] as const)("the rows, read by way of %s", (by) => {
  const all = databaseForAll();
  let file: SqliteFile;
  let outcome: MigrationOutcome;
  beforeAll(async () => {
    const made = tables.map(([using, fill], at) =>
      `CREATE VIRTUAL TABLE $f USING ${using}; ${fill};`.replaceAll("$f", `f${at}`),
    );
    file = makeSqlite("own", made.join("\n"));
    const options = by === "pages" ? { ownProcess: true } : ({ sourceMode: "lock" } as const);
    outcome = await migrate(file.path, all.url, { environment: process.env, jobs: 1, ...options });
  });
  afterAll(() => file.remove());

  test.each(tables.map(([using, , columns], at) => [using, columns, `f${at}`]))(
    "USING %s",
    async (_using, columns, name) => {
      expect(outcome.status).toBe("migrated");
      expect(outcome.plan.tables.find(({ source }) => source === name)).toMatchObject({
        target: name,
        reader: { by },
        storage: { table: `${name}_content` },
      });
      expect(outcome.verdicts.find(({ source }) => source === name)?.verdict).toBe("identical");
      const select = `SELECT ${columns} FROM ${name} ORDER BY rowid`;
      expect(await rowsOf(all, select)).toEqual(inSqlite(file.path, select));
    },
  );
});

const mail = `CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT);
  CREATE VIRTUAL TABLE f USING fts5(title, body UNINDEXED);
  CREATE VIRTUAL TABLE g USING fts4(title, languageid=lang);
  INSERT INTO t VALUES (1, 'Beta'), (2, 'alpha');
  INSERT INTO f (rowid, title, body) VALUES (1, 'Beta', 'x'), (2, 'alpha', NULL);
  INSERT INTO g (docid, title, lang) VALUES (1, 'Beta', 4), (5, 'gamma', 0);`;

describe("views", () => {
  const carried = [
    "SELECT * FROM f",
    "SELECT rowid, * FROM f",
    "SELECT f.rowid AS id, f.* FROM f JOIN t ON t.id = f.oid",
    "SELECT _rowid_ AS id, title FROM f WHERE title LIKE 'A%'",
    "SELECT docid, title FROM g",
    "SELECT g.docid, lang, g.* FROM g WHERE rowid < 3",
    "SELECT title FROM t NATURAL JOIN g",
    "SELECT count(*) AS n, max(title) AS last FROM f",
    "SELECT id FROM t WHERE id IN (SELECT docid FROM g) AND EXISTS (SELECT 1 FROM f WHERE f.rowid = t.id)",
  ];
  const refused = [
    ["SELECT * FROM f WHERE f MATCH 'a'", /asked by @@|MATCH/],
    ["SELECT * FROM f WHERE title MATCH 'a'", /MATCH/],
    [`SELECT * FROM f WHERE "f" = 'alpha'`, /asked by @@/],
    ["SELECT title, rank FROM f", /asked by @@/],
    [`SELECT title FROM f ORDER BY "rank"`, /asked by @@/],
    ["SELECT * FROM f('alpha')", /f/],
    ["SELECT snippet(f, 0, '', '', '', 5) FROM f", /snippet|asked by @@/],
  ] as const;
  const all = databaseForAll();
  let file: SqliteFile;
  let outcome: MigrationOutcome;
  beforeAll(async () => {
    const views = [
      ...carried.map((select, at) => `CREATE VIEW carried${at} AS ${select};`),
      ...refused.map(([select], at) => `CREATE VIEW refused${at} AS ${select};`),
    ];
    file = makeSqlite("views", `${mail} ${views.join("\n")}`);
    outcome = await migrate(file.path, all.url, { environment: process.env, jobs: 1 });
  });
  afterAll(() => file.remove());

  test.each(carried.map((select, at) => [select, `carried${at}`]))("%s", async (_select, view) => {
    expect(outcome.notCarried.filter(({ type, name }) => type === "view" && name === view)).toEqual([]);
    const rows = await rowsOf(all, `SELECT * FROM ${view} ORDER BY 1`);
    expect(rows).toEqual(inSqlite(file.path, `SELECT * FROM ${view} ORDER BY 1`));
    expect(rows.length).toBeGreaterThan(0);
  });

  test.each(refused.map(([select, reason], at) => [select, reason, `refused${at}`] as const))(
    "what only the index knows is refused: %s",
    (_select, reason, view) => {
      expect(outcome.plan.views.map(({ source }) => source)).not.toContain(view);
      const line = outcome.notCarried.find(({ type, name }) => type === "view" && name === view);
      expect(line?.reason).toMatch(reason);
    },
  );
});

describe("in a database of its own", () => {
  const database = databaseForEach();
  const makeFile = sqliteForEach();
  const migrated = (path: string, options: MigrateOptions = {}) =>
    migrate(path, database.url, { environment: process.env, jobs: 1, ...options });
  const inPostgres = (select: string) => rowsOf(database, select);

  test("in a UTF-16 file, and what a locale says of a text", async () => {
    const file = makeFile(
      "locale",
      `PRAGMA encoding = 'UTF-16le'; CREATE VIRTUAL TABLE f USING fts5(a, a_locale, locale=1);
     INSERT INTO f VALUES (fts5_locale('de_DE', 'Straße'), 'x'), ('plain', NULL);`,
    );
    expect(await migrated(file.path)).toMatchObject({ verdicts: [{ verdict: "identical" }] });
    expect(await inPostgres("SELECT * FROM f ORDER BY rowid")).toEqual([
      ["1", "Straße", "x", "de_DE", null],
      ["2", "plain", null, null, null],
    ]);
  });

  test("of thousands over several pages, with texts that leave their page", async () => {
    const file = makeFile(
      "many",
      `CREATE VIRTUAL TABLE f USING fts5(a, b);
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
       INSERT INTO f (rowid, a, b) SELECT i * 3, 'text ' || i, CASE WHEN i % 500 = 0 THEN printf('%.*c', 9000, 'x') END FROM n;`,
    );
    const outcome = await migrated(file.path, { ownProcess: true, jobs: 2, fullText: "tsvector" });
    expect(outcome).toMatchObject({ tables: [{ copied: 3000 }], verdicts: [{ verdict: "identical" }] });
    expect(await inPostgres("SELECT rowid FROM f WHERE f_tsvector @@ '2999'::tsquery")).toEqual(
      inSqlite(file.path, "SELECT rowid FROM f WHERE f MATCH '2999'"),
    );
  });

  test("a new row gets the next rowid", async () => {
    await migrated(
      makeFile("next", "CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO f (rowid, a) VALUES (7, 'a')").path,
    );
    await database.query("INSERT INTO f (a) VALUES ('b')");
    expect(await inPostgres("SELECT rowid, a FROM f ORDER BY rowid")).toEqual([
      ["7", "a"],
      ["8", "b"],
    ]);
  });

  describe("triggers", () => {
    test("write the same rows on both sides", async () => {
      const file = makeFile(
        "kept",
        `${mail}
       CREATE TRIGGER put AFTER INSERT ON t BEGIN
         INSERT INTO f (rowid, title) VALUES (new.id, new.title); INSERT INTO g VALUES (new.title); END;
       CREATE TRIGGER change AFTER UPDATE OF title ON t BEGIN
         UPDATE f SET title = new.title WHERE rowid = old.id; UPDATE g SET title = new.title, lang = 9 WHERE docid = old.id; END;
       CREATE TRIGGER gone AFTER DELETE ON t BEGIN DELETE FROM f WHERE rowid = old.id; DELETE FROM g WHERE docid = old.id; END;
       CREATE TRIGGER tidy AFTER DELETE ON t BEGIN INSERT INTO f (f) VALUES ('optimize'); END;`,
      );
      const { notCarried } = await migrated(file.path, { fullText: "tsvector" });
      expect(notCarried.filter(({ type }) => type === "trigger")).toMatchObject([
        { name: "tidy", reason: expect.stringContaining("a command to the full-text index f") as string },
      ]);
      const both = new Database(file.path);
      try {
        for (const sql of [
          "INSERT INTO t (id, title) VALUES (10, 'new')",
          "UPDATE t SET title = 'other' WHERE id = 1",
          "DELETE FROM t WHERE id = 2",
        ]) {
          both.exec(sql);
          await database.query(sql);
        }
      } finally {
        both.close();
      }
      for (const select of ["SELECT rowid, title, body FROM f", "SELECT rowid, title, lang FROM g"])
        expect(await inPostgres(`${select} ORDER BY 1`)).toEqual(inSqlite(file.path, `${select} ORDER BY 1`));
    });
  });

  describe("afterwards", () => {
    test("validate knows the table from the history, and from the target's columns alone", async () => {
      const file = makeFile("again", mail);
      await migrated(file.path, { fullText: "tsvector" });
      const names = ["t", "f", "g"].map((source) => ({ source, verdict: "identical" }));
      for (const planFrom of ["run-history", "target-columns"]) {
        expect(await validate(file.path, database.url, { environment: process.env })).toMatchObject({
          planFrom,
          verdicts: names,
        });
        await database.query("DROP SCHEMA IF EXISTS sqlift CASCADE");
      }
      await database.query("UPDATE f SET body = 'other' WHERE rowid = 2");
      const { verdicts } = await validate(file.path, database.url, { environment: process.env });
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "different", "identical"]);
    });

    test("rows that do not fit are kept whole under the names that people know, also of a column that is left out", async () => {
      const file = makeFile(
        "odd",
        "CREATE VIRTUAL TABLE f USING fts5(a, b); INSERT INTO f VALUES ('12', 'x'), ('none', 'y'), ('13', NULL)",
      );
      const mapping = parseMapping(
        "{ version: 1, tables: { f: { columns: { a: { type: bigint }, b: { skip: true } } } } }",
        "own.yaml",
      );
      const outcome = await migrated(file.path, { mappings: [mapping], onReject: "quarantine" });
      expect(outcome).toMatchObject({ tables: [{ copied: 2, rejected: 1 }] });
      expect(outcome.verdicts).toMatchObject([{ verdict: "identical-under-policy" }]);
      expect(await database.query("SELECT rowid, columns FROM sqlift.rejected_rows")).toEqual([
        { rowid: "2", columns: "{rowid,a,b}" },
      ]);
    });
  });

  describe("by its name", () => {
    const options = { jobs: 1 };
    const namesIn = async (more: Parameters<typeof plan>[1]) =>
      (await plan(makeFile("chosen", mail).path, { ...options, ...more })).tables.map(({ target }) => target);

    test("it is chosen and left out", async () => {
      expect(await namesIn({ include: ["f"] })).toEqual(["f"]);
      expect(await namesIn({ exclude: ["f", "t"] })).toEqual(["g"]);
      await expect(namesIn({ include: ["f_content"] })).rejects.toThrow(/no such table/);
      const { notCarried } = await plan(makeFile("left", mail).path, { ...options, exclude: ["f"] });
      expect(notCarried.filter(({ name }) => name === "f")).toMatchObject([{ type: "table" }]);
      expect(notCarried.find(({ name }) => name === "f_content")?.reason).toContain("nothing without it");
    });

    test("mappings rename it, and what is offered has the names of the target", async () => {
      const mapping = parseMapping(
        "{ version: 1, tables: { f: { rename: letters, columns: { title: { rename: heading } } } } }",
        "own.yaml",
      );
      const outcome = await migrated(makeFile("renamed", mail).path, { mappings: [mapping] });
      const line = outcome.notCarried.find(({ type, name }) => type === "virtual table" && name === "f");
      const [statements] = /ALTER TABLE .*$/.exec(line?.instead ?? "") ?? [""];
      for (const sql of statements.split(";").filter((each) => each.trim() !== "")) await database.query(sql);
      expect(await inPostgres("SELECT rowid FROM letters WHERE f_tsvector @@ 'alpha'::tsquery")).toEqual([
        ["2"],
      ]);
    });
  });

  describe("what cannot be read is a finding and a line", () => {
    const edited = (sql: string): string => `CREATE TABLE t (a); CREATE VIRTUAL TABLE f USING fts5(a, b);
    INSERT INTO f VALUES ('x', 'y'); PRAGMA writable_schema = ON; ${sql};`;

    test.each([
      ["the table is missing", edited("DELETE FROM sqlite_schema WHERE name = 'f_content'"), "is missing"],
      [
        "a column is missing",
        edited("UPDATE sqlite_schema SET sql = replace(sql, ', c1', '') WHERE name = 'f_content'"),
        "lacks the column c1",
      ],
      [
        "the key is missing",
        edited("UPDATE sqlite_schema SET sql = replace(sql, 'PRIMARY KEY', '') WHERE name = 'f_content'"),
        "lacks a key",
      ],
      [
        "it is packed",
        "CREATE TABLE t (a); CREATE VIRTUAL TABLE f USING fts4(a, compress=zip, uncompress=unzip)",
        "compress=zip",
      ],
    ])("%s", async (_, sql, words) => {
      for (const fullText of ["skip", "tsvector"] as const) {
        const outcome = await migrated(makeFile("lost", sql).path, { fullText, schema: fullText });
        expect(outcome.tables.map(({ source }) => source)).toEqual(["t"]);
        expect(outcome.findings).toMatchObject([
          { kind: "full-text-lost", at: { table: "f" }, reason: expect.stringContaining(words) as string },
        ]);
        expect(outcome.notCarried.find(({ name }) => name === "f")?.reason).toContain(words);
        expect(migrationExitCode(outcome, false)).toBe(1);
      }
    });

    test("is none where nobody wants the table", async () => {
      const file = makeFile("unwanted", edited("DELETE FROM sqlite_schema WHERE name = 'f_content'")).path;
      const skipping = parseMapping("{ version: 1, tables: { f: { skip: true } } }", "own.yaml");
      for (const wish of [{ exclude: ["f"] }, { include: ["t"] }, { mappings: [skipping] }]) {
        const { findings, notCarried } = await plan(file, { jobs: 1, ...wish });
        expect(findings).toEqual([]);
        expect(notCarried.filter(({ name }) => name === "f")).toMatchObject([
          { type: "table", reason: expect.stringMatching(/^left out|^skipped/) as string },
        ]);
        expect(notCarried.find(({ name }) => name === "f_data")).toMatchObject({ type: "shadow table" });
      }
    });

    test("a tokenizer that only the application has keeps nobody from the text", async () => {
      const sql = edited(
        "UPDATE sqlite_schema SET sql = replace(sql, 'b)', 'b, tokenize=mine)') WHERE name = 'f'",
      );
      const outcome = await migrated(makeFile("mine", sql).path);
      expect(outcome.verdicts).toMatchObject([{}, { source: "f", verdict: "identical" }]);
      expect(await inPostgres("SELECT a, b FROM f")).toEqual([["x", "y"]]);
    });

    test.each(["fts5(a, content='')", "fts5(a, content='', contentless_delete=1)", "fts4(a, content='')"])(
      "%s has nothing to carry, which is no loss",
      async (using) => {
        const sql = `CREATE VIRTUAL TABLE f USING ${using}; INSERT INTO f (rowid, a) VALUES (1, 'x')`;
        const made = await plan(makeFile("none", sql).path, { jobs: 1 });
        expect(made.tables).toEqual([]);
        expect(made.findings.map(({ kind }) => kind)).toEqual(["nothing-to-move"]);
        expect(made.notCarried.find(({ name }) => name === "f")?.reason).toContain("keeps no text");
      },
    );
  });

  const scanner = new URL("../../../shared/corpus/scanner_fts.db", import.meta.url).pathname;
  test.skipIf(!existsSync(scanner))(
    "scanner_fts.db (../shared/corpus; skipped where it is absent) arrives whole",
    async () => {
      expect(await migrated(scanner)).toMatchObject({
        status: "migrated",
        tables: [{ source: "email", copied: 1 }],
        verdicts: [{ verdict: "identical" }],
      });
      const select = "SELECT rowid, sender, title, body FROM email";
      expect(await inPostgres(select)).toEqual(inSqlite(scanner, select));
    },
  );
});
