/** Plans under `names`: what meets, what gives way, and what is said of it. */
import { describe, expect, test } from "vitest";
import type { NameStyle } from "../../src/model/mapping.js";
import type { Plan } from "../../src/model/plan.js";
import { mappingOf, rule, tableRule } from "./mapping-of.js";
import { findingsOf, notCarriedOf, planOf, tableOf } from "./plan-of.js";

const styled = (names: NameStyle, sql: string): Plan => planOf(sql, [mappingOf({ names })]);
const columns = (plan: Plan, table: string) => tableOf(plan, table).columns.map(({ target }) => target);
const changes = (plan: Plan) =>
  findingsOf(plan, "name-changed").map(({ what, from, to, why }) => [what, from, to, why]);
const listed = (plan: Plan) =>
  findingsOf(plan, "names-styled").flatMap(({ names }) =>
    names.map(({ what, table, from, to }) => `${what} ${table}: ${from} -> ${to}`),
  );

describe("names that become one", () => {
  test("are counted in their order", () => {
    const plan = styled("snake", `CREATE TABLE t ("Order Details", OrderDetails, "order-details")`);
    expect(columns(plan, "t")).toEqual(["order_details", "order_details_2", "order_details_3"]);
    expect(changes(plan)).toEqual([
      ["column", "OrderDetails", "order_details_2", "collision"],
      ["column", "order-details", "order_details_3", "collision"],
    ]);
    expect(listed(plan)).toEqual(["column t: Order Details -> order_details"]);
  });

  test("leave it to the one that is so already", () => {
    const plan = styled("snake", `CREATE TABLE t (OrderDetails, order_details)`);
    expect(columns(plan, "t")).toEqual(["order_details_2", "order_details"]);
    expect(listed(plan)).toEqual([]);
  });

  test("differ by letters that SQLite does not fold", () => {
    expect(columns(styled("lower", `CREATE TABLE t ("É", "é")`), "t")).toEqual(["é_2", "é"]);
  });

  test("are told of tables, indexes and views, which share their names", () => {
    const plan = styled(
      "snake",
      `CREATE TABLE UserName (a); CREATE INDEX "User Name" ON UserName (a);
       CREATE VIEW "User-Name" AS SELECT a FROM UserName;`,
    );
    expect(tableOf(plan, "UserName")).toMatchObject({
      target: "user_name",
      indexes: [{ name: "user_name_2" }],
    });
    expect(plan.views).toMatchObject([{ target: "user_name_3", uses: ["user_name"] }]);
    expect(changes(plan)).toEqual([
      ["index", "User Name", "user_name_2", "collision"],
      ["view", "User-Name", "user_name_3", "collision"],
    ]);
  });

  test("are told of checks and triggers", () => {
    const check = (name: string) => `CONSTRAINT ${name} CHECK (a > 0)`;
    const trigger = (name: string) =>
      `CREATE TRIGGER ${name} BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END;`;
    const plan = styled(
      "snake",
      `CREATE TABLE t (a INTEGER, ${check("IsBig")}, ${check('"Is Big"')}, ${check("is_big")});
       ${trigger("NoDelete")} ${trigger('"No Delete"')} ${trigger("no_delete_2")}`,
    );
    expect(tableOf(plan, "t").checks.map(({ name }) => name)).toEqual(["is_big_2", "is_big_3", "is_big"]);
    expect(plan.triggers.map(({ target, functionName }) => [target, functionName])).toEqual([
      ["no_delete", "no_delete"],
      ["no_delete_3", "no_delete_3"],
      ["no_delete_2", "no_delete_2"],
    ]);
    expect(listed(plan)).toEqual(["trigger t: NoDelete -> no_delete"]);
  });
});

test("a name that PostgreSQL cannot hold in that style is told as one", () => {
  const long = "A".repeat(64);
  const plan = styled("lower", `CREATE TABLE t (CTID, ${long}, ${"É".repeat(32)})`);
  expect(columns(plan, "t")).toEqual(["ctid_", "a".repeat(63), "é".repeat(31)]);
  expect(changes(plan).map(([, from, , why]) => [from, why])).toEqual([
    ["CTID", "system-column"],
    [long, "too-long"],
    ["É".repeat(32), "too-long"],
  ]);
});

test("rename counts more, and its name is not spelled anew", () => {
  const sql = "CREATE TABLE OrderLine (Id INTEGER, ItemNo INTEGER); CREATE TABLE line_item (a)";
  const tables = [tableRule("orderline", { rename: "Lines", columns: [rule("itemno", { rename: "id" })] })];
  const plan = planOf(sql, [mappingOf({ names: "snake", tables })]);
  expect(tableOf(plan, "OrderLine").target).toBe("Lines");
  expect(columns(plan, "OrderLine")).toEqual(["id_2", "id"]);
  expect(listed(plan)).toEqual([]);
});

test("keep takes back what an earlier mapping says, and a mapping that says nothing does not", () => {
  const sql = "CREATE TABLE OrderLine (ItemNo)";
  const under = (...names: readonly (NameStyle | null)[]): readonly string[] =>
    planOf(
      sql,
      names.map((each) => mappingOf({ names: each })),
    ).tables.map(({ target }) => target);
  expect(under()).toEqual(["OrderLine"]);
  expect(under("snake", "keep")).toEqual(["OrderLine"]);
  expect(under("keep", "lower")).toEqual(["orderline"]);
  expect(under("snake", null)).toEqual(["order_line"]);
});

test("names that we give are made of the new ones", () => {
  const plan = styled(
    "snake",
    `CREATE TABLE OrderLine (LineId INTEGER PRIMARY KEY, ItemNo INTEGER UNIQUE CHECK (ItemNo > 0), ItemName TEXT COLLATE NOCASE UNIQUE,
       UpLine INTEGER REFERENCES OrderLine)`,
  );
  expect(notCarriedOf(plan)).toEqual([]);
  expect(tableOf(plan, "OrderLine")).toMatchObject({
    primaryKey: { name: "order_line_pkey" },
    uniques: [{ name: "order_line_item_no_key" }],
    indexes: [{ name: "order_line_item_name_key" }],
    checks: [{ name: "order_line_item_no_check", sql: '"item_no" > 0' }],
    foreignKeys: [{ name: "order_line_up_line_fkey" }],
  });
});

test("one finding lists them all", () => {
  const plan = styled(
    "snake",
    `CREATE TABLE OrderLine (ItemNo INTEGER CONSTRAINT BigNo CHECK (ItemNo > 9), plain);
     CREATE INDEX ByItem ON OrderLine (ItemNo); CREATE INDEX ByHalf ON OrderLine (ItemNo / 2);
     CREATE VIEW AllItems AS SELECT ItemNo, count(*) FROM OrderLine GROUP BY ItemNo;
     CREATE TRIGGER NoDelete BEFORE DELETE ON OrderLine BEGIN SELECT RAISE(ABORT, 'no'); END;`,
  );
  expect(notCarriedOf(plan)).toEqual([]);
  expect(findingsOf(plan, "name-changed")).toEqual([]);
  expect(findingsOf(plan, "names-styled")).toHaveLength(1);
  expect(listed(plan)).toEqual([
    "table OrderLine: OrderLine -> order_line",
    "column OrderLine: ItemNo -> item_no",
    "index OrderLine: ByItem -> by_item",
    "index OrderLine: ByHalf -> by_half",
    "constraint OrderLine: BigNo -> big_no",
    "view AllItems: AllItems -> all_items",
    "view column AllItems: ItemNo -> item_no",
    "view column AllItems: count(*) -> count",
    "trigger OrderLine: NoDelete -> no_delete",
  ]);
});

test("what is not carried over is called as in the source, and is not listed", () => {
  const plan = styled("snake", "CREATE TABLE t (a); CREATE VIEW NoSuch AS SELECT MyColumn FROM NoTable");
  expect(notCarriedOf(plan)).toEqual(["view NoSuch"]);
  expect(listed(plan)).toEqual([]);
});

test("the column that stands for a full-text index is called like it", () => {
  const plan = planOf(
    `CREATE TABLE MyNote (NoteId INTEGER PRIMARY KEY, NoteText TEXT);
     CREATE VIRTUAL TABLE NoteSearch USING fts5 (NoteText, content='MyNote', content_rowid='NoteId');`,
    [mappingOf({ names: "snake" })],
    { fullText: "tsvector" },
  );
  expect(tableOf(plan, "MyNote")).toMatchObject({
    columns: [{ target: "note_id" }, { target: "note_text" }, { target: "note_search" }],
    indexes: [{ name: "my_note_note_search_idx" }],
  });
  expect(listed(plan)).toContain("index MyNote: NoteSearch -> note_search");
});
