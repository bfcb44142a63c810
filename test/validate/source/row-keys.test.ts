/** By what the rows of a table of the source can be told apart and cut. */
import { afterEach, describe, expect, test } from "vitest";
import type { PgTypeName } from "../../../src/model/postgres.js";
import type { TablePlan } from "../../../src/model/plan.js";
import { rowKeysOf, type RowKeys } from "../../../src/validate/source/scan.js";
import { columnPlan, makeSource, tablePlan, type SourceFile } from "../room.js";

let file: SourceFile | null = null;
afterEach(() => {
  file?.remove();
  file = null;
});

const keysOf = async (sql: string, table: TablePlan): Promise<RowKeys | null> => {
  file = await makeSource(sql);
  return rowKeysOf(file.source.database, table);
};

const planned = (...columns: readonly (readonly [string, PgTypeName])[]): TablePlan =>
  tablePlan(
    "t",
    columns.map(([name, type]) => columnPlan(name, type)),
  );

describe("the rowid", () => {
  test("is looked for in no view and in no table that is not there", async () => {
    expect(await keysOf("CREATE VIEW t AS SELECT 1 AS id", planned(["id", "bigint"]))).toBeNull();
  });

  test.each([
    ["a primary key of integers", "CREATE TABLE t (a, id INTEGER PRIMARY KEY)", 1],
    ["a primary key of another type", "CREATE TABLE t (a, id INT PRIMARY KEY)", null],
    ["one that is kept in an index", "CREATE TABLE t (a, id INTEGER PRIMARY KEY DESC)", null],
    ["none", "CREATE TABLE t (a, id INTEGER)", null],
    ["one of a table without rowids", "CREATE TABLE t (a, id INTEGER PRIMARY KEY) WITHOUT ROWID", null],
  ])("is the column of %s", async (_what, sql, field) => {
    const table = { ...planned(["a", "text"], ["id", "bigint"]), withoutRowid: sql.endsWith("ROWID") };
    expect((await keysOf(sql, table))?.rowidField).toBe(field);
  });

  test.each(["numeric", "text", "timestamp with time zone"] as const)(
    "orders no rows that have it as %s in the target",
    async (type) => {
      const keys = await keysOf("CREATE TABLE t (id INTEGER PRIMARY KEY)", planned(["id", type]));
      expect(keys).toEqual({ hasRowid: true, rowidField: null, computes: false });
    },
  );

  test("is not ranged over where columns have taken all its names", async () => {
    const keys = await keysOf(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, rowid, oid, _rowid_)",
      planned(["id", "bigint"]),
    );
    expect(keys).toMatchObject({ hasRowid: false, rowidField: null });
  });
});

describe("of a full-text table, whose rows stand in another one that calls the rowid id,", () => {
  const sql = "CREATE VIRTUAL TABLE t USING fts5(id, body); INSERT INTO t VALUES ('7', 'a')";
  const storage = {
    table: "t_content",
    columns: [
      { name: "rowid", storedAs: "id" },
      { name: "id", storedAs: "c0" },
      { name: "body", storedAs: "c1" },
    ],
  };

  test("the rowid is the column that the plan has for it", async () => {
    const table = { ...planned(["id", "text"], ["rowid", "bigint"]), storage };
    expect(await keysOf(sql, table)).toEqual({ hasRowid: true, rowidField: 1, computes: false });
  });

  test("a column of the same name as the stored rowid is not it", async () => {
    const table = { ...planned(["id", "bigint"], ["body", "text"]), storage };
    expect((await keysOf(sql, table))?.rowidField).toBeNull();
  });
});
