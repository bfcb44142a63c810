/** Virtual tables are told by their module, with what PostgreSQL has instead. */
import { describe, expect, test } from "vitest";
import type { SqliteObject, SqliteSchema } from "../../../src/model/sqlite.js";
import { fullTextOf } from "../../../src/translate/objects/full-text.js";
import { leadingName, parseVirtualDeclaration } from "../../../src/translate/sql/ddl/virtual-declaration.js";
import { virtualTablesNotCarried } from "../../../src/translate/objects/virtual-tables.js";
import { databaseForAll } from "../../database.js";
import { planOf } from "../plan-of.js";

const virtual = (sql: string, name = "v"): SqliteObject => ({ type: "virtual", name, table: null, sql });

const schemaOf = (...objects: readonly SqliteObject[]): SqliteSchema => ({
  encoding: "UTF-8",
  tables: [],
  objects,
});

const lineOf = (sql: string) => virtualTablesNotCarried(schemaOf(virtual(sql))).notCarried[0];

/** Why, and what could stand there. */
const said = (sql: string): string => {
  const { reason, instead } = lineOf(sql) ?? {};
  return `${reason ?? ""} ${instead ?? ""}`;
};

describe("a declaration", () => {
  test.each([
    ["SELECT 1", null],
    ["CREATE VIRTUAL TABLE v", null],
    ["CREATE VIRTUAL TABLE v USING FTS5", { module: "fts5", args: [] }],
    ["CREATE VIRTUAL TABLE v USING rtree()", { module: "rtree", args: [] }],
    [
      'create virtual table main.v using "Vec0"( a float[3], b text  partition key )',
      {
        module: "vec0",
        args: ["a float[3]", "b text  partition key"],
      },
    ],
    [
      'CREATE VIRTUAL TABLE IF NOT EXISTS v USING m(a = \',)\', "x,""(", [),], `y``,`, f(1, (2)))',
      {
        module: "m",
        args: ["a = ',)'", '"x,""("', "[),]", "`y``,`", "f(1, (2))"],
      },
    ],
  ])("%s", (sql, expected) => {
    expect(parseVirtualDeclaration(sql)).toEqual(expected);
  });

  test.each([
    ["a UNINDEXED", { name: "a", rest: "UNINDEXED" }],
    ["content=t", { name: "content", rest: "=t" }],
    ['"a ""b""" x', { name: 'a "b"', rest: "x" }],
    ["[a ]b", { name: "a ", rest: "b" }],
    ["'it''s'", { name: "it's", rest: "" }],
    ["'open", { name: "open", rest: "" }],
  ])("%s begins with a name", (argument, expected) => {
    expect(leadingName(argument)).toEqual(expected);
  });
});

describe("a full-text table", () => {
  const of = (sql: string) => fullTextOf(virtual(sql));

  test("is none where another module makes the rows", () => {
    expect(of("CREATE VIRTUAL TABLE v USING rtree(id, a, b)")).toBeNull();
    expect(of("no SQL")).toBeNull();
  });

  test.each([
    [
      "USING FTS5 (text1, [name with . and spaces] unindexed, content=\"searchable\", content_rowid='pk', tokenize = 'porter unicode61')",
      {
        version: "FTS5",
        columns: [
          { name: "text1", indexed: true },
          { name: "name with . and spaces", indexed: false },
        ],
        content: { kind: "table", table: "searchable", rowid: "pk" },
        configuration: "english",
      },
    ],
    [
      'USING fts4(content="t", a TEXT, "b c", tokenize porter, notindexed=A)',
      {
        version: "FTS4",
        columns: [
          { name: "a", indexed: false },
          { name: "b c", indexed: true },
        ],
        content: { kind: "table", table: "t", rowid: "rowid" },
        configuration: "english",
      },
    ],
    [
      "USING fts3",
      {
        version: "FTS3",
        columns: [{ name: "content", indexed: true }],
        content: { kind: "own" },
        configuration: "simple",
      },
    ],
    [
      "USING fts5(a, content='')",
      {
        version: "FTS5",
        columns: [{ name: "a", indexed: true }],
        content: { kind: "none" },
        configuration: "simple",
      },
    ],
  ])("%s", (using, expected) => {
    expect(of(`CREATE VIRTUAL TABLE v ${using}`)).toEqual({
      ...{ name: "v", compression: null, language: null },
      ...expected,
    });
  });
});

describe("what is said", () => {
  test.each([
    ["USING rtree(id, minX, maxX, minY, maxY, +label)", 'CREATE INDEX ON "v" USING gist (area)'],
    ["USING rtree_i32(id, a, b)", "CREATE EXTENSION cube"],
    ["USING geopoly(name)", "shape polygon"],
    ["USING spellfix1", "pg_trgm"],
    ["USING vec0(e float[3])", "pgvector"],
    ["USING dbstat", "pg_relation_size"],
    ["USING csv(filename='a.csv')", "file_fdw"],
    ["USING fts5vocab(f, row)", "ts_stat"],
    ["USING zipfile('a')", "the module zipfile of the application"],
    ["USING fts5(a, content='')", "keeps no text"],
    ["is no SQL", "could not be parsed"],
  ])("of a virtual table %s", (using, words) => {
    expect(said(`CREATE VIRTUAL TABLE v ${using}`)).toContain(words);
  });

  test("names each shadow with its table, also where one name begins as another", () => {
    const shadow = (name: string): SqliteObject => ({ type: "shadow", name, table: null, sql: null });
    const { notCarried: lines } = virtualTablesNotCarried(
      schemaOf(
        virtual("CREATE VIRTUAL TABLE f USING fts5(a)", "f"),
        virtual("CREATE VIRTUAL TABLE f_x USING fts5(a)", "F_x"),
        shadow("f_data"),
        shadow("f_x_data"),
        shadow("f_x_idx"),
      ),
    );
    expect(lines.map(({ type, name, table }) => [type, name, table])).toEqual([
      ["virtual table", "f", null],
      ["shadow table", "f_data", "f"],
      ["virtual table", "F_x", null],
      ["shadow table", "f_x_data", "F_x"],
      ["shadow table", "f_x_idx", "F_x"],
    ]);
  });
});

const articles = `CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
  CREATE VIRTUAL TABLE search USING fts5(title, body, content='articles', content_rowid='id');
  CREATE TRIGGER put AFTER INSERT ON articles BEGIN INSERT INTO search (rowid, title, body) VALUES (new.id, new.title, new.body); END;
  CREATE TRIGGER change AFTER UPDATE ON articles BEGIN
    INSERT INTO search (search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO search (rowid, title, body) VALUES (new.id, new.title, new.body); END;
  CREATE TRIGGER more AFTER DELETE ON articles BEGIN DELETE FROM search WHERE rowid = old.id; DELETE FROM articles; END;`;

test("triggers that only keep an index up to date are told from others", () => {
  const why = Object.fromEntries(
    planOf(articles)
      .notCarried.filter(({ type }) => type === "trigger")
      .map(({ name, reason: words }) => [
        name,
        words.includes("keeps the full-text index search up to date"),
      ]),
  );
  expect(why).toEqual({ put: true, change: true, more: false });
});

describe("what is offered", () => {
  const database = databaseForAll();

  test("can be pasted, and finds what MATCH finds", async () => {
    const line = planOf(articles).notCarried.find(({ type }) => type === "virtual table");
    const statements = line?.instead ?? "";
    await database.query("CREATE TABLE articles (id bigint PRIMARY KEY, title text, body text)");
    await database.query(
      "INSERT INTO articles VALUES (1, 'Apple pie', 'bake it'), (2, NULL, 'an APPLE a day'), (3, 'pears', 'x')",
    );
    for (const sql of statements.split(";").filter((each) => each.trim() !== "")) await database.query(sql);
    expect(
      await database.query("SELECT id FROM articles WHERE search @@ 'apple'::tsquery ORDER BY id"),
    ).toEqual([{ id: "1" }, { id: "2" }]);
  });

  test("boxes can be made as told", async () => {
    const sql = lineOf("CREATE VIRTUAL TABLE v USING rtree(id, minX, maxX, minY, maxY)")?.instead ?? "";
    for (const each of sql.split(";").filter((one) => one.trim() !== "")) await database.query(each);
    expect(await database.query("SELECT count(*) AS n FROM v")).toEqual([{ n: "0" }]);
  });
});
