import { describe, expect, test } from "vitest";
import { parseTableDeclaration } from "../../../../src/translate/sql/ddl/table-declaration.js";

const commentsIn = (sql: string): readonly [string | null, Readonly<Record<string, string>>] => {
  const { table, columns } = parseTableDeclaration(sql)!.comments;
  return [table, Object.fromEntries(columns)];
};

describe("a comment is nobody's", () => {
  test.each([
    ["on a line of its own", "CREATE TABLE t (\n  a INT,\n  -- about b, or about a\n  b INT\n)"],
    ["on a line of its own before the first column", "CREATE TABLE t (\n  -- a?\n  a INT\n)"],
    ["between two columns of one line", "CREATE TABLE t (\n  a INT, /* a or b */ b INT\n)"],
    ["behind several columns of one line", "CREATE TABLE t (\n  a INT, b INT -- both\n)"],
    ["within an expression", "CREATE TABLE t (\n  a INT CHECK (a IN (1, -- one\n  2))\n)"],
    ["behind a constraint of the table", "CREATE TABLE t (\n  a INT,\n  UNIQUE (a) -- once\n)"],
    ["behind the closing parenthesis", "CREATE TABLE t (\n  a INT\n) /* end */"],
    ["behind the parenthesis, with a column after it", "CREATE TABLE t ( /* key */ a INT\n)"],
    ["without a letter or digit", "CREATE TABLE t ( -- -----\n  a INT, /* *** */\n  b INT --\n)"],
    ["that is none: a text and a name", `CREATE TABLE t (\n  "a -- b" INT DEFAULT '/* c */'\n)`],
  ])("%s", (_, sql) => {
    expect(commentsIn(sql)).toEqual([null, {}]);
  });
});

describe("a comment is a column's", () => {
  test.each([
    ["before the comma", "CREATE TABLE t (\n  a INT -- in cents\n, b INT)", { a: "in cents" }],
    ["behind the comma", "CREATE TABLE t (\n  a INT, -- in cents\n  b INT\n)", { a: "in cents" }],
    ["of the last", "CREATE TABLE t (\n  a INT,\n  b INT -- in cents\n)", { b: "in cents" }],
    ["a block", "CREATE TABLE t (\n  a INT /* in cents */,\n  b INT\n)", { a: "in cents" }],
    ["behind an expression", "CREATE TABLE t (\n  a INT CHECK (a > 0), --- > 0\n  b\n)", { a: "> 0" }],
    ["without a type", "CREATE TABLE t (\n  a, -- anything\n  b)", { a: "anything" }],
    [
      "in several pieces",
      "CREATE TABLE t (\n  a INT -- in cents\n    NOT NULL, -- never empty\n  b\n)",
      { a: "in cents\nnever empty" },
    ],
    [
      "over several lines",
      "CREATE TABLE t (\n  a INT, /* in cents,\n           * never empty */\n  b\n)",
      { a: "in cents,\nnever empty" },
    ],
    ["a name that is quoted", 'CREATE TABLE t (\n  "A b" INT -- all of it\n)', { "a b": "all of it" }],
    ["with other line ends", "CREATE TABLE t (\r\n  a INT, -- in cents\r\n  b INT\r\n)", { a: "in cents" }],
  ])("%s", (_, sql, columns) => {
    expect(commentsIn(sql)).toEqual([null, columns]);
  });
});

test("a comment behind the opening parenthesis is the table's", () => {
  expect(commentsIn("CREATE TABLE t ( -- people of the house\n  id INT, -- key\n  b\n)")).toEqual([
    "people of the house",
    { id: "key" },
  ]);
  expect(commentsIn("CREATE TABLE t\n( /* people */\n  id INT)")).toEqual(["people", {}]);
});
