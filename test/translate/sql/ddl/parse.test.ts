import { describe, expect, test } from "vitest";
import { parseStatement } from "../../../../src/translate/sql/ddl/parse.js";

const typeOf = (sql: string): string | undefined => parseStatement(sql)?.type;

describe("parseStatement", () => {
  test.each([
    ["nothing", ""],
    ["blanks and a comment alone", " /* nothing */ -- nothing\n"],
    ["a semicolon alone", ";"],
    ["half a statement", "CREATE TABLE t ("],
    ["words after the statement", "CREATE TABLE t (a) bogus words"],
    ["two statements", "CREATE TABLE t (a); CREATE TABLE u (b)"],
    ["an open string", "CREATE TABLE t (a DEFAULT 'x)"],
    ["an open bracket name", "CREATE TABLE [t (a)"],
    ["a character that SQL does not know", "CREATE TABLE t (a \\ b)"],
    ["an open blob", "SELECT x'0"],
    ["a blob with half a byte", "SELECT x'0'"],
    ["a number that runs into a word", "SELECT 12abc"],
    ["a digit separator at the end", "SELECT 1_"],
  ])("refuses %s", (_, sql) => {
    expect(parseStatement(sql)).toBeNull();
  });

  test.each([
    ["a semicolon at the end", "CREATE TABLE t (a);"],
    ["a comment that is open at the end", "CREATE TABLE t (a) /* to be continued"],
    ["a line comment at the end", "CREATE TABLE t (a) -- the end"],
    ["comments between all tokens", "/*1*/CREATE--2\nTABLE/*3*/t/*4*/(/*5*/a/*6*/)/*7*/"],
    ["comment signs in texts and names", `CREATE TABLE t ("-- a" DEFAULT '/* b', [/* c] DEFAULT '-- d')`],
    ["the four ways to quote", "CREATE TABLE \"a\" ([b] INT, `c` INT, 'd' INT)"],
    ["doubled quotes", "CREATE TABLE \"a\"\"b\" (`c``d` INT, 'e''f' INT)"],
    ["names beyond ASCII", "CREATE TABLE таблица (日本, größe, _x$1, 🚀)"],
    ["digit separators", "CREATE TABLE t (a CHECK (a < 1_000 OR a > 0xFF_FF OR a = 1_0.5_0e1_0))"],
    ["carriage returns and form feeds", "CREATE TABLE t\r\n(\ta\f)"],
    ["a table made from a query", "CREATE TABLE t AS SELECT 1 AS a"],
  ])("takes %s", (_, sql) => {
    expect(typeOf(sql)).toBe("CreateTableStmt");
  });

  test.each(["filter", "over", "window", "FILTER", "Window"])(
    "takes %s for a name where it is one",
    (word) => {
      const statements = [
        `CREATE TABLE t (${word})`,
        `CREATE TABLE ${word} (a)`,
        `CREATE TABLE t (a, ${word} INTEGER PRIMARY KEY)`,
        `CREATE TABLE t (a ${word})`,
        `CREATE TABLE t (a, ${word}, CHECK (${word} > 1 AND (a) < ${word}), UNIQUE (${word}, a))`,
        `CREATE TABLE t (${word} REFERENCES ${word} (${word}))`,
        `CREATE TABLE t (a CONSTRAINT ${word} NOT NULL)`,
        `SELECT ${word}, t.${word}, max(a) AS ${word} FROM t`,
        `SELECT (${word}) FROM ${word}`,
      ];
      expect(statements.filter((sql) => parseStatement(sql) === null)).toEqual([]);
    },
  );

  test("takes the three words for keywords where they are", () => {
    const statements = [
      "SELECT sum(a) FILTER (WHERE a > 0) FROM t",
      "SELECT sum(a) OVER (PARTITION BY b) FROM t",
      "SELECT sum(a) FILTER (WHERE a > 0) OVER w FROM t WINDOW w AS (ORDER BY b)",
      "SELECT sum(window) FILTER (WHERE filter) OVER over FROM t WINDOW over AS (ORDER BY b)",
      "SELECT count(*) OVER window FROM t WINDOW window AS (ORDER BY over)",
    ];
    expect(statements.filter((sql) => parseStatement(sql) === null)).toEqual([]);
  });

  test("keeps places that count in the text's own units", () => {
    const sql = "CREATE TABLE t (a TEXT DEFAULT '🚀é', b CHECK (b = '日本'))";
    const statement = parseStatement(sql);
    const body = statement?.type === "CreateTableStmt" ? statement.body : undefined;
    const column =
      body?.type === "ColumnsAndConstraintsCreateTableBody" ? body.columns[1]?.constraints[0] : undefined;
    const check = column?.constraint;
    const span = check?.type === "CheckColumnConstraint" ? check.expr.span : { offset: 0, length: 0 };
    expect(sql.slice(span.offset, span.offset + span.length)).toBe("b = '日本'");
  });

  test("takes an expression of a thousand levels", () => {
    const depth = 990;
    expect(typeOf(`CREATE TABLE t (a CHECK (${"(".repeat(depth)}a > 0${")".repeat(depth)}))`)).toBe(
      "CreateTableStmt",
    );
    expect(typeOf(`CREATE TABLE t (a CHECK (${"a > 0 AND ".repeat(depth)}a > 0))`)).toBe("CreateTableStmt");
  });
});
