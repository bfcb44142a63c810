import { describe, expect, test } from "vitest";
import { columnTerm, type Plan } from "../../../src/model/plan.js";
import { findingsOf, notCarriedOf, planOf, tableOf } from "../plan-of.js";

const primaryKeyOf = (plan: Plan): readonly string[] | null => tableOf(plan, "t").primaryKey?.columns ?? null;

describe("a primary key", () => {
  test.each<[string, string, readonly string[] | null]>([
    ["none", "CREATE TABLE t (a, b)", null],
    ["a rowid alias", "CREATE TABLE t (a INTEGER PRIMARY KEY, b)", ["a"]],
    ["AUTOINCREMENT", "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", ["a"]],
    ["one that is no rowid alias", "CREATE TABLE t (a INT PRIMARY KEY)", ["a"]],
    ["descending, which is no rowid alias", "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)", ["a"]],
    ["text", "CREATE TABLE t (a TEXT PRIMARY KEY NOT NULL)", ["a"]],
    ["composite, in its own order", "CREATE TABLE t (a, b, c, PRIMARY KEY (c, a))", ["c", "a"]],
    [
      "composite WITHOUT ROWID",
      "CREATE TABLE t (a, b, c, PRIMARY KEY (b, a DESC)) WITHOUT ROWID",
      ["b", "a"],
    ],
    ["named twice", "CREATE TABLE t (a, b, PRIMARY KEY (a, b, a))", ["a", "b"]],
    ["in another case", 'CREATE TABLE t ("Ab", PRIMARY KEY ("aB"))', ["Ab"]],
    ["quoted and odd", 'CREATE TABLE t ("a ""b" INTEGER PRIMARY KEY)', ['a "b']],
  ])("is carried: %s", (_, sql, columns) => {
    const plan = planOf(sql);
    expect(primaryKeyOf(plan)).toEqual(columns);
    expect(plan.notCarried).toEqual([]);
    expect(plan.findings).toEqual([]);
  });

  test("makes an identity column of a rowid alias, and of nothing else", () => {
    const plan = planOf(
      "CREATE TABLE t (a INTEGER PRIMARY KEY); CREATE TABLE u (a INT PRIMARY KEY); CREATE TABLE v (a INTEGER PRIMARY KEY) WITHOUT ROWID",
    );
    expect(plan.tables.map((table) => table.columns[0]?.identity)).toEqual([
      { sequence: "t_a_seq", next: "1" },
      null,
      null,
    ]);
    expect(tableOf(plan, "t").columns[0]).toMatchObject({ notNull: true });
  });

  test.each<[string, string, string | null]>([
    ["the largest row", "CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (3), (7)", "8"],
    ["nothing below 1", "CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (-5)", "1"],
    [
      "sqlite_sequence, where rows are gone",
      "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (41); DELETE FROM t",
      "42",
    ],
    [
      "the rows, where they are ahead",
      "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5); UPDATE sqlite_sequence SET seq = 1",
      "6",
    ],
    [
      "beyond 2^53",
      "CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (9007199254740993)",
      "9007199254740994",
    ],
    [
      "one before the last",
      "CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (9223372036854775806)",
      "9223372036854775807",
    ],
    [
      "nothing after the last",
      "CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (9223372036854775807)",
      null,
    ],
  ])("counts on from %s", (_, sql, next) => {
    const plan = planOf(sql);
    expect(tableOf(plan, "t").columns[0]?.identity?.next).toBe(next);
    expect(findingsOf(plan, "identity-exhausted").length).toBe(next === null ? 1 : 0);
  });

  test("with NULLs becomes a unique constraint, and both are told", () => {
    const plan = planOf(
      "CREATE TABLE t (a TEXT, b INT, PRIMARY KEY (a, b)); INSERT INTO t VALUES (NULL, 1), ('x', NULL), (NULL, NULL)",
    );
    expect(tableOf(plan, "t")).toMatchObject({
      primaryKey: null,
      uniques: [{ name: "t_a_b_key", columns: ["a", "b"] }],
    });
    expect(
      findingsOf(plan, "null-in-primary-key").map(({ at, rows, first }) => [
        at.column,
        rows,
        first?.at.rowid,
      ]),
    ).toEqual([
      ["a", 2, "1"],
      ["b", 2, "2"],
    ]);
    expect(notCarriedOf(plan)).toEqual(["primary key t (a, b)"]);
  });
});

describe("NOT NULL", () => {
  test("is carried", () => {
    const plan = planOf("CREATE TABLE t (a NOT NULL, b, c INT NOT NULL DEFAULT 1)");
    expect(tableOf(plan, "t").columns.map((column) => column.notNull)).toEqual([true, false, true]);
  });

  test("is left out where NULLs stand, and that is told", () => {
    const plan = planOf((database) => {
      database.unsafeMode();
      database.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (NULL); PRAGMA writable_schema = ON");
      database.exec(
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a NOT NULL)'; PRAGMA writable_schema = RESET",
      );
    });
    expect(tableOf(plan, "t").columns[0]?.notNull).toBe(false);
    expect(findingsOf(plan, "null-in-not-null")).toMatchObject([
      { at: { table: "t", column: "a" }, rows: 1, first: { at: { rowid: "2" } } },
    ]);
  });
});

describe("unique constraints and indexes", () => {
  test("are carried in their order, with their names where they have one", () => {
    const plan = planOf(
      `CREATE TABLE t (a UNIQUE, b, c, d INTEGER PRIMARY KEY UNIQUE, UNIQUE (c, b), UNIQUE (b, a));
       CREATE INDEX plain ON t (a); CREATE UNIQUE INDEX "Uni que" ON t (b DESC, c ASC); CREATE INDEX twice ON t (a, a)`,
    );
    const table = tableOf(plan, "t");
    expect(table.uniques).toEqual([
      { name: "t_a_key", columns: ["a"] },
      { name: "t_d_key", columns: ["d"] },
      { name: "t_c_b_key", columns: ["c", "b"] },
      { name: "t_b_a_key", columns: ["b", "a"] },
    ]);
    expect(table.indexes).toEqual([
      { name: "plain", unique: false, terms: [columnTerm("a")], where: null },
      {
        name: "Uni que",
        unique: true,
        terms: [columnTerm("b", true), columnTerm("c")],
        where: null,
      },
      {
        name: "twice",
        unique: false,
        terms: [columnTerm("a"), columnTerm("a")],
        where: null,
      },
    ]);
    expect(plan.notCarried).toEqual([]);
  });

  test("name a column once: PostgreSQL takes no UNIQUE (a, a)", () => {
    expect(tableOf(planOf("CREATE TABLE t (a, b, UNIQUE (a, b, a))"), "t").uniques).toEqual([
      { name: "t_a_b_key", columns: ["a", "b"] },
    ]);
  });

  test("on part of the rows and on expressions are carried in PostgreSQL's words", () => {
    const plan = planOf(
      `CREATE TABLE t (a TEXT, b INT, v AS (b + 1), UNIQUE (v));
       CREATE INDEX part ON t (a) WHERE b > 0; CREATE UNIQUE INDEX part_unique ON t (a DESC) WHERE b;
       CREATE INDEX expression ON t (lower(a), b); CREATE UNIQUE INDEX expression_unique ON t (b + b DESC);
       CREATE INDEX virtual ON t (v); CREATE INDEX both ON t (a || b) WHERE a IS NOT NULL`,
    );
    const inWords = tableOf(plan, "t").indexes.map(({ name, unique, terms, where }) => [
      name,
      unique,
      terms.map(({ sql, descending }) => sql + (descending ? " DESC" : "")).join(", "),
      where,
    ]);
    expect(inWords.sort()).toEqual([
      ["both", false, `("a" || "b"::text)`, '"a" IS NOT NULL'],
      ["expression", false, `(lower("a" COLLATE "C")), "b"`, null],
      ["expression_unique", true, `("b" + "b") DESC`, null],
      ["part", false, `"a"`, '"b" > 0'],
      ["part_unique", true, `"a" DESC`, '"b" <> 0'],
      ["virtual", false, `"v"`, null],
    ]);
    expect(tableOf(plan, "t").uniques).toEqual([{ name: "t_v_key", columns: ["v"] }]);
    expect(plan.notCarried).toEqual([]);
  });

  test("under SQLite's own collations are made on what they compare, and the column's collation is told", () => {
    const plan = planOf(
      `CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT, UNIQUE (a), PRIMARY KEY (b COLLATE NOCASE, a));
       CREATE INDEX two ON t (a, b COLLATE nocase, b COLLATE RTRIM); CREATE INDEX none ON t (a COLLATE BINARY)`,
    );
    const { primaryKey, uniques, indexes } = tableOf(plan, "t");
    const [a, b] = [`lower("a" COLLATE "C")`, `lower("b" COLLATE "C")`];
    expect([primaryKey?.columns, uniques]).toEqual([["b", "a"], []]);
    expect(
      indexes.map(({ name, unique, terms }) => [name, unique, terms.map(({ sql }) => sql)]).sort(),
    ).toEqual([
      ["none", false, ['"a"']],
      ["t_a_key", true, [a]],
      ["t_b_a_key", true, [b, a]],
      ["two", false, [a, b, `rtrim("b", ' ')`]],
    ]);
    expect(plan.notCarried).toEqual([]);
    expect(
      findingsOf(plan, "collation-in-indexes").map(({ at, collation }) => [at.column, collation]),
    ).toEqual([["a", "NOCASE"]]);
  });

  test("under a collation of an application compare bytes, and that is listed once for each", () => {
    const plan = planOf((database) => {
      database.unsafeMode();
      database.exec(
        "CREATE TABLE t (a TEXT UNIQUE, b TEXT); CREATE INDEX i ON t (b); PRAGMA writable_schema = ON",
      );
      database.exec(
        `UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a TEXT COLLATE mine UNIQUE, b TEXT)' WHERE name = 't';
         UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (b COLLATE mine)' WHERE name = 'i'; PRAGMA writable_schema = RESET`,
      );
    });
    expect(notCarriedOf(plan)).toEqual([
      "collation t.a",
      "collation MINE in UNIQUE (a)",
      "collation MINE in i",
    ]);
    const reasons = plan.notCarried.map(({ reason }) => reason);
    expect(reasons[2]).toMatch(/^PostgreSQL orders b byte by byte here: /);
    expect(reasons[1]).toMatch(/^PostgreSQL compares a byte by byte here: .* may stand twice$/);
  });

  test("of more than 32 columns are found in the plan", () => {
    const columns = Array.from({ length: 33 }, (_, index) => `c${index}`);
    const list = columns.join(", ");
    const plan = planOf(
      `CREATE TABLE t (${list}, UNIQUE (${list})); CREATE INDEX wide ON t (${list}); CREATE TABLE k (${list}, PRIMARY KEY (${list}))`,
    );
    expect(tableOf(plan, "t")).toMatchObject({ uniques: [], indexes: [] });
    expect(tableOf(plan, "k").primaryKey).toBeNull();
    expect(plan.notCarried.map(({ type }) => type)).toEqual(["unique", "index", "primary key"]);
    // Uniqueness is lost: the answer of the run is no.
    expect(findingsOf(plan, "key-not-made").map(({ at, columns: of }) => [at.table, of.length])).toEqual([
      ["t", 33],
      ["k", 33],
    ]);
  });
});

test("more than 1,600 columns block", () => {
  const columns = Array.from({ length: 1601 }, (_, index) => `c${index}`).join(", ");
  expect(findingsOf(planOf(`CREATE TABLE t (${columns})`), "too-many-columns")).toEqual([
    { kind: "too-many-columns", at: { table: "t" }, columns: 1601 },
  ]);
  expect(planOf(`CREATE TABLE t (${columns.replace(", c1600", "")})`).findings).toEqual([]);
});
