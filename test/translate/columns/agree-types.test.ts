import { describe, expect, test } from "vitest";
import type { ForeignKeyPlan, Plan } from "../../../src/model/plan.js";
import { typeWords } from "../../../src/model/postgres.js";
import { columnOf, findingsOf, planOf, tableOf } from "../plan-of.js";

const keysOf = (plan: Plan, table = "c"): readonly ForeignKeyPlan[] => tableOf(plan, table).foreignKeys;

const words = (key: ForeignKeyPlan): string =>
  `${key.columns.join(", ")} -> ${key.parentTable} (${key.parentColumns.join(", ")})`;

const reasonsOf = (plan: Plan): readonly string[] => plan.notCarried.map(({ reason }) => reason);

describe("the types of children and parents", () => {
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
    expect(columnOf(plan, "c", "a").because).toBe("declared INTEGER, its one value fits; as its parent p.x");
  });

  test("are left alone where PostgreSQL compares them anyway", () => {
    const plan = planOf(
      `CREATE TABLE p (n NUMERIC UNIQUE, r REAL UNIQUE, v VARCHAR(9) UNIQUE, t TEXT UNIQUE);
       CREATE TABLE c (n INTEGER REFERENCES p (n), r INTEGER REFERENCES p (r), v TEXT REFERENCES p (v), t VARCHAR(3) REFERENCES p (t))`,
    );
    expect(keysOf(plan)).toHaveLength(4);
    expect(findingsOf(plan, "foreign-key-type-changed")).toEqual([]);
  });

  test("do not take over a precision that was not counted for the child", () => {
    const plan = planOf(
      "CREATE TABLE p (x DECIMAL(5,2) PRIMARY KEY); INSERT INTO p VALUES (1.5); CREATE TABLE c (a REAL REFERENCES p); INSERT INTO c VALUES (123456.789)",
    );
    expect(typesOf(plan, ["p", "x"], ["c", "a"])).toEqual(["numeric(5,2)", "numeric"]);
  });

  test("do not take over a unit of time that the child's own numbers do not show", () => {
    const plan = planOf(
      `CREATE TABLE p (x DATETIME PRIMARY KEY); INSERT INTO p VALUES (1709251199123);
       CREATE TABLE c (a INTEGER REFERENCES p); INSERT INTO c VALUES (9223372036854775807)`,
    );
    expect(typesOf(plan, ["p", "x"], ["c", "a"])).toEqual(["timestamptz", "bigint"]);
    expect(keysOf(plan)).toEqual([]);
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
