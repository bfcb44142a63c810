/** CREATE VIEW: the order of views, those that cannot be carried and why, names. */
import { describe, expect, test } from "vitest";
import { planOf } from "../plan-of.js";

const table = `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, made DATETIME, plain);`;
const reasons = (sql: string): readonly (readonly [string, string])[] =>
  planOf(sql)
    .notCarried.filter(({ type }) => type === "view")
    .map(({ name, reason }) => [name, reason]);

describe("a view is listed", () => {
  test.each([
    ["SELECT * FROM gone", "it reads gone: there is no such table, or it is not carried over"],
    ["SELECT * FROM v", "it reads the view v in a circle"],
    ["SELECT name FROM sqlite_master", "it reads sqlite_master, a table of SQLite's own"],
    ["SELECT * FROM boxes", "it reads boxes, a virtual table, which is not carried over"],
    ["SELECT * FROM words_content", "it reads words_content, a shadow table, which is not carried over"],
    ["SELECT no_such(name) FROM t", /the function no_such\(\).*in: no_such\(name\)/],
    ["SELECT max(id), name FROM t", /"t"."name" is neither grouped/],
    ["SELECT regexp('a', name) FROM t", /regexp/],
    ["SELECT name FROM t WHERE name MATCH 'a'", /MATCH/],
  ] as const)("with the reason: %s", (select, reason) => {
    const sql = `${table} CREATE VIRTUAL TABLE words USING fts5(word); CREATE VIRTUAL TABLE boxes USING rtree(id, a, b); CREATE VIEW v AS ${select};`;
    const [line] = reasons(sql);
    expect(line?.[0]).toBe("v");
    expect(line?.[1]).toMatch(reason);
    expect(planOf(sql).views).toEqual([]);
  });

  test("with one that it reads", () => {
    const views =
      "CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM c; CREATE VIEW c AS SELECT * FROM gone;";
    expect(reasons(`${table} ${views}`)).toEqual([
      ["a", "it reads the view b, which is not carried over"],
      ["b", "it reads the view c, which is not carried over"],
      ["c", "it reads gone: there is no such table, or it is not carried over"],
    ]);
  });

  test("and so are all of a circle", () => {
    const listed = reasons(`${table} CREATE VIEW a AS SELECT 1 FROM b; CREATE VIEW b AS SELECT 1 FROM a;`);
    expect(listed.map(([name]) => name)).toEqual(["a", "b"]);
  });

  test("where * or NATURAL JOIN would miss a column", () => {
    const lost = "CREATE TABLE g (a TEXT, b AS (a GLOB a) VIRTUAL);";
    expect(reasons(`${lost} CREATE VIEW v AS SELECT * FROM g; CREATE VIEW w AS SELECT a FROM g;`)).toEqual([
      ["v", "* stands for the column g.b too, which is not carried over"],
    ]);
    const joined = `${lost} CREATE TABLE h (b); CREATE VIEW v AS SELECT a FROM h NATURAL JOIN g;`;
    expect(reasons(joined)).toEqual([["v", "NATURAL JOIN of g, whose column b is not carried over"]]);
  });
});

describe("a view is carried", () => {
  test("after those that it reads, with what it reads", () => {
    const { views } = planOf(
      `${table} CREATE VIEW a AS SELECT * FROM B, T; CREATE VIEW b AS SELECT id AS n FROM main.t WHERE id IN (SELECT id FROM c); CREATE VIEW c AS SELECT id FROM t;`,
    );
    expect(views.map(({ source, uses, columns }) => [source, uses, columns])).toEqual([
      ["c", ["t"], ["id"]],
      ["b", ["t", "c"], ["n"]],
      ["a", ["b", "t"], ["n", "id", "name", "made", "plain"]],
    ]);
  });

  test("with line breaks for people, and names where they are needed", () => {
    const { views } = planOf(
      `${table} CREATE VIEW v (who, n) AS SELECT x.name, count(*) FROM t x LEFT JOIN (SELECT id FROM t WHERE id > 5) y ON y.id = x.id WHERE x.made >= '2024-01-01 00:00:00' AND x.name <> '' GROUP BY x.name ORDER BY 2 DESC LIMIT 10`,
    );
    expect(views[0]?.sql.split("\n")).toEqual([
      `SELECT "x"."name", count(*) AS "count(*)"`,
      `FROM "t" AS "x"`,
      `LEFT JOIN (`,
      `  SELECT "t"."id"`,
      `  FROM "t"`,
      `  WHERE "t"."id" > 5`,
      `) AS "y" ON "y"."id" = "x"."id"`,
      `WHERE ("x"."made" >= '2024-01-01 00:00:00+00'::timestamptz)`,
      `  AND ("x"."name" <> '')`,
      `GROUP BY "x"."name"`,
      `ORDER BY count(*) DESC NULLS LAST`,
      `LIMIT 10`,
    ]);
  });

  test("under a name of its own, also where PostgreSQL cannot have that of the source", () => {
    const long = "v".repeat(70);
    const { views } = planOf(
      `${table} CREATE VIEW ${long}1 AS SELECT 1; CREATE VIEW ${long}2 (x, X, "", xmin) AS SELECT 1, 2, 3, 4; CREATE VIEW top AS SELECT * FROM ${long}2;`,
    );
    const [first, second, top] = views;
    expect(new Set([first?.target, second?.target]).size).toBe(2);
    expect(views.every(({ target }) => target.length <= 63)).toBe(true);
    expect(second?.columns).toEqual(["x", "X:1", "_", "xmin_"]);
    expect(top?.uses).toEqual([second?.target]);
  });

  test("with a text in double quotes", () => {
    const { views } = planOf(`${table} CREATE VIEW v AS SELECT name || "|" AS a, "no column" AS b FROM t`);
    expect(views[0]?.sql).toBe(`SELECT "t"."name" || '|' AS "a", 'no column' AS "b"\nFROM "t"`);
  });
});
