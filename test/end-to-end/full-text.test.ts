/** --fts tsvector: what SQLite's MATCH finds is found in PostgreSQL, and the copy is proven all the same. */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { migrate, type MigrateOptions } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { validate } from "../../src/pipeline/validate.js";
import { databaseForEach } from "../database.js";
import { sqliteForEach } from "../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

const migrated = (path: string, options: MigrateOptions = {}) =>
  migrate(path, database.url, { environment: process.env, fullText: "tsvector", ...options });

const shelf = (
  tokenize: string,
): string => `CREATE TABLE book (id INTEGER PRIMARY KEY, title VARCHAR(40), blurb TEXT, pages INT, sold TEXT);
  INSERT INTO book VALUES (1, 'Running rivers', 'a Journey', 10, 'x'), (2, NULL, 'the runner runs', 200, 'y'), (7, 'Äpfel', '', NULL, NULL);
  CREATE VIRTUAL TABLE find USING fts5(title, blurb, pages, content='book', content_rowid='id'${tokenize});
  INSERT INTO find (find) VALUES ('rebuild');
  CREATE TRIGGER put AFTER INSERT ON book BEGIN INSERT INTO find (rowid, title, blurb, pages) VALUES (new.id, new.title, new.blurb, new.pages); END;`;

/** Rowids that SQLite finds and ids that PostgreSQL finds for each word. */
async function bothFind(
  path: string,
  table: string,
  index: string,
  id: string,
  words: readonly string[],
  as: string,
) {
  const file = new Database(path, { readonly: true });
  try {
    for (const word of words) {
      const inSqlite = file
        .prepare<[string], number>(`SELECT rowid FROM "${index}" WHERE "${index}" MATCH ? ORDER BY rowid`)
        .pluck()
        .all(word);
      const rows = await database.query(
        `SELECT "${id}" AS id FROM public."${table}" WHERE "${index}" @@ plainto_tsquery('${as}', $1) ORDER BY 1`,
        [word],
      );
      expect([word, rows.map((row) => Number(row["id"]))]).toEqual([word, inSqlite]);
    }
  } finally {
    file.close();
  }
}

describe("an index over another table's text", () => {
  test("becomes a column that finds the same words, and the table stays identical", async () => {
    const file = makeFile("shelf", shelf(""));
    const outcome = await migrated(file.path);
    expect(outcome).toMatchObject({
      status: "migrated",
      tables: [{ copied: 3 }],
      verdicts: [{ verdict: "identical" }],
    });
    const words = ["running", "RIVERS", "journey", "run", "runs", "200", "äpfel", "nothing"];
    await bothFind(file.path, "book", "find", "id", words, "simple");
    expect(outcome.notCarried.map(({ type, name }) => [type, name])).not.toContainEqual([
      "virtual table",
      "find",
    ]);
    expect(outcome.notCarried.find(({ type }) => type === "trigger")?.reason).toContain("generated column");
    const again = await validate(file.path, database.url, { environment: process.env });
    expect(again.verdicts).toMatchObject([{ verdict: "identical" }]);
  });

  test("has a GIN index, and finds what is written later", async () => {
    await migrated(makeFile("shelf", shelf("")).path);
    const [index] = await database.query("SELECT indexdef FROM pg_indexes WHERE indexname = 'book_find_idx'");
    expect(index?.["indexdef"]).toContain("USING gin (find)");
    await database.query("INSERT INTO public.book (title) VALUES ('quite new')");
    expect(await database.query("SELECT id FROM public.book WHERE find @@ 'new'::tsquery")).toEqual([
      { id: "8" },
    ]);
  });

  test("of the tokenizer porter finds stems, by the configuration english", async () => {
    const file = makeFile("shelf", shelf(", tokenize='porter unicode61'"));
    await migrated(file.path);
    await bothFind(
      file.path,
      "book",
      "find",
      "id",
      ["running", "runs", "rivers", "river", "journeys"],
      "english",
    );
  });

  test("is no column of the source: rejected rows are kept without it, and a name that is taken makes way", async () => {
    const file = makeFile(
      "taken",
      `CREATE TABLE t (id INTEGER PRIMARY KEY, f TEXT, a TEXT); INSERT INTO t VALUES (1, 'x', 'good'), (2, 'y', 'b' || char(0));
       CREATE VIRTUAL TABLE f USING fts5(a, content='t', content_rowid='id')`,
    );
    const outcome = await migrated(file.path, { onReject: "quarantine" });
    expect(outcome).toMatchObject({ status: "migrated", tables: [{ copied: 1, rejected: 1 }] });
    expect(outcome.verdicts).toMatchObject([{ verdict: "identical-under-policy" }]);
    expect(await database.query("SELECT columns FROM sqlift.rejected_rows")).toEqual([
      { columns: "{id,f,a}" },
    ]);
    expect(await database.query("SELECT f_2::text AS words FROM public.t")).toEqual([{ words: "'good':1" }]);
  });
});

describe("what cannot be carried so is listed with the reason", () => {
  test.each([
    ["fts5(a, content='')", "keeps no text"],
    ["fts5(a, content='gone')", "gone is no table"],
    ["fts5(b, content='t')", "column b is none of t"],
    ["fts5(n, content='t')", "column n is no text"],
    ["fts5(g, content='t')", "column g is computed"],
    ["fts5(a UNINDEXED, content='t')", "indexes no column"],
    ["fts5(long, content='t')", "a tsvector holds less than 1 MB"],
  ])("%s", async (using, reason) => {
    const sql = `CREATE TABLE t (a TEXT, n BLOB, long TEXT, g TEXT AS (a || 'x') STORED);
      INSERT INTO t (a, n, long) VALUES ('x', x'00', printf('%.*c', 300000, 'x'));
      CREATE VIRTUAL TABLE f USING ${using}`;
    const made = await plan(makeFile("cannot", sql).path, { fullText: "tsvector", jobs: 1 });
    expect(made.notCarried.find(({ type }) => type === "virtual table")?.reason).toContain(reason);
    expect(made.tables[0]?.columns.map(({ source }) => source)).not.toContain("f");
  });

  test("and without being asked for, no index is", async () => {
    const made = await plan(makeFile("shelf", shelf("")).path);
    expect(made.tables[0]?.columns).toHaveLength(5);
    expect(made.notCarried.find(({ name }) => name === "find")?.reason).toContain("--fts tsvector");
  });
});

const corpus = (name: string): string => new URL(`../../../shared/corpus/${name}`, import.meta.url).pathname;

describe("the corpus (../shared/corpus; skipped where it is absent)", () => {
  const datasette = corpus("datasette_fixtures.db");
  test.skipIf(!existsSync(datasette))("datasette_fixtures.db is searched as datasette does", async () => {
    await migrated(datasette);
    const words = ["barry", "cat", "terry", "dog", "panther", "nothing"];
    await bothFind(datasette, "searchable", "searchable_fts", "pk", words, "simple");
  });

  const hangouts = corpus("chat_hangouts_android.db");
  test.skipIf(!existsSync(hangouts))(
    "chat_hangouts_android.db has a column for each of its indexes",
    async () => {
      const made = await plan(hangouts, { fullText: "tsvector", jobs: 1 });
      const added = made.tables.flatMap(({ columns }) =>
        columns.filter(({ generated }) => generated?.sourceKind === "none"),
      );
      expect(added.map(({ source }) => source)).toEqual(["participants_fts", "participant_email_fts"]);
    },
  );
});
