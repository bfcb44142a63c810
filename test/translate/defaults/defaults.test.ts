import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { pgType } from "../../../src/model/postgres.js";
import { mappingOf, rule, tableRule } from "../mapping-of.js";
import { columnOf, planOf } from "../plan-of.js";

describe("a DEFAULT that is not translated", () => {
  test.each([
    "(datetime('now', 'localtime'))",
    "(strftime('%J', 'now'))",
    "(julianday('now'))",
    "(sqlite_version())",
    "(changes() + 1)",
  ])("is listed with its SQL: %s", (sql) => {
    const plan = planOf(`CREATE TABLE t (c TEXT DEFAULT ${sql})`);
    expect(columnOf(plan, "t", "c").defaultSql).toBeNull();
    expect(plan.notCarried).toEqual([
      {
        type: "default",
        name: "t.c",
        table: "t",
        sql: `DEFAULT ${sql.slice(1, -1)}`,
        reason: expect.stringMatching(/; the application or an ALTER TABLE has to set it$/) as unknown,
        instead: 'ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT …;',
      },
    ]);
  });

  test("of a column whose texts spell bytes is listed", () => {
    const hex = rule("c", { type: pgType("bytea"), decode: "hex" });
    const plan = planOf("CREATE TABLE t (c TEXT DEFAULT '4142')", [
      mappingOf({ tables: [tableRule("t", { columns: [hex] })] }),
    ]);
    expect(columnOf(plan, "t", "c").defaultSql).toBeNull();
    expect(plan.notCarried.map(({ type, name }) => [type, name])).toEqual([["default", "t.c"]]);
  });

  test("of the rowid's own column is listed, for SQLite never uses it", () => {
    const plan = planOf("CREATE TABLE t (id INTEGER PRIMARY KEY DEFAULT 5, c TEXT DEFAULT NULL)");
    expect(columnOf(plan, "t", "id")).toMatchObject({ defaultSql: null, identity: { next: "1" } });
    expect(plan.notCarried.map(({ type, name, sql }) => [type, name, sql])).toEqual([
      ["default", "t.id", "DEFAULT 5"],
    ]);
  });
});

describe("a DEFAULT of a column whose type changes with its parent's", () => {
  const planFor = (parent: string, child: string): Plan =>
    planOf(
      `CREATE TABLE p (id ${parent} PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p ${child} REFERENCES p (id))`,
    );

  test("is written for the new type", () => {
    expect(columnOf(planFor("TEXT", "INTEGER DEFAULT 7"), "c", "p")).toMatchObject({
      type: { name: "text" },
      defaultSql: "'7'",
    });
    expect(columnOf(planFor("INTEGER", "TEXT DEFAULT '7'"), "c", "p")).toMatchObject({
      type: { name: "bigint" },
      defaultSql: "7",
    });
  });

  test("is listed where the new type does not take it", () => {
    const plan = planFor("INTEGER", "TEXT DEFAULT ''");
    expect(columnOf(plan, "c", "p")).toMatchObject({ type: { name: "bigint" }, defaultSql: null });
    expect(plan.notCarried.map(({ type, name }) => `${type} ${name}`)).toEqual(["default c.p"]);
  });
});
