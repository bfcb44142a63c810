import { describe, expect, test } from "vitest";
import type { ForeignKeyPlan, Plan } from "../../../src/model/plan.js";
import { findingsOf, planOf, tableOf } from "../plan-of.js";

const keysOf = (plan: Plan, table = "c"): readonly ForeignKeyPlan[] => tableOf(plan, table).foreignKeys;

/** `a, b -> p (x, y)` */
const words = (key: ForeignKeyPlan): string =>
  `${key.columns.join(", ")} -> ${key.parentTable} (${key.parentColumns.join(", ")})`;

const reasonsOf = (plan: Plan): readonly string[] => plan.notCarried.map(({ reason }) => reason);

describe("a foreign key that PostgreSQL cannot have", () => {
  test.each<[string, string, RegExp]>([
    [
      "no parent",
      "CREATE TABLE c (a REFERENCES nowhere (x))",
      /points at nowhere, which is no table that is carried over/,
    ],
    ["no parent and no column", "CREATE TABLE c (a REFERENCES nowhere)", /nowhere/],
    [
      "a view for a parent",
      "CREATE TABLE p (x PRIMARY KEY); CREATE VIEW v AS SELECT x FROM p; CREATE TABLE c (a REFERENCES v (x))",
      /points at v/,
    ],
    [
      "a column that the parent has not",
      "CREATE TABLE p (x PRIMARY KEY); CREATE TABLE c (a REFERENCES p (y))",
      /a column of it does not exist/,
    ],
    [
      "a virtual column that cannot be computed for a child",
      "CREATE TABLE p (x TEXT PRIMARY KEY); CREATE TABLE c (a REAL, v TEXT AS (a || ''), FOREIGN KEY (v) REFERENCES p (x))",
      /not carried over/,
    ],
    [
      "a virtual column that cannot be computed for a parent",
      "CREATE TABLE p (x REAL, v TEXT AS (x || '') UNIQUE); CREATE TABLE c (a REFERENCES p (v))",
      /not carried over/,
    ],
    [
      "a parent without a primary key",
      "CREATE TABLE p (x); CREATE TABLE c (a REFERENCES p)",
      /another number of columns/,
    ],
    [
      "a composite key for one column",
      "CREATE TABLE p (x, y, PRIMARY KEY (x, y)); CREATE TABLE c (a REFERENCES p)",
      /another number of columns/,
    ],
    [
      "a parent that is not unique",
      "CREATE TABLE p (x INTEGER); CREATE TABLE c (a REFERENCES p (x))",
      /p \(x\) is no primary key and not unique/,
    ],
    [
      "a plain index on the parent",
      "CREATE TABLE p (x); CREATE INDEX i ON p (x); CREATE TABLE c (a REFERENCES p (x))",
      /not unique/,
    ],
    [
      "a partial unique index",
      "CREATE TABLE p (x); CREATE UNIQUE INDEX i ON p (x) WHERE x > 0; CREATE TABLE c (a REFERENCES p (x))",
      /not unique/,
    ],
    [
      "a unique index on an expression",
      "CREATE TABLE p (x); CREATE UNIQUE INDEX i ON p (lower(x)); CREATE TABLE c (a REFERENCES p (x))",
      /not unique/,
    ],
    [
      "part of a composite key",
      "CREATE TABLE p (x, y, PRIMARY KEY (x, y)); CREATE TABLE c (a REFERENCES p (x))",
      /not unique/,
    ],
    [
      "more than the parent's key",
      "CREATE TABLE p (x UNIQUE, y); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p (x, y))",
      /not unique/,
    ],
    [
      "one parent column twice",
      "CREATE TABLE p (x UNIQUE, y); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p (x, x))",
      /not unique/,
    ],
  ])("is listed with the reason: %s", (_, sql, reason) => {
    const plan = planOf(sql);
    expect(keysOf(plan)).toEqual([]);
    const listed = plan.notCarried.filter(({ type }) => type === "foreign key");
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({
      table: "c",
      sql: expect.stringMatching(/^FOREIGN KEY \(.*\) REFERENCES /) as unknown,
    });
    expect(listed[0]?.reason).toMatch(reason);
  });

  test("is listed with all that it says", () => {
    const plan = planOf(
      `CREATE TABLE c (a INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, b, d,
         FOREIGN KEY (b, d) REFERENCES "no where" (x, y) DEFERRABLE)`,
    );
    expect(plan.notCarried.map(({ name, sql }) => [name, sql])).toEqual([
      [
        "c (a)",
        "FOREIGN KEY (a) REFERENCES p ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
      ],
      ["c (b, d)", "FOREIGN KEY (b, d) REFERENCES no where (x, y) DEFERRABLE"],
    ]);
  });

  test("is listed where values of the child do not fit the parent's type", () => {
    const plan = planOf(
      "CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (a TEXT REFERENCES p); INSERT INTO c VALUES ('one')",
    );
    expect(keysOf(plan)).toEqual([]);
    expect(reasonsOf(plan)).toEqual(["a is text, but p.x is bigint"]);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([]);
  });
});

describe("a foreign key", () => {
  test.each<[string, string, string]>([
    [
      "to a named key",
      "CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES p (x))",
      "a -> p (x)",
    ],
    [
      "to an implicit primary key",
      "CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES p)",
      "a -> p (x)",
    ],
    [
      "to an implicit composite key, in its order",
      "CREATE TABLE p (x, y, PRIMARY KEY (y, x)); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p)",
      "a, b -> p (y, x)",
    ],
    [
      "to a composite key in another order",
      "CREATE TABLE p (x, y, PRIMARY KEY (x, y)); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p (y, x))",
      "a, b -> p (y, x)",
    ],
    [
      "to a unique constraint",
      "CREATE TABLE p (x UNIQUE); CREATE TABLE c (a REFERENCES p (x))",
      "a -> p (x)",
    ],
    [
      "to a unique index",
      "CREATE TABLE p (x); CREATE UNIQUE INDEX i ON p (x DESC); CREATE TABLE c (a REFERENCES p (x))",
      "a -> p (x)",
    ],
    [
      "to a key that holds NULLs",
      "CREATE TABLE p (x TEXT PRIMARY KEY); INSERT INTO p VALUES (NULL); CREATE TABLE c (a TEXT REFERENCES p)",
      "a -> p (x)",
    ],
    [
      "to a table that comes later",
      "CREATE TABLE c (a INTEGER REFERENCES p); CREATE TABLE p (x INTEGER PRIMARY KEY)",
      "a -> p (x)",
    ],
    ["to its own table", "CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER REFERENCES c)", "a -> c (id)"],
    [
      "in other letters",
      'CREATE TABLE "Parent" ("Id" INTEGER PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES pARENT (iD))',
      "a -> Parent (Id)",
    ],
    [
      "from a stored generated column",
      "CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (a INTEGER, g INTEGER AS (a) STORED REFERENCES p)",
      "g -> p (x)",
    ],
    [
      "of one column twice",
      "CREATE TABLE p (x, y, UNIQUE (x, y)); CREATE TABLE c (a, FOREIGN KEY (a, a) REFERENCES p (x, y))",
      "a, a -> p (x, y)",
    ],
  ])("is carried %s", (_, sql, expected) => {
    expect(keysOf(planOf(sql)).map(words)).toEqual([expected]);
  });

  test("points at the right one of two tables whose names differ beyond ASCII", () => {
    const plan = planOf(
      `CREATE TABLE "É" (x INTEGER PRIMARY KEY); CREATE TABLE "é" (y INTEGER PRIMARY KEY, "Ö" UNIQUE, "ö" UNIQUE);
       CREATE TABLE c (a INTEGER REFERENCES "é", b REFERENCES "é" ("ö"))`,
    );
    expect(keysOf(plan).map(words)).toEqual(["a -> é (y)", "b -> é (ö)"]);
  });

  test("follows the new names of its ends", () => {
    const plan = planOf(
      `CREATE TABLE "${"p".repeat(70)}" (xmin INTEGER PRIMARY KEY); CREATE TABLE c (ctid INTEGER REFERENCES "${"p".repeat(70)}")`,
    );
    expect(keysOf(plan).map(words)).toEqual([`ctid_ -> ${"p".repeat(63)} (xmin_)`]);
  });

  test("may stand in a cycle", () => {
    const plan = planOf(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER REFERENCES d); CREATE TABLE d (id INTEGER PRIMARY KEY, b INTEGER REFERENCES c)",
    );
    expect([...keysOf(plan), ...keysOf(plan, "d")].map(words)).toEqual(["a -> d (id)", "b -> c (id)"]);
  });

  test("keeps its actions", () => {
    const actions = ["NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT", "CASCADE"];
    const columns = actions.map(
      (action, index) =>
        `a${index} INTEGER REFERENCES p ON DELETE ${action} ON UPDATE ${actions[4 - index]!}`,
    );
    const plan = planOf(
      `CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (${columns.join(", ")}, b INTEGER REFERENCES p)`,
    );
    expect(keysOf(plan).map((key) => [key.onDelete, key.onUpdate])).toEqual([
      ...actions.map((action, index) => [action, actions[4 - index]]),
      ["NO ACTION", "NO ACTION"],
    ]);
  });

  test("tells of its orphans", () => {
    const plan = planOf(
      `CREATE TABLE p (x INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
       CREATE TABLE c (a INTEGER REFERENCES p, b INTEGER REFERENCES p); INSERT INTO c VALUES (1, 1), (2, 1), (NULL, 3), (4, NULL)`,
    );
    expect(keysOf(plan).map((key) => [key.columns, key.orphans])).toEqual([
      [["a"], 2],
      [["b"], 1],
    ]);
    expect(findingsOf(plan, "orphan-rows").map(({ columns, rows, first }) => [columns, rows, first])).toEqual(
      [
        [["a"], 2, ["rowid 2", "rowid 4"]],
        [["b"], 1, ["rowid 3"]],
      ],
    );
  });
});

describe("DEFERRABLE", () => {
  const deferrals = (sql: string): readonly (readonly [string, string])[] =>
    keysOf(
      planOf(`CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE q (x INTEGER PRIMARY KEY); ${sql}`),
    ).map(({ columns, deferrable }) => [columns.join(), deferrable] as const);

  test("stays with its own foreign key among many", () => {
    expect(
      deferrals(
        `CREATE TABLE c (
           a INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED REFERENCES q DEFERRABLE,
           b INTEGER NOT NULL REFERENCES p CHECK (b > 0),
           d INTEGER CONSTRAINT k REFERENCES q (x) ON DELETE CASCADE NOT DEFERRABLE INITIALLY DEFERRED UNIQUE,
           e INTEGER, f INTEGER REFERENCES p DEFERRABLE INITIALLY IMMEDIATE,
           FOREIGN KEY (e) REFERENCES p, CHECK (e <> f), FOREIGN KEY (f) REFERENCES q DEFERRABLE INITIALLY DEFERRED
           CONSTRAINT last FOREIGN KEY (b) REFERENCES q (x))`,
      ),
    ).toEqual([
      ["a", "deferred"],
      ["a", "immediate"],
      ["b", "no"],
      ["d", "no"],
      ["f", "immediate"],
      ["e", "no"],
      ["f", "deferred"],
      ["b", "no"],
    ]);
  });

  test("stays with it after columns were added and dropped", () => {
    expect(
      deferrals(
        `CREATE TABLE c (a INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED, gone INTEGER, b INTEGER,
           FOREIGN KEY (b) REFERENCES p DEFERRABLE, CHECK (a > 0));
         ALTER TABLE c ADD COLUMN d INTEGER REFERENCES q;
         ALTER TABLE c ADD COLUMN e INTEGER REFERENCES q (x) DEFERRABLE INITIALLY DEFERRED;
         ALTER TABLE c DROP COLUMN gone;
         ALTER TABLE c RENAME COLUMN a TO a2;
         ALTER TABLE p RENAME TO p2`,
      ),
    ).toEqual([
      ["a2", "deferred"],
      ["d", "no"],
      ["e", "deferred"],
      ["b", "immediate"],
    ]);
  });

  test("stays with it where a key before it is not carried", () => {
    expect(
      deferrals(
        `CREATE TABLE c (a INTEGER REFERENCES nowhere DEFERRABLE INITIALLY DEFERRED, b INTEGER REFERENCES p)`,
      ),
    ).toEqual([["b", "no"]]);
  });
});
