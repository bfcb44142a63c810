import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { introspect } from "../../../../src/export/introspect.js";
import { parseTableDeclaration } from "../../../../src/translate/sql/ddl/table-declaration.js";
import { tableArbitrary } from "../../random-table.js";
import { folded, nameArbitrary } from "../../random-words.js";
import { openMemory, sourceOf } from "../../plan-of.js";

const declarationOf = (sql: string) => {
  const declaration = parseTableDeclaration(sql);
  if (declaration === null) throw new Error(`It does not parse: ${sql}`);
  return declaration;
};

describe("parseTableDeclaration", () => {
  test.each([
    ["no SQL", "table t"],
    ["another statement", "CREATE VIEW v AS SELECT 1"],
    ["a virtual table", "CREATE VIRTUAL TABLE t USING fts5(a)"],
    ["a table from a query", "CREATE TABLE t AS SELECT 1"],
    ["nothing", ""],
  ])("gives nothing for %s", (_, sql) => {
    expect(parseTableDeclaration(sql)).toBeNull();
  });

  test("finds nothing where nothing stands", () => {
    expect(declarationOf("CREATE TABLE t (a, b INTEGER NOT NULL DEFAULT 1)")).toEqual({
      checks: [],
      collations: new Map(),
      generated: new Map(),
      conflictClauses: [],
      namedKeys: [],
      foreignKeys: [],
      comments: { table: null, columns: new Map() },
    });
  });

  test("finds checks of columns and of the table, with their names", () => {
    const { checks } = declarationOf(
      `CREATE TABLE t (a CONSTRAINT "not less" CHECK (a > 0) CHECK ((a < 9)), b, CHECK (a <> b), CONSTRAINT c CHECK (b))`,
    );
    expect(checks).toEqual([
      { name: "not less", column: "a", sql: "a > 0" },
      { name: null, column: "a", sql: "(a < 9)" },
      { name: null, column: null, sql: "a <> b" },
      { name: "c", column: null, sql: "b" },
    ]);
  });

  test("takes the last of several collations, as SQLite does", () => {
    expect(declarationOf("CREATE TABLE t (a COLLATE nocase COLLATE rtrim)").collations).toEqual(
      new Map([["a", "RTRIM"]]),
    );
  });

  test("keeps columns apart that differ beyond ASCII", () => {
    const { collations } = declarationOf(
      "CREATE TABLE t (É COLLATE NOCASE, é COLLATE RTRIM, Ab COLLATE BINARY)",
    );
    expect(collations).toEqual(
      new Map([
        ["É", "NOCASE"],
        ["é", "RTRIM"],
        ["ab", "BINARY"],
      ]),
    );
  });

  test("finds every ON CONFLICT with its constraint", () => {
    const { conflictClauses } = declarationOf(
      `CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, a NOT NULL ON CONFLICT IGNORE,
       b UNIQUE ON CONFLICT FAIL, c NULL ON CONFLICT IGNORE, UNIQUE (a, b) ON CONFLICT ROLLBACK, CHECK (a <> b) ON CONFLICT ABORT)`,
    );
    expect(conflictClauses).toEqual([
      {
        on: "id PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT",
        clause: "Replace",
        key: ["id"],
        notNull: null,
      },
      { on: "a NOT NULL ON CONFLICT IGNORE", clause: "Ignore", key: null, notNull: "a" },
      { on: "b UNIQUE ON CONFLICT FAIL", clause: "Fail", key: ["b"], notNull: null },
      { on: "c NULL ON CONFLICT IGNORE", clause: "Ignore", key: null, notNull: null },
      { on: "UNIQUE (a, b) ON CONFLICT ROLLBACK", clause: "Rollback", key: ["a", "b"], notNull: null },
      { on: "CHECK (a <> b) ON CONFLICT ABORT", clause: "Abort", key: null, notNull: null },
    ]);
  });

  test("gives a deferral to the last foreign key before it, also of another column", () => {
    const { foreignKeys } = declarationOf(
      "CREATE TABLE t (a REFERENCES p, b DEFERRABLE INITIALLY DEFERRED, c REFERENCES p DEFERRABLE NOT DEFERRABLE)",
    );
    expect(foreignKeys.map(({ deferrable }) => deferrable)).toEqual(["deferred", "no"]);
  });

  test("gives a deferral without a foreign key to none", () => {
    const { foreignKeys } = declarationOf("CREATE TABLE t (a DEFERRABLE INITIALLY DEFERRED, b REFERENCES p)");
    expect(foreignKeys.map(({ deferrable }) => deferrable)).toEqual(["no"]);
    expect(Object.keys(foreignKeys)).toEqual(["0"]);
  });

  test("finds in random statements what was put into them, wherever SQLite takes them", () => {
    let taken = 0;
    fc.assert(
      fc.property(tableArbitrary(), (table) => {
        const database = openMemory("");
        try {
          database.exec(table.sql);
        } catch {
          return;
        }
        taken += 1;
        const kept = database
          .prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'")
          .pluck()
          .get() as string;
        for (const sql of [table.sql, kept]) {
          const declaration = declarationOf(sql);
          expect(declaration.checks.map((check) => check.sql)).toEqual(table.checks);
          expect(
            new Map(
              table.columns.flatMap((name) => {
                const collation = declaration.collations.get(folded(name));
                return collation === undefined ? [] : [[name, collation] as const];
              }),
            ),
          ).toEqual(table.collations);
          expect([...declaration.generated.values()]).toEqual([...table.generated.values()]);
          expect(declaration.conflictClauses.map(({ clause }) => clause.toUpperCase())).toEqual(
            table.conflicts,
          );
          expect(declaration.foreignKeys.map(({ deferrable }) => deferrable)).toEqual(
            table.foreignKeys.map(([, deferral]) => deferral),
          );
        }
        const [read] = introspect(sourceOf(database)).tables;
        expect(read?.foreignKeys.map((key) => key.parentTable)).toEqual(
          table.foreignKeys.map(([parent]) => parent),
        );
        database.close();
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  test("takes every name in every way to write it", () => {
    fc.assert(
      fc.property(fc.uniqueArray(nameArbitrary, { minLength: 1, maxLength: 4 }), (names) => {
        const columns = names.map((name) => `"${name.replaceAll('"', '""')}" CHECK (1)`);
        const { checks } = declarationOf(`CREATE TABLE t (${columns.join(", ")})`);
        expect(checks.map((check) => check.column)).toEqual(names);
      }),
      { numRuns: 100 },
    );
  });
});
