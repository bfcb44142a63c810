/** What a person could write instead: PostgreSQL takes it, wherever it is SQL. */
import { expect, test } from "vitest";
import { quote } from "../../src/model/identifier.js";
import type { NotCarried } from "../../src/model/plan.js";
import { createTableSql } from "../../src/translate/statements/ddl.js";
import { databaseForAll } from "../database.js";
import { planOf } from "./plan-of.js";

const postgres = databaseForAll();

const lineOf = (plan: { readonly notCarried: readonly NotCarried[] }, type: NotCarried["type"]): NotCarried =>
  plan.notCarried.find((line) => line.type === type)!;

const items = `CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, at DATETIME, "Of What" TEXT);`;
const trigger = (body: string) => `${items} CREATE TRIGGER tr AFTER DELETE ON items BEGIN ${body}; END;`;

/** Statements, whose dots stand for what `filled` says. */
const statements: readonly (readonly [
  what: string,
  type: NotCarried["type"],
  source: string,
  filled: string,
  sql: string,
])[] = [
  [
    "an R*Tree of planes",
    "virtual table",
    "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, y0, y1)",
    "",
    `CREATE TABLE "r" ("id" bigint PRIMARY KEY, area box); CREATE INDEX ON "r" USING gist (area);`,
  ],
  [
    "a full-text table of its own",
    "virtual table",
    "CREATE VIRTUAL TABLE f USING fts5(title, body)",
    "",
    `ALTER TABLE "f" ADD COLUMN "f_tsvector" tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce("title", '') || ' ' || coalesce("body", ''))) STORED; CREATE INDEX ON "f" USING gin ("f_tsvector");`,
  ],
  [
    "a full-text index of a table",
    "virtual table",
    `${items} CREATE VIRTUAL TABLE f USING fts5(name, content='items')`,
    "",
    `ALTER TABLE "items" ADD COLUMN "f" tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce("name", ''))) STORED; CREATE INDEX ON "items" USING gin ("f");`,
  ],
  [
    "random bytes for a number",
    "default",
    "CREATE TABLE t (a INTEGER DEFAULT (randomblob(8)))",
    "",
    `ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT (random() * 9223372036854775807)::bigint;`,
  ],
  [
    "a default of an unknown function",
    "default",
    `CREATE TABLE t ("a b" TEXT DEFAULT (sqlite_version()))`,
    "NULL",
    `ALTER TABLE "t" ALTER COLUMN "a b" SET DEFAULT …;`,
  ],
  [
    "REPLACE of a key",
    "conflict clause",
    `CREATE TABLE t ("a b" INTEGER, c TEXT, d TEXT, UNIQUE ("a b", c) ON CONFLICT REPLACE)`,
    "1, 'c', 'd'",
    `INSERT INTO "t" ("a b", "c", "d") VALUES (…) ON CONFLICT ("a b", "c") DO UPDATE SET "d" = excluded."d";`,
  ],
  [
    "IGNORE of a key",
    "conflict clause",
    "CREATE TABLE t (a INTEGER UNIQUE ON CONFLICT IGNORE, b TEXT)",
    "1, 'b'",
    `INSERT INTO "t" ("a", "b") VALUES (…) ON CONFLICT ("a") DO NOTHING;`,
  ],
  [
    "NULLs in a primary key",
    "primary key",
    "CREATE TABLE t (a TEXT PRIMARY KEY); INSERT INTO t VALUES (NULL)",
    "",
    `ALTER TABLE "t" ADD PRIMARY KEY ("a");`,
  ],
  [
    "a parent that is not unique",
    "foreign key",
    "CREATE TABLE p (a TEXT); CREATE TABLE c (b TEXT REFERENCES p (a))",
    "",
    `ALTER TABLE "p" ADD UNIQUE ("a"); ALTER TABLE "c" ADD FOREIGN KEY ("b") REFERENCES "p" ("a");`,
  ],
  [
    "OR REPLACE in a trigger",
    "trigger",
    trigger("INSERT OR REPLACE INTO items (id) VALUES (1)"),
    "1, 'a', NULL, 'b'",
    `INSERT INTO "items" ("id", "name", "at", "Of What") VALUES (…) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "at" = excluded."at", "Of What" = excluded."Of What";`,
  ],
  [
    "a trigger of another form",
    "trigger",
    trigger("UPDATE items SET name = CAST(at AS BLOB) || group_concat(name) OVER ()"),
    "",
    `CREATE FUNCTION "tr"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN /* … */ RETURN OLD; END $$; CREATE TRIGGER "tr" AFTER DELETE ON "items" FOR EACH ROW EXECUTE FUNCTION "tr"();`,
  ],
  [
    "a function of the application",
    "view",
    `${items} CREATE VIEW v AS SELECT "own fn"(name, id) FROM items`,
    "a1 || a2",
    `CREATE FUNCTION "own fn"(a1 text, a2 text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN …; END $$;`,
  ],
  [
    "a stored column that cannot be computed",
    "generated column",
    "CREATE TABLE t (a TEXT, b TEXT AS (CAST(a AS BLOB)) STORED)",
    "NEW.a",
    `CREATE FUNCTION "t_b"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."b" := …; RETURN NEW; END $$; CREATE TRIGGER "t_b" BEFORE INSERT OR UPDATE ON "t" FOR EACH ROW EXECUTE FUNCTION "t_b"();`,
  ],
];

test.for(statements)("%s: PostgreSQL takes it", async ([, type, source, filled, sql]) => {
  const plan = planOf(source);
  const { instead = null } = lineOf(plan, type);
  expect(instead).toContain(sql);
  const tables = plan.tables.flatMap((table) => [
    createTableSql("public", table),
    ...[...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques].map(
      ({ name, columns }) =>
        `ALTER TABLE ${quote(table.target)} ADD CONSTRAINT ${quote(name)} UNIQUE (${columns.map(quote).join(", ")})`,
    ),
  ]);
  const written = sql.replace("/* … */", "").replaceAll("…", filled);
  await postgres.query(`BEGIN; ${tables.map((one) => `${one};`).join(" ")} ${written} ROLLBACK`);
});

test("a collation of the application: PostgreSQL takes one of ICU by its name", async () => {
  const plan = planOf((database) => {
    database.unsafeMode();
    database.exec("CREATE TABLE t (a TEXT); PRAGMA writable_schema = ON");
    database.exec(
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a TEXT COLLATE my_nocase)'; PRAGMA writable_schema = RESET",
    );
  });
  const { instead = null } = lineOf(plan, "collation");
  expect(instead).toContain(`ALTER COLUMN "a" TYPE text COLLATE "MY_NOCASE"`);
  await postgres.query(`BEGIN; CREATE TABLE t (a text); ${instead ?? ""} ROLLBACK`);
});

const words: readonly (readonly [
  what: string,
  type: NotCarried["type"],
  source: string,
  instead: string | null,
])[] = [
  [
    "columns beside an aggregate",
    "view",
    `${items} CREATE VIEW v AS SELECT name, max(id) FROM items`,
    "any_value(",
  ],
  [
    "MATCH",
    "view",
    `${items} CREATE VIEW v AS SELECT id FROM items WHERE name MATCH 'x'`,
    "websearch_to_tsquery",
  ],
  ["REGEXP", "view", `${items} CREATE VIEW v AS SELECT id FROM items WHERE name REGEXP 'x'`, "~ 'pattern'"],
  [
    "timediff()",
    "view",
    `${items} CREATE VIEW v AS SELECT timediff(at, '2024-01-01') AS d FROM items`,
    "age(a, b)",
  ],
  [
    "the local time",
    "view",
    `${items} CREATE VIEW v AS SELECT datetime('now', 'localtime') AS d FROM items`,
    "AT TIME ZONE",
  ],
  [
    "a table of SQLite's own",
    "view",
    "CREATE VIEW v AS SELECT name FROM sqlite_master",
    "information_schema.tables",
  ],
  [
    "a view that is not carried",
    "view",
    "CREATE VIEW v AS SELECT * FROM w; CREATE VIEW w AS SELECT sqlite_source_id() AS a",
    `"w" first`,
  ],
  ["a table that is not there", "view", "CREATE VIEW v AS SELECT a FROM gone", null],
  [
    "UPDATE ... FROM",
    "trigger",
    trigger("UPDATE items SET name = 'x' FROM items AS o WHERE o.id = items.id"),
    `UPDATE "items" SET …`,
  ],
  ["RAISE(FAIL)", "trigger", trigger("SELECT RAISE(FAIL, 'no')"), "RAISE EXCEPTION 'message'"],
  ["RAISE(IGNORE) afterwards", "trigger", trigger("SELECT RAISE(IGNORE)"), "RETURN NULL"],
  [
    "NOT NULL ON CONFLICT",
    "conflict clause",
    "CREATE TABLE t (a TEXT NOT NULL ON CONFLICT IGNORE)",
    `WHERE "a" IS NOT NULL`,
  ],
  ["a foreign key without a parent", "foreign key", "CREATE TABLE t (a REFERENCES gone (a))", null],
];

test.for(words)("%s: what could stand there is told", ([, type, source, wanted]) => {
  const { instead = null } = lineOf(planOf(source), type);
  if (wanted === null) expect(instead).toBeNull();
  else expect(instead).toContain(wanted);
});
