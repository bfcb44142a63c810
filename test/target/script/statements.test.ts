/** Where a statement ends, by PostgreSQL's own judgement. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shapeOf, splitStatements } from "../../../src/target/script/statements.js";
import { databaseForAll } from "../../database.js";
import { errorOf } from "../room.js";

const split = (text: string) => splitStatements("x.sql", text);
const texts = (text: string): readonly string[] => split(text).map((statement) => statement.text);

describe("refused, by file and line, is", () => {
  test.each([
    ["SELECT 1;\n\\echo hello\nSELECT 2;", 2, "\\echo is a command of psql"],
    ["\\restrict abc", 1, "\\restrict is a command of psql"],
    ["SELECT 1 \\gset", 1, "\\gset is a command of psql"],
    ["SELECT 1;\n\n\\.\n", 3, "\\. is a command of psql"],
    ["SELECT 1;\r\nCOPY t (a) FROM stdin;\r\n1\tit's\r\n\\.\r\n", 2, "COPY ... FROM STDIN"],
    ['/* x */ copy s."t" ( a , b )\nfrom STDIN with (format csv)', 1, "COPY ... FROM STDIN"],
    ["SELECT 1;\n SELECT 'it''s", 2, "the ' that begins here does not end"],
    ["SELECT E'it\\';", 1, "the E that begins here does not end"],
    ['SELECT "a;', 1, 'the " that begins here does not end'],
    ["DO $x$ BEGIN END $y$;", 1, "the $x$ that begins here does not end"],
    ["SELECT 1;\n\n/* a /* b */", 3, "the comment that begins here does not end"],
  ])("%j", async (text, line, words) => {
    const error = await errorOf(() => split(text));
    expect(error.code).toBe("script-invalid");
    expect(error.message).toContain(`x.sql, line ${line}: ${words}`);
    expect(error.hint).not.toBeNull();
  });
});

describe("splitStatements", () => {
  test.each<[text: string, statements: readonly string[]]>([
    ["", []],
    [";; -- only a comment\n/* ; */", []],
    ["SELECT 1", ["SELECT 1"]],
    [
      "SELECT ';', E'\\';', $$;$$, $a$;$$;$a$, \"a;\"\"b\"; SELECT 2",
      ["SELECT ';', E'\\';', $$;$$, $a$;$$;$a$, \"a;\"\"b\"", "SELECT 2"],
    ],
    ["SELECT 1 -- ; '\n; SELECT 2 /* ' /* ; */ \" */;", ["SELECT 1", "SELECT 2"]],
    ["SELECT a$b$ FROM t; SELECT $1, c$b$", ["SELECT a$b$ FROM t", "SELECT $1, c$b$"]],
    ["SELECT '\\'; SELECT 'a\\'';'", ["SELECT '\\'", "SELECT 'a\\'';'"]],
    ["SELECT E'a' -- x\n  '\\';' ; SELECT 2", ["SELECT E'a' -- x\n  '\\';'", "SELECT 2"]],
    ["SELECT 5-- ;\n+/* ; */3;", ["SELECT 5-- ;\n+/* ; */3"]],
    ["SELECT naïve$x$ ; SELECT $é$;$é$", ["SELECT naïve$x$", "SELECT $é$;$é$"]],
    [
      "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v); SELECT 1",
      ["CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v)", "SELECT 1"],
    ],
    ["SELECT 1); SELECT 2", ["SELECT 1)", "SELECT 2"]],
    ["BEGIN; SELECT 1; END;", ["BEGIN", "SELECT 1", "END"]],
  ])("%j", (text, statements) => {
    expect(texts(text)).toEqual(statements);
  });

  test("a body BEGIN ATOMIC is one statement, whatever it holds", () => {
    const routines = [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END",
      'create or replace procedure "p"() begin /* ; */ atomic select 1 AS end; select t.case from t; end',
      "CREATE FUNCTION begin() RETURNS int LANGUAGE sql RETURN 1",
      "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
    ];
    expect(texts(`${routines.join(";\n")};`)).toEqual(routines);
  });

  test("each has the line of its first token", () => {
    const text = "-- one\n\nSELECT 1;\r\n/* a\n b */ SELECT\n 2; SELECT 3\n;\n\n  SELECT '\n\n'; SELECT 5";
    expect(split(text).map(({ line }) => line)).toEqual([3, 5, 6, 9, 11]);
  });

  test("a long one costs no more than its length", () => {
    const long = `INSERT INTO t VALUES ${Array.from({ length: 50_000 }, (_, i) => `(${i}, 'it''s; ${i}')`).join(", ")}`;
    expect(texts(`SELECT '${"''".repeat(500_000)}'; ${long};`)).toHaveLength(2);
  });
});

test("the shape of a statement has no literals and no comments", () => {
  const [statement] = split("create /* x */ index  Concurrently \"i\" on t (lower('a;')) -- y");
  expect(shapeOf(statement!)).toBe("CREATE INDEX CONCURRENTLY \" ON T ( LOWER ( ' ) )");
});

describe("PostgreSQL itself", () => {
  const database = databaseForAll();

  /** Characters that mean something somewhere. */
  const odd = fc.string({
    unit: fc.constantFrom("'", '"', ";", "\\", "$", "a", "E", "-", "/", "*", "\n", "(", " ", "é"),
  });
  const literal = fc.oneof(
    odd.map((text) => `'${text.replaceAll("'", "''")}'`),
    odd.map((text) => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`),
    odd.map((text) => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}' \n '\\''`),
    odd.map((text) => `$x$${text.replaceAll("$", "")}$x$`),
    odd.map((text) => `$$${text.replaceAll("$", "")}$$`),
    odd.map((text) => `U&'${text.replaceAll("\\", "").replaceAll("'", "''")}'`),
    odd.map((text) => `1 AS "x${text.replaceAll('"', '""').slice(0, 20)}"`),
    odd.map((text) => `/* ${text.replaceAll(/[*/]/g, "")} /* ; */ */ 'c'`),
    odd.map((text) => `2 -- ${text.replaceAll("\n", "")}\n`),
    fc.constantFrom(
      "5*-/* ; */3",
      "1 AS e$a$",
      "(SELECT 1)",
      "(ARRAY[1,2])[1:2]",
      "N'x'",
      "'a' COLLATE \"C\"",
    ),
  );
  const statement = fc
    .array(literal, { minLength: 1, maxLength: 4 })
    .map((parts) => `SELECT ${parts.join(", ")}`);
  const between = fc.constantFrom(";", " ;\n", "; -- ';\n", ";/* ; */;", ";\n;\n");

  test("finds the same statements in a file", async () => {
    const session = await database.open();
    const resultsOf = async (sql: string): Promise<unknown[]> => {
      const results: unknown = await session.client.query({ text: sql, rowMode: "array" });
      return (Array.isArray(results) ? results : [results])
        .map(({ rows, command }: { rows: unknown; command: string | null }) => ({ rows, command }))
        .filter(({ command }) => command !== null);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(statement, between), { minLength: 1, maxLength: 5 }),
        async (parts) => {
          const file = parts.map(([sql, end]) => sql + end).join("");
          const ours: unknown[] = [];
          for (const { text } of split(file)) ours.push(...(await resultsOf(text)));
          expect(ours).toHaveLength(parts.length);
          expect(ours).toEqual(await resultsOf(file));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("takes routines and rules as they are split", async () => {
    const file = `CREATE TABLE t (a int, "end" int); CREATE TABLE u (a int);
      CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM u WHERE a = 2);
      CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC
        SELECT CASE WHEN x > 1 THEN CASE x WHEN 2 THEN 3 END ELSE 4 END; SELECT t.end FROM t; SELECT 1 AS end; END;
      CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO u VALUES (1); INSERT INTO u VALUES (2); END;
      DO $$ BEGIN PERFORM 1; END $$;`;
    const statements = texts(file);
    expect(statements).toHaveLength(6);
    for (const sql of statements) await database.query(sql);
  });
});
