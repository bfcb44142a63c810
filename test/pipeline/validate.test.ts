/** What validate compares, and that nothing in the file passes for proven because nobody looked. */
import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunOptions } from "../../src/pipeline/open.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { validate, type ValidationOptions } from "../../src/pipeline/validate.js";
import { validationExitCode } from "../../src/cli/exit-code.js";
import { validationJson } from "../../src/report/json.js";
import { copyForEach, databaseForAll, databaseForEach, type TestDatabase } from "../database.js";
import { makeSqlite, sqliteForEach, type SqliteFile } from "../fixture.js";
import { mappingOf, rule, tableRule } from "../translate/mapping-of.js";

const makeFile = sqliteForEach();
let source: SqliteFile;
let database: TestDatabase;
const options: RunOptions = { environment: process.env };
const shop = "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO book VALUES (1, 'Emma');";

/** The shop, and a database without anything. */
function emptyForEach(): void {
  const empty = databaseForEach();
  beforeEach(() => {
    source = makeFile("shop", shop);
    database = empty;
  });
}

/** A shop with `more` in it that was migrated once. Each test has a copy of both: a file of the same bytes is the same source. */
function migratedForEach(more = "", how: RunOptions = options): void {
  const original = databaseForAll();
  beforeAll(async () => {
    const first = makeSqlite("shop", shop + more);
    const { objects } = await migrate(first.path, original.url, how);
    expect(objects).toEqual([]);
    first.remove();
  });
  const copy = copyForEach(original);
  beforeEach(() => {
    source = makeFile("shop", shop + more);
    database = copy;
  });
}

function change(sql: string): void {
  const file = new Database(source.path);
  file.exec(sql);
  file.close();
}

async function verdicts(more: RunOptions = {}): Promise<readonly string[]> {
  const outcome = await validate(source.path, database.url, { ...options, ...more });
  return outcome.verdicts.map(({ source: table, verdict }) => `${table}: ${verdict}`).sort();
}

describe("what stands beyond the rows", () => {
  migratedForEach("CREATE VIEW titles AS SELECT title FROM book; CREATE INDEX by_title ON book (title);");

  test.each([
    ["SELECT setval('public.book_id_seq', 1, false)", "sequence-behind", 1],
    ["DROP VIEW public.titles", "missing", 0],
    ["DROP INDEX public.by_title", "missing", 0],
    ["ALTER TABLE public.book DROP CONSTRAINT book_pkey", "missing", 1],
  ])("is looked at: %s", async (sql, kind, code) => {
    const before = await validate(source.path, database.url, options);
    expect([before.objects, validationExitCode(before)]).toEqual([[], 0]);
    await database.query(sql);
    const outcome = await validate(source.path, database.url, options);
    expect(outcome.verdicts).toMatchObject([{ verdict: "identical" }]);
    expect(outcome.objects.map((fault) => fault.kind)).toEqual([kind]);
    expect(validationExitCode(outcome)).toBe(code);
  });
});

describe("what the run made and is gone", () => {
  migratedForEach(`CREATE TABLE "odd ""table" (id INTEGER PRIMARY KEY, book INTEGER REFERENCES book (id), code TEXT UNIQUE, n INTEGER CHECK (n > 0));
      INSERT INTO "odd ""table" VALUES (1, 1, 'a', 1);
      CREATE INDEX "by n" ON "odd ""table" (n DESC) WHERE n > 5;
      CREATE VIEW titles AS SELECT title FROM book;
      CREATE TRIGGER rename AFTER UPDATE OF title ON book BEGIN DELETE FROM "odd ""table" WHERE book = NEW.id; END;`);

  test.each([
    `ALTER TABLE "odd ""table" DROP CONSTRAINT "odd ""table_pkey"`,
    `ALTER TABLE "odd ""table" DROP CONSTRAINT "odd ""table_code_key"`,
    `ALTER TABLE "odd ""table" DROP CONSTRAINT "odd ""table_book_fkey"`,
    `ALTER TABLE "odd ""table" DROP CONSTRAINT "odd ""table_n_check"`,
    `DROP INDEX "by n"`,
    "DROP VIEW titles",
    "DROP TRIGGER rename ON book",
    "DROP FUNCTION rename CASCADE",
  ])("comes back by the mend: %s", async (sql) => {
    const definitions = `SELECT pg_get_indexdef(indexrelid) AS sql FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
      UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT viewname || definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1`;
    const before = await database.query(definitions);
    await database.query(sql);
    const { objects } = await validate(source.path, database.url, options);
    expect(objects).toMatchObject([{ kind: "missing" }]);
    await database.query(objects[0]?.mend ?? "");
    expect(await database.query(definitions)).toEqual(before);
    expect((await validate(source.path, database.url, options)).objects).toEqual([]);
  });
});

describe("after a run that left something out", () => {
  const mappings = [mappingOf({ tables: [tableRule("book", { columns: [rule("title", { skip: true })] })] })];
  migratedForEach("CREATE TABLE author (name TEXT); INSERT INTO author VALUES ('Jane');", {
    ...options,
    mappings,
    exclude: ["author"],
  });

  test("a table is unproven as asked, and the others are compared without their columns", async () => {
    const outcome = await validate(source.path, database.url, options);
    expect(outcome.verdicts).toMatchObject([
      { source: "book", verdict: "identical", asked: false },
      { source: "author", verdict: "unproven", asked: true, reason: "left out by --exclude author" },
    ]);
    await database.query("DELETE FROM public.book");
    expect(await verdicts()).toEqual(["author: unproven", "book: different"]);
  });

  test("a table that came into the target since then is compared", async () => {
    await database.query("CREATE TABLE public.author AS SELECT 'Jane'::text AS name");
    expect(await verdicts()).toEqual(["author: identical", "book: identical"]);
    await database.query("UPDATE public.author SET name = 'Anne'");
    expect(await verdicts()).toEqual(["author: different", "book: identical"]);
  });

  test("a column that came into the file since then still leaves its table unproven", async () => {
    change("ALTER TABLE book ADD COLUMN price REAL DEFAULT 1.5");
    expect(await verdicts()).toEqual(["author: unproven", "book: unproven"]);
  });
});

describe("columns of the target that the source lacks", () => {
  emptyForEach();

  test("are named, also where the table differs or a column is of another type", async () => {
    change("CREATE TABLE none (a); INSERT INTO none VALUES (1);");
    await migrate(source.path, database.url, options);
    await database.query("ALTER TABLE book ADD COLUMN stock int; ALTER TABLE book ADD COLUMN shelf text");
    const named = async () => {
      const { verdicts: all } = await validate(source.path, database.url, options);
      return all.map(({ verdict, notCompared }) => [verdict, ...notCompared].join(" "));
    };
    expect(await named()).toEqual(["identical stock shelf", "identical"]);
    await database.query("UPDATE book SET title = 'x'; DROP TABLE none; CREATE TABLE none ()");
    expect(await named()).toEqual(["different stock shelf", "different"]);
    await database.query("ALTER TABLE book ALTER title TYPE bytea USING NULL; DROP TABLE none");
    expect(await named()).toEqual(["different stock shelf", "different"]);
  });
});

describe("after a run", () => {
  migratedForEach();

  test("a table that came into the file since then is different, for the target has none", async () => {
    change("CREATE TABLE author (name TEXT); INSERT INTO author VALUES ('Jane');");
    expect(await verdicts()).toEqual(["author: different", "book: identical"]);
  });

  test("a column that came into the file since then leaves its table unproven", async () => {
    change("ALTER TABLE book ADD COLUMN price REAL DEFAULT 1.5");
    expect(await verdicts()).toEqual(["book: unproven"]);
  });

  test("what came into both is compared by the target's columns", async () => {
    change("ALTER TABLE book ADD COLUMN price REAL DEFAULT 1.5; CREATE TABLE author (name TEXT);");
    await database.query(
      "ALTER TABLE public.book ADD price float8 DEFAULT 1.5; CREATE TABLE public.author (name text)",
    );
    expect(await verdicts()).toEqual(["author: identical", "book: identical"]);
    await database.query("UPDATE public.book SET price = 1.25");
    expect(await verdicts()).toEqual(["author: identical", "book: different"]);
  });

  test("a table that has gone from the file is unproven", async () => {
    change("CREATE TABLE other (a); DROP TABLE book;");
    expect(await verdicts()).toEqual(["book: unproven", "other: different"]);
  });

  test("the run into the named schema counts, also if a later one moved the file elsewhere", async () => {
    await migrate(source.path, database.url, { ...options, schema: "elsewhere" });
    await database.query("UPDATE elsewhere.book SET title = 'Emmy'");
    expect(await verdicts({ schema: "public" })).toEqual(["book: identical"]);
    expect(await verdicts()).toEqual(["book: different"]);
    const outcome = await validate(source.path, database.url, { ...options, schema: "public" });
    expect(outcome.planFrom).toBe("run-history");
  });
});

describe("a validation", () => {
  emptyForEach();

  test("ends by a signal where it waits for a lock of somebody else's on the run history", async () => {
    await migrate(source.path, database.url, options);
    await database.query("BEGIN; LOCK TABLE sqlift.runs IN ACCESS EXCLUSIVE MODE");
    const controller = new AbortController();
    const waiting = verdicts({ signal: controller.signal }).catch((error: unknown) => error);
    // Of pg_stat_activity the transaction that holds the lock would see one moment only.
    const waits = `SELECT FROM pg_locks WHERE NOT granted AND relation IS NOT NULL
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await database.query(waits)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    expect(await waiting).toMatchObject({ code: "interrupted" });
    await database.query("ROLLBACK");
  });

  test("of a file without tables is no failure, right after it was migrated", async () => {
    change("DROP TABLE book");
    await migrate(source.path, database.url, options);
    const outcome = await validate(source.path, database.url, options);
    expect(outcome.findings.map(({ kind }) => kind)).toEqual(["nothing-to-move"]);
    expect([validationJson(outcome).status, validationExitCode(outcome)]).toEqual(["identical", 0]);
    change("CREATE TABLE book (title TEXT)");
    const filled = await validate(source.path, database.url, options);
    expect([validationJson(filled).status, validationExitCode(filled)]).toEqual(["different", 1]);
  });

  test("makes no embedded database of a slip in its name", async () => {
    const folder = join(dirname(source.path), "slip.pg");
    await expect(validate(source.path, `embedded:${folder}`, options)).rejects.toMatchObject({
      code: "usage",
    });
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a table that may stay unproven", () => {
  migratedForEach("CREATE TABLE note (body TEXT); INSERT INTO note VALUES ('x');");
  beforeEach(async () => {
    // A policy of row-level security hides rows from its owner too: then nothing is proven.
    await database.query(
      "ALTER TABLE public.note ENABLE ROW LEVEL SECURITY; ALTER TABLE public.note FORCE ROW LEVEL SECURITY",
    );
  });

  const asRole = async (more: ValidationOptions = {}) => {
    await database.query(`
      DROP ROLE IF EXISTS sqlift_reader; CREATE ROLE sqlift_reader LOGIN PASSWORD 'x';
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO sqlift_reader; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO sqlift_reader; GRANT USAGE ON SCHEMA sqlift TO sqlift_reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA sqlift TO sqlift_reader;`);
    const url = new URL(database.url);
    url.username = "sqlift_reader";
    url.password = "x";
    try {
      return await validate(source.path, url.href, { ...options, ...more });
    } finally {
      await database.query("DROP OWNED BY sqlift_reader; DROP ROLE sqlift_reader");
    }
  };

  test("is unproven and not asked for by itself: exit 2", async () => {
    const outcome = await asRole();
    expect(outcome.verdicts.find(({ source: table }) => table === "note")).toMatchObject({
      verdict: "unproven",
      asked: false,
    });
    expect(validationExitCode(outcome)).toBe(2);
  });

  test("is as if it had been left out, where it is named: exit 0", async () => {
    const outcome = await asRole({ allowUnproven: ["note"] });
    const note = outcome.verdicts.find(({ source: table }) => table === "note");
    expect(note).toMatchObject({ verdict: "unproven", asked: true });
    expect(note?.reason).toContain("row-level security");
    expect(validationExitCode(outcome)).toBe(0);
  });

  test("is still different where it differs", async () => {
    await database.query("ALTER TABLE public.note DISABLE ROW LEVEL SECURITY; DELETE FROM public.note");
    const outcome = await validate(source.path, database.url, { ...options, allowUnproven: ["note"] });
    expect(validationExitCode(outcome)).toBe(1);
  });

  test("has to be there: a mistyped name is wrong use, before anything is compared", async () => {
    const failed = validate(source.path, database.url, { ...options, allowUnproven: ["nots"] });
    await expect(failed).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining('"nots"') as string,
    });
  });
});
