import { describe, expect, test } from "vitest";
import type { ForeignKeyPlan, Plan } from "../../src/model/plan.js";
import { typeWords } from "../../src/model/postgres.js";
import { columnOf, findingsOf, planOf, tableOf } from "./plan-of.js";

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
      "a virtual column for a child",
      "CREATE TABLE p (x PRIMARY KEY); CREATE TABLE c (a, v AS (a), FOREIGN KEY (v) REFERENCES p (x))",
      /not carried over/,
    ],
    [
      "a virtual column for a parent",
      "CREATE TABLE p (x, v AS (x) UNIQUE); CREATE TABLE c (a REFERENCES p (v))",
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

describe("types of children and parents", () => {
  const typesOf = (plan: Plan, ...columns: readonly (readonly [string, string])[]): readonly string[] =>
    columns.map(([table, column]) => typeWords(columnOf(plan, table, column).type));

  test("agree where a child has other values of the same meaning", () => {
    const plan = planOf(
      "CREATE TABLE p (x TEXT PRIMARY KEY); INSERT INTO p VALUES ('1'); CREATE TABLE c (a INTEGER REFERENCES p); INSERT INTO c VALUES (1)",
    );
    expect(typesOf(plan, ["c", "a"])).toEqual(["text"]);
    expect(keysOf(plan).map(words)).toEqual(["a -> p (x)"]);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([
      { kind: "foreign-key-type-changed", at: { table: "c", column: "a" }, type: "text", parentTable: "p" },
    ]);
    expect(columnOf(plan, "c", "a").because).toBe("declared INTEGER, all 1 values fit; as its parent p.x");
  });

  test("are left alone where PostgreSQL compares them anyway", () => {
    const plan = planOf(
      `CREATE TABLE p (n NUMERIC UNIQUE, r REAL UNIQUE, v VARCHAR(9) UNIQUE, t TEXT UNIQUE);
       CREATE TABLE c (n INTEGER REFERENCES p (n), r INTEGER REFERENCES p (r), v TEXT REFERENCES p (v), t VARCHAR(3) REFERENCES p (t))`,
    );
    expect(keysOf(plan)).toHaveLength(4);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([]);
  });

  test("do not take over a parent's limit", () => {
    const plan = planOf(
      "CREATE TABLE p (x VARCHAR(2) PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES p); INSERT INTO c VALUES (12345)",
    );
    expect(typesOf(plan, ["p", "x"], ["c", "a"])).toEqual(["varchar(2)", "text"]);
    expect(keysOf(plan)).toHaveLength(1);
  });

  test.each([
    [
      "parents first",
      "CREATE TABLE g (x TEXT PRIMARY KEY)",
      "CREATE TABLE p (y INTEGER PRIMARY KEY DESC REFERENCES g)",
      "CREATE TABLE c (a BLOB REFERENCES p)",
    ],
    [
      "children first",
      "CREATE TABLE c (a BLOB REFERENCES p)",
      "CREATE TABLE p (y INTEGER PRIMARY KEY DESC REFERENCES g)",
      "CREATE TABLE g (x TEXT PRIMARY KEY)",
    ],
    [
      "in no order",
      "CREATE TABLE p (y INTEGER PRIMARY KEY DESC REFERENCES g)",
      "CREATE TABLE c (a BLOB REFERENCES p)",
      "CREATE TABLE g (x TEXT PRIMARY KEY)",
    ],
  ])("agree over three generations, %s", (_, ...statements) => {
    const plan = planOf(statements.join(";"));
    expect(typesOf(plan, ["g", "x"], ["p", "y"], ["c", "a"])).toEqual(["text", "text", "text"]);
    expect([...keysOf(plan), ...keysOf(plan, "p")]).toHaveLength(2);
    expect(
      findingsOf(plan, "foreign-key-type-changed")
        .map(({ at }) => at.table)
        .sort(),
    ).toEqual(["c", "p"]);
  });

  test("of a column with two parents follow the first; the other key is listed", () => {
    const plan = planOf(
      `CREATE TABLE p (x TEXT PRIMARY KEY); CREATE TABLE q (y INTEGER PRIMARY KEY);
       CREATE TABLE c (a BLOB REFERENCES p REFERENCES q)`,
    );
    expect(typesOf(plan, ["c", "a"])).toEqual(["text"]);
    expect(keysOf(plan).map(words)).toEqual(["a -> p (x)"]);
    expect(reasonsOf(plan)).toEqual(["a is text, but q.y is bigint"]);
    expect(findingsOf(plan, "foreign-key-type-changed")).toHaveLength(1);
    expect(columnOf(plan, "c", "a").because).toBe("declared BLOB, no values; as its parent p.x");
  });

  test("that already agree with one parent do not leave it for another", () => {
    const plan = planOf(
      `CREATE TABLE p (x TEXT PRIMARY KEY); CREATE TABLE q (y INTEGER PRIMARY KEY);
       CREATE TABLE c (a TEXT REFERENCES p REFERENCES q)`,
    );
    expect(keysOf(plan).map(words)).toEqual(["a -> p (x)"]);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([]);
  });

  test("settle in cycles of any length", () => {
    for (const declared of [
      ["TEXT", "INTEGER"],
      ["TEXT", "INTEGER", "BLOB"],
      ["UUID", "BOOLEAN", "DATE", "REAL"],
    ]) {
      const tables = declared.map(
        (type, index) =>
          `CREATE TABLE t${index} (a ${type} UNIQUE REFERENCES t${(index + 1) % declared.length} (a))`,
      );
      const plan = planOf(tables.join(";"));
      expect(new Set(plan.tables.map((table) => table.columns[0]?.type.name)).size).toBe(1);
      expect(plan.tables.flatMap((table) => table.foreignKeys)).toHaveLength(declared.length);
      expect(findingsOf(plan, "foreign-key-type-changed")).toHaveLength(declared.length - 1);
    }
  });

  test("settle where a key crosses over itself", () => {
    const plan = planOf(
      "CREATE TABLE c (a TEXT, b INTEGER, UNIQUE (a, b), FOREIGN KEY (a, b) REFERENCES c (b, a))",
    );
    expect(typesOf(plan, ["c", "a"], ["c", "b"])).toEqual(["bigint", "bigint"]);
    expect(keysOf(plan)).toHaveLength(1);
    expect(findingsOf(plan, "foreign-key-type-changed")).toHaveLength(1);
  });

  test("stay where a key that crosses over itself cannot be settled", () => {
    const plan = planOf(
      `CREATE TABLE c (a INTEGER, b INTEGER, d TEXT, UNIQUE (a, b, d), FOREIGN KEY (a, b, d) REFERENCES c (b, d, a))`,
    );
    // No type is changed for a key that is not carried.
    expect(typesOf(plan, ["c", "a"], ["c", "b"], ["c", "d"])).toEqual(["bigint", "bigint", "text"]);
    expect(keysOf(plan)).toEqual([]);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([]);
  });

  test("of one column that points at two of different types stay", () => {
    const plan = planOf(
      "CREATE TABLE p (x TEXT, y INTEGER, UNIQUE (x, y)); CREATE TABLE c (a BLOB, FOREIGN KEY (a, a) REFERENCES p (x, y))",
    );
    expect(typesOf(plan, ["c", "a"])).toEqual(["bytea"]);
    expect(keysOf(plan)).toEqual([]);
  });

  test("of a composite key change all or none", () => {
    const plan = planOf(
      `CREATE TABLE p (x TEXT, y INTEGER, PRIMARY KEY (x, y));
       CREATE TABLE c (a INTEGER, b BLOB, FOREIGN KEY (a, b) REFERENCES p); INSERT INTO c VALUES (1, x'ff')`,
    );
    expect(typesOf(plan, ["c", "a"], ["c", "b"])).toEqual(["bigint", "bytea"]);
    expect(keysOf(plan)).toEqual([]);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([]);
  });

  test("of an identity column stay", () => {
    const plan = planOf(
      "CREATE TABLE p (x TEXT PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES p)",
    );
    expect(typesOf(plan, ["c", "id"])).toEqual(["bigint"]);
    expect(reasonsOf(plan)).toEqual(["id is bigint, but p.x is text"]);
  });

  test("take over a parent's unit of time", () => {
    const plan = planOf(
      `CREATE TABLE p (x DATETIME PRIMARY KEY); INSERT INTO p VALUES (1600000000);
       CREATE TABLE c (a BLOB REFERENCES p); CREATE TABLE d (a INTEGER REFERENCES p)`,
    );
    expect(columnOf(plan, "c", "a")).toMatchObject({
      type: { name: "timestamp with time zone" },
      unit: "seconds",
    });
    expect(columnOf(plan, "d", "a")).toMatchObject({
      type: { name: "timestamp with time zone" },
      unit: "seconds",
    });
  });
});
