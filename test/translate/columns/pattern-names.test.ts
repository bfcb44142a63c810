import { describe, expect, test } from "vitest";
import type { SqliteSchema } from "../../../src/model/sqlite.js";
import { patternNames } from "../../../src/translate/columns/pattern-names.js";

/** Of a view, which is a text like those of triggers, tables and indexes. */
const namesIn = (sql: string): ReadonlySet<string> => patternNames(schemaOf({ objects: [sql] }));

function schemaOf({ tables = [], indexes = [], objects = [] }: Readonly<Record<string, readonly string[]>>) {
  return {
    tables: tables.map((sql) => ({ sql, indexes: indexes.map((index) => ({ sql: index })) })),
    objects: objects.map((sql) => ({ sql })),
  } as unknown as SqliteSchema;
}

describe("a column is asked for by a pattern", () => {
  test.each([
    ["LIKE", "CREATE VIEW v AS SELECT a FROM t WHERE name LIKE 'x%'"],
    ["like", "CREATE VIEW v AS SELECT a FROM t WHERE name like 'x%'"],
    ["NOT LIKE", "CREATE VIEW v AS SELECT a FROM t WHERE name NOT LIKE 'x%' ESCAPE '!'"],
    ["GLOB", "CREATE VIEW v AS SELECT a FROM t WHERE name GLOB 'x*'"],
    ["the function like()", "CREATE VIEW v AS SELECT a FROM t WHERE like('x%', name)"],
    ["the function glob()", "CREATE VIEW v AS SELECT a FROM t WHERE glob('x*', t.name)"],
    ["as the pattern", "CREATE VIEW v AS SELECT a FROM t WHERE 'x' LIKE name"],
    ["within a function", "CREATE VIEW v AS SELECT a FROM t WHERE ifnull(name, 'x') LIKE 'x%'"],
    ["after a comment", "CREATE VIEW v AS SELECT a FROM t WHERE name /* by */ LIKE -- it\n 'x%'"],
    ["in double quotes", `CREATE VIEW v AS SELECT a FROM t WHERE "name" LIKE 'x%'`],
    ["in brackets, in capitals", "CREATE VIEW v AS SELECT a FROM t WHERE [NAME] LIKE 'x%'"],
    ["in backquotes", "CREATE VIEW v AS SELECT a FROM t WHERE `name` LIKE 'x%'"],
    ["as a result", "CREATE VIEW v AS SELECT name LIKE 'x%' AS a FROM t"],
    ["in CASE", "CREATE VIEW v AS SELECT CASE WHEN name LIKE 'x%' THEN 1 END AS a FROM t"],
  ])("%s", (_, sql) => {
    expect(namesIn(sql).has("name")).toBe(true);
  });

  test.each([
    ["in a check", { tables: ["CREATE TABLE t (name TEXT, CHECK (name LIKE 'x%'))"] }],
    [
      "in an index",
      {
        tables: ["CREATE TABLE t (name TEXT)"],
        indexes: ["CREATE INDEX i ON t (a) WHERE name LIKE 'x%'"],
      },
    ],
    [
      "in a trigger",
      { objects: ["CREATE TRIGGER r AFTER INSERT ON t WHEN NEW.name GLOB 'x*' BEGIN SELECT 1; END"] },
    ],
  ])("%s", (_, parts) => {
    expect(patternNames(schemaOf(parts)).has("name")).toBe(true);
  });
});

describe("a column is not asked for by a pattern", () => {
  test.each([
    ["by =", "CREATE VIEW v AS SELECT a FROM t WHERE name = 'x'"],
    ["beside one, by AND", "CREATE VIEW v AS SELECT a FROM t WHERE other LIKE 'x%' AND name = 'x'"],
    ["beside one, by OR", "CREATE VIEW v AS SELECT a FROM t WHERE name = 'x' OR other LIKE 'x%'"],
    ["among the results", "CREATE VIEW v AS SELECT name FROM t WHERE other LIKE 'x%'"],
    ["by a text that has the word", "CREATE VIEW v AS SELECT a FROM t WHERE name = 'a LIKE b'"],
    ["by a comment that has the word", "CREATE VIEW v AS SELECT a FROM t WHERE name = 'x' /* LIKE */"],
  ])("%s", (_, sql) => {
    expect(namesIn(sql).has("name")).toBe(false);
  });

  test("where nothing has a text", () => {
    expect(patternNames(schemaOf({ tables: ["CREATE TABLE t (name)"] })).size).toBe(0);
  });
});
