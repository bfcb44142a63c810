import { describe, expect, test } from "vitest";
import type { Piece } from "../../src/model/piece.js";
import { columnTerm, type ColumnPlan, type Plan, type TablePlan } from "../../src/model/plan.js";
import { candidatesOf } from "../../src/translate/statements/pieces.js";
import { settle } from "../../src/translate/settle.js";
import { planOf } from "./plan-of.js";

/** A plan with a piece of every kind. */
const plan = withPieces(
  planOf(
    `CREATE TABLE "Parent" (id INTEGER PRIMARY KEY);
     CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 7, b TEXT UNIQUE, c INTEGER REFERENCES "Parent",
       d INTEGER AS (a + 1) STORED)`,
  ),
);

function withPieces(from: Plan): Plan {
  const parent = from.tables[0]!;
  const table = from.tables[1]!;
  const column = (name: string): ColumnPlan => table.columns.find(({ source }) => source === name)!;
  const stored = { sql: "a + 1", kind: "stored", sourceKind: "stored", sourceSql: "a+1" } as const;
  const changed: TablePlan = {
    ...table,
    target: "t2",
    columns: [
      ...["id", "a", "b", "c"].map(column),
      { ...column("d"), generated: stored },
      {
        ...column("d"),
        source: "e",
        target: "e",
        generated: { ...stored, kind: "virtual", sourceKind: "virtual" },
      },
    ],
    checks: [{ name: "positive", sql: "a > 0", sourceSql: "a>0" }],
    indexes: [
      { name: "plain", unique: false, terms: [columnTerm("d")], where: null },
      {
        name: "once",
        unique: true,
        terms: [{ sql: "(a + 1)", column: null, descending: false }],
        where: "b <> ''",
      },
    ],
  };
  return {
    ...from,
    tables: [parent, changed],
    views: [
      {
        source: "V",
        target: "v",
        columns: ["a"],
        sql: "SELECT a FROM t2",
        sourceSql: "CREATE VIEW V ...",
        uses: ["t2"],
      },
    ],
    triggers: [
      {
        ...{ source: "Tr", target: "tr", table: "t2", functionName: "tr_fn", when: null },
        ...{
          functionSql: "BEGIN RETURN NEW; END",
          timing: "BEFORE INSERT",
          sourceSql: "CREATE TRIGGER Tr ...",
        },
      },
    ],
    notCarried: [],
    findings: [],
  };
}

const { tables, pieces } = candidatesOf("try", plan);
const pieceOf = (kind: Piece["kind"], name: string): Piece =>
  pieces.find((piece) => piece.kind === kind && piece.name === name)!;
const without = (...refused: readonly Piece[]): Plan =>
  settle(
    plan,
    refused.map((piece) => ({ piece, message: "no, thank you", sqlState: "42704" })),
  );

describe("candidatesOf", () => {
  test("has bare tables: columns with their types, and nothing that PostgreSQL computes", () => {
    expect(tables).toEqual([
      { name: "Parent", createSql: 'CREATE TABLE "try"."Parent" ("id" bigint)', indexes: 1 },
      {
        name: "t2",
        createSql: 'CREATE TABLE "try"."t2" ("id" bigint, "a" bigint, "b" text, "c" bigint)',
        indexes: 4,
      },
    ]);
  });

  test("has every piece once, each after those that it may depend on", () => {
    expect(pieces.map(({ kind, table, name }) => `${kind} ${table ?? ""}.${name}`)).toEqual([
      "primary key Parent.Parent_pkey",
      "default t2.a",
      "generated column t2.d",
      "generated column t2.e",
      "check t2.positive",
      "primary key t2.t_pkey",
      "unique t2.t_b_key",
      "index t2.plain",
      "index t2.once",
      "foreign key t2.t_c_fkey",
      "view .v",
      "trigger t2.tr",
    ]);
  });

  test("has a plain column in the place of a generated one of which the file has the values", () => {
    expect(pieceOf("generated column", "d").otherwise).toEqual([
      'ALTER TABLE "try"."t2" ADD COLUMN "d" bigint',
    ]);
    expect(pieceOf("generated column", "e").otherwise).toEqual([]);
  });
});

describe("settle", () => {
  test("says that the plan was tried, and changes nothing else where nothing is refused", () => {
    expect(without()).toEqual({ ...plan, trial: "tried" });
  });

  test("takes every refused piece out of the plan, and nothing else", () => {
    const settled = without(...pieces);
    const table = settled.tables[1]!;
    expect(settled.tables.map(({ primaryKey }) => primaryKey)).toEqual([null, null]);
    expect(table).toMatchObject({ uniques: [], indexes: [], checks: [], foreignKeys: [] });
    expect(table.columns.map(({ target, defaultSql, generated }) => [target, defaultSql, generated])).toEqual(
      [
        ["id", null, null],
        ["a", null, null],
        ["b", null, null],
        ["c", null, null],
        // Its values are in the file; those of e are not.
        ["d", null, null],
      ],
    );
    expect([settled.views, settled.triggers]).toEqual([[], []]);
    expect(settled.notCarried).toHaveLength(pieces.length);
    expect(settled.findings).toHaveLength(pieces.length);
  });

  test("says of what names a refused column that the column is what is missing", () => {
    const refused = (sqlState: string) =>
      settle(plan, [
        { piece: pieceOf("generated column", "e"), message: "no, thank you", sqlState: "42704" },
        { piece: pieceOf("index", "plain"), message: 'column "e" does not exist', sqlState },
      ]).notCarried.map(({ reason }) => reason)[1];
    expect(refused("42703")).toContain('column "e" does not exist; t.e is not carried over itself');
    expect(refused("42704")).not.toContain("t.e");
  });

  test.each(pieces.map((piece) => [`${piece.kind} ${piece.name}`, piece] as const))(
    "leaves a plan without %s that PostgreSQL is asked no second time about it",
    (_words, piece) => {
      const names = (of: Plan) => candidatesOf("try", of).pieces.map(({ kind, name }) => `${kind} ${name}`);
      const others = pieces.filter((each) => each !== piece).map(({ kind, name }) => `${kind} ${name}`);
      expect(names(without(piece))).toEqual(others);
      expect(without(piece).notCarried).toMatchObject([{ type: piece.kind }]);
    },
  );

  test("says that uniqueness is lost, where it is", () => {
    const kinds = pieces.map((piece) => [piece.name, without(piece).findings[0]?.kind]);
    const lost = kinds.filter(([, kind]) => kind === "key-not-made").map(([name]) => name);
    expect(lost).toEqual(["Parent_pkey", "t_pkey", "t_b_key", "once"]);
    expect(kinds.filter(([, kind]) => kind === "piece-refused")).toHaveLength(pieces.length - lost.length);
  });

  test("lists SQLite's own SQL and PostgreSQL's words", () => {
    const line = (kind: Piece["kind"], name: string) => without(pieceOf(kind, name)).notCarried[0];
    const said = "PostgreSQL does not take it: no, thank you";
    expect(line("default", "a")).toEqual({
      type: "default",
      name: "t.a",
      table: "t",
      sql: "DEFAULT 7",
      reason: said,
      instead: expect.stringMatching(/^what PostgreSQL was given, with that mended: DEFAULT /) as unknown,
    });
    expect(line("check", "positive")).toMatchObject({ name: "positive", sql: "CHECK (a>0)", reason: said });
    expect(line("generated column", "d")).toMatchObject({
      name: "t.d",
      sql: "AS (a+1)",
      reason: `${said}; its values are carried as a plain column`,
    });
    expect(line("generated column", "e")?.reason).toBe(`${said}; a virtual column has no values of its own`);
    expect(line("index", "once")?.sql).toBe(
      `CREATE UNIQUE INDEX "once" ON "public"."t2" ((a + 1)) WHERE b <> ''`,
    );
    expect(line("view", "v")).toMatchObject({ name: "V", table: null, sql: "CREATE VIEW V ..." });
    expect(line("trigger", "tr")).toMatchObject({ name: "Tr", table: "t", sql: "CREATE TRIGGER Tr ..." });
  });
});
