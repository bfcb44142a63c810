/** CHECK constraints whose meaning hangs on truth, texts, functions, JSON or dates, and rows for each. */
import type { CheckCase } from "./check-cases.js";

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex");

export const meaningCases: readonly CheckCase[] = [
  // Truth.
  ["a number as a truth", `(a INT CHECK (a))`, [[1], [-2], [0], [null]]],
  ["NOT of a number", `(a INT CHECK (NOT a))`, [[1], [0], [null]]],
  ["a boolean as a truth", `(on_ BOOLEAN CHECK (on_))`, [[1], [0], [null]]],
  ["booleans of words", `(w BOOLEAN CHECK (w <> 'f')); INSERT INTO $t VALUES ('t')`, [["t"], ["f"], [null]]],
  [
    "a boolean that decides",
    `(paid BOOLEAN NOT NULL, at TEXT, CHECK (paid = 0 OR at IS NOT NULL))`,
    [
      [0, null],
      [1, "x"],
      [1, null],
    ],
  ],
  [
    "booleans that add up",
    `(a BOOLEAN, b BOOLEAN, CHECK (a + b = 1))`,
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ],
  ],
  ["a boolean that is TRUE", `(a BOOLEAN CHECK (a IS TRUE))`, [[1], [0], [null]]],
  [
    "a comparison as a number",
    `(a INT, b INT, CHECK ((a > 1) + (b > 1) >= 1))`,
    [
      [2, 0],
      [0, 2],
      [1, 1],
      [null, 2],
    ],
  ],
  // Texts.
  ["length()", `(a TEXT CHECK (length(a) BETWEEN 2 AND 4))`, [["é"], ["éé"], ["abcd"], ["abcde"], [null]]],
  ["length() of bytes", `(a BLOB CHECK (length(a) = 2))`, [[bytes("0001")], [bytes("00")], [null]]],
  ["length() of a number", `(a INTEGER CHECK (length(a) = 3))`, [[123], [-12], [12]]],
  ["trim()", `(a TEXT CHECK (trim(a) <> ''))`, [["a"], ["  "], ["\t"], [""]]],
  ["lower() as the value itself", `(a TEXT CHECK (a = lower(a)))`, [["abc"], ["Abc"], ["É"]]],
  ["upper()", `(a TEXT CHECK (upper(a) IN ('YES', 'NO')))`, [["yes"], ["No"], ["nope"]]],
  ["GLOB", `(a TEXT CHECK (a GLOB '[A-Z][0-9]*'))`, [["A1"], ["A12x"], ["a1"], ["AB"], ["A1\nx"]]],
  ["NOT GLOB of digits", `(a TEXT CHECK (a NOT GLOB '*[^0-9]*'))`, [["123"], ["12a"], [""]]],
  [
    "GLOB with a star and a question mark",
    `(a TEXT CHECK (a GLOB 'a?_*%'))`,
    [["ab_x%"], ["a_%"], ["abX%"], ["ab_%"]],
  ],
  ["LIKE, which knows no case", `(a TEXT CHECK (a LIKE '%@%.%'))`, [["a@b.c"], ["a@b"], [null]]],
  ["LIKE with letters", `(a TEXT CHECK (a LIKE 'ab_'))`, [["ABC"], ["abé"], ["ab"], ["\\b"]]],
  ["LIKE with ESCAPE", `(a TEXT CHECK (a LIKE '10!%%' ESCAPE '!'))`, [["10%"], ["10% x"], ["100"]]],
  ["substr()", `(a TEXT CHECK (substr(a, 1, 1) = '/' AND substr(a, -1) <> '/'))`, [["/a"], ["/a/"], ["a"]]],
  ["instr()", `(a TEXT CHECK (instr(a, ' ') = 0))`, [["ab"], ["a b"]]],
  [
    "||",
    `(a TEXT, b INT, CHECK (a || b <> 'x1'))`,
    [
      ["x", 2],
      ["x", 1],
      ["x", null],
    ],
  ],
  [
    "NOCASE of the column",
    `(a TEXT COLLATE NOCASE CHECK (a IN ('yes', 'no')))`,
    [["YES"], ["no"], ["maybe"]],
  ],
  ["NOCASE of the expression", `(a TEXT CHECK (a = 'yes' COLLATE NOCASE))`, [["YES"], ["no"]]],
  ["RTRIM", `(a TEXT COLLATE RTRIM CHECK (a <> 'x'))`, [["x  "], ["x"], [" x"]]],
  // typeof, as STRICT tables of old.
  ["typeof()", `(a INTEGER CHECK (typeof(a) = 'integer'))`, [[1], [null]]],
  ["typeof() that lets NULL in", `(a TEXT CHECK (typeof(a) IN ('text', 'null')))`, [["x"], [null]]],
  // Arithmetic and choices.
  ["integer division", `(a INT CHECK (a / 2 = 1))`, [[2], [3], [4], [-3]]],
  [
    "division by 0, which is NULL",
    `(a INT, b INT, CHECK (a / b > 1))`,
    [
      [4, 2],
      [1, 2],
      [1, 0],
    ],
  ],
  ["the remainder", `(a INT CHECK (a % 2 = 0))`, [[4], [3], [-2], [-3]]],
  ["bits", `(a INT CHECK (a & 1 = 1 AND a | 2 > 2))`, [[1], [3], [2], [0]]],
  [
    "coalesce()",
    `(a INT, b INT, CHECK (coalesce(a, b, 0) > 0))`,
    [
      [1, null],
      [null, 1],
      [null, null],
      [0, 5],
    ],
  ],
  [
    "CASE",
    `(k TEXT, v TEXT, CHECK (CASE k WHEN 'n' THEN v GLOB '[0-9]*' ELSE length(v) < 3 END))`,
    [
      ["n", "12"],
      ["n", "x"],
      ["t", "xx"],
      ["t", "xxx"],
    ],
  ],
  [
    "one of two",
    `(a INT, b INT, CHECK ((a IS NULL) <> (b IS NULL)))`,
    [
      [1, null],
      [null, 1],
      [1, 1],
      [null, null],
    ],
  ],
  [
    "min() and max()",
    `(a INT, b INT, CHECK (max(a, b) < 10), CHECK (min(a, b) > 0))`,
    [
      [1, 9],
      [1, 10],
      [0, 5],
      [null, 50],
    ],
  ],
  ["abs() and round()", `(a REAL CHECK (abs(round(a) - a) < 0.25))`, [[1.1], [1.5], [-2.25], [-2.8]]],
  // JSON.
  ["json_valid()", `(j JSON CHECK (json_valid(j)))`, [["{}"], ["1"], [null]]],
  ["json_type()", `(j TEXT CHECK (json_type(j) = 'array'))`, [["[1]"], ["{}"], [null]]],
  [
    "json_extract()",
    `(j JSON CHECK (json_extract(j, '$.a') > 0))`,
    [[`{"a":1}`], [`{"a":0}`], ["{}"], [null]],
  ],
  // Dates.
  [
    "dates in order",
    `(a DATE, b DATE, CHECK (a <= b))`,
    [
      ["2024-01-01", "2024-01-01"],
      ["2024-01-02", "2024-01-01"],
      [null, "2024-01-01"],
    ],
  ],
  ["a date beside a literal", `(a DATE CHECK (a >= '2000-01-01'))`, [["2000-01-01"], ["1999-12-31"]]],
  ["date() as the value itself", `(a DATE CHECK (a = date(a)))`, [["2024-02-29"], [null]]],
  [
    "a timestamp of seconds",
    `(a TIMESTAMP CHECK (a > 1600000000)); INSERT INTO $t VALUES (1600000001)`,
    [[1_600_000_001], [1_600_000_000], [1_500_000_000]],
  ],
  [
    "a timestamp as a text",
    `(a DATETIME CHECK (a < '2030-01-01')); INSERT INTO $t VALUES ('2024-01-01 10:00:00')`,
    [["2029-12-31 23:59:59"], ["2030-01-01 00:00:00"]],
  ],
  // Names and comments.
  [
    "names in brackets and backticks",
    "([my col] INT, `other` INT, CHECK ([MY COL] > `Other`))",
    [
      [2, 1],
      [1, 2],
    ],
  ],
  ["a name with the table before it", `(a INT, CHECK ($t.a > 0))`, [[1], [0]]],
  ["comments within", `(a INT CHECK (a /* not ) */ > 0 -- here\n))`, [[1], [0]]],
  [
    "several of one column",
    `(a INT CHECK (a > 0) CHECK (a < 9) CONSTRAINT odd CHECK (a % 2))`,
    [[1], [2], [9], [0]],
  ],
];
