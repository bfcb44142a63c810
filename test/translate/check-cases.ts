/** Tables with CHECK constraints, and rows for each: of both kinds, that it takes and that it refuses. */
import type { Row } from "./both-engines.js";

/** `$t` is the table's name. */
export type CheckCase = readonly [title: string, table: string, rows: readonly Row[]];

export const plainCases: readonly CheckCase[] = [
  // As ORMs write them.
  [
    "Django's PositiveIntegerField",
    `(n integer unsigned NOT NULL CHECK ("n" >= 0))`,
    [[0], [5], [-1], [null]],
  ],
  [
    "Django's JSONField",
    `(j text NOT NULL CHECK ((JSON_VALID("j") OR "j" IS NULL)))`,
    [["{}"], ["[1]"], ["{"], [""]],
  ],
  [
    "Django's choices",
    `(s varchar(9) NOT NULL, CONSTRAINT "s_valid" CHECK ("s" IN ('draft', 'published')))`,
    [["draft"], ["published"], ["Draft"], ["x"], [""]],
  ],
  [
    "Django's range",
    `(a integer, b integer, CONSTRAINT "ordered" CHECK ("a" < ("b")))`,
    [
      [1, 2],
      [2, 2],
      [null, 1],
      [3, 2],
    ],
  ],
  [
    "Django's Q with OR and NOT",
    `(a integer, b text, CHECK (("a" IS NULL OR NOT ("b" = '' AND "b" IS NOT NULL))))`,
    [
      [1, ""],
      [1, "x"],
      [null, ""],
      [1, null],
    ],
  ],
  [
    "Rails",
    `(price decimal(8,2), CONSTRAINT chk_rails_1 CHECK (price > 0))`,
    [["1.5"], ["0"], ["-0.01"], [null]],
  ],
  [
    "Rails with a range",
    `(age integer, CONSTRAINT age_check CHECK (age BETWEEN 0 AND 150))`,
    [[0], [150], [151], [-1], [null]],
  ],
  [
    "Prisma's enum by hand",
    `(role TEXT NOT NULL DEFAULT 'USER' CHECK (role IN ('USER','ADMIN')))`,
    [["USER"], ["ADMIN"], ["user"]],
  ],
  [
    "TypeORM's simple-enum",
    `(role varchar CHECK ( "role" IN ('admin','editor','ghost') ) NOT NULL DEFAULT ('ghost'))`,
    [["ghost"], ["admin"], ["Ghost"]],
  ],
  ["SQLAlchemy's Boolean", `(b BOOLEAN, CHECK (b IN (0, 1)))`, [[0], [1], [null]]],
  [
    "SQLAlchemy's Enum",
    `(e VARCHAR(5), CONSTRAINT e CHECK (e IN ('one', 'three')))`,
    [["one"], ["two"], [null]],
  ],
  ["Laravel's enum", `(e varchar check ("e" in ('easy', 'hard')) not null)`, [["easy"], ["Hard"], [null]]],
  ["Optuna's single row", `(id INTEGER NOT NULL CHECK (id = 1), PRIMARY KEY (id))`, [[2], [1], [1]]],
  // Comparisons.
  [
    "a column beside another",
    `(a INT CHECK (a <> b), b INT)`,
    [
      [1, 2],
      [1, 1],
      [null, 1],
    ],
  ],
  [
    "two columns in all orders",
    `(a REAL, b REAL, CHECK (a <= b AND a > -b OR a == 7))`,
    [
      [1.5, 2.5],
      [7, 1],
      [3.5, 1],
      [-3, 1],
    ],
  ],
  ["a whole column beside a fraction", `(a INTEGER CHECK (a > 1.5))`, [[1], [2], [null]]],
  ["a number in quotes", `(a INTEGER CHECK (a < '10'))`, [[9], [10], [100]]],
  ["a text beside a number", `(a TEXT CHECK (a <> 5))`, [["5"], ["5.0"], ["05"]]],
  [
    "a text beside a text that is longer",
    `(a TEXT CHECK (a < 'b'))`,
    [["a"], ["ab"], ["b"], ["B"], ["é"], [""]],
  ],
  [
    "a real that counts in halves",
    `(a REAL CHECK (a * 2 = CAST(a * 2 AS INTEGER)))`,
    [[1.5], [1.25], [-0.5]],
  ],
  [
    "IS and IS NOT",
    `(a INT, b INT, CHECK (a IS NOT b), CHECK (a IS NOT NULL OR b IS 3))`,
    [
      [1, 1],
      [null, null],
      [1, null],
      [null, 3],
      [null, 4],
    ],
  ],
  ["NULL, which is no violation", `(a INT, CHECK (a > NULL), CHECK (a > 5 OR NULL))`, [[1], [null]]],
  [
    "ISNULL and NOTNULL",
    `(a INT, b INT, CHECK (a ISNULL OR b NOTNULL))`,
    [
      [null, null],
      [1, 1],
      [1, null],
    ],
  ],
  ["IN with NULL among the values", `(a INT CHECK (a IN (1, NULL)))`, [[1], [2], [null]]],
  ["NOT IN", `(a TEXT CHECK (a NOT IN ('', 'x')))`, [[""], ["x"], ["y"], [null]]],
];
