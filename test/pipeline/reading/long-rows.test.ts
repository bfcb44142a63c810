/** Rows that fit no page are found by the plan; those that just fit are copied. */
import { expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { plan } from "../../../src/pipeline/plan.js";
import { databaseForAll } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const makeFile = sqliteForEach();
const database = databaseForAll();

/** A row of 8,160 bytes, of which the header has 24. */
const mostNumbers = 1017;

/** The second row has numbers throughout, the first none. */
const wide = (name: string, columns: number): string => {
  const list = Array.from({ length: columns }, (_, at) => at);
  return `CREATE TABLE ${name} (${list.map((at) => `c${at} INTEGER`).join(", ")});
    INSERT INTO ${name} DEFAULT VALUES; INSERT INTO ${name} VALUES (${list.map(() => 7).join(", ")})`;
};

test("as many numbers as a page holds are copied", async () => {
  const outcome = await migrate(makeFile("wide", wide("fits", mostNumbers)).path, database.url, {
    environment: process.env,
  });
  expect([outcome.status, outcome.findings]).toEqual(["migrated", []]);
});

test("of a full-text table, too, whose tokenizer nobody has here", async () => {
  const list = Array.from({ length: mostNumbers }, (_, at) => at);
  const { findings } = await plan(
    makeFile(
      "text",
      `CREATE VIRTUAL TABLE f USING fts5(${list.map((at) => `a${at}`).join(", ")});
       INSERT INTO f (rowid) VALUES (3); INSERT INTO f (rowid, ${list.map((at) => `a${at}`).join(", ")}) VALUES (9, ${list.map(() => 7).join(", ")});
       PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'a0,', 'tokenize=mine, a0,') WHERE name = 'f'`,
    ).path,
    { jobs: 1 },
  );
  expect(findings).toEqual([
    { kind: "row-too-long", at: { table: "f" }, bytes: 8168, row: { rowid: "9", key: null } },
  ]);
});

test("one more blocks, and the row is named", async () => {
  const { findings } = await plan(makeFile("wide", wide("t", mostNumbers + 1)).path, { jobs: 1 });
  expect(findings).toEqual([
    { kind: "row-too-long", at: { table: "t" }, bytes: 8168, row: { rowid: "2", key: null } },
  ]);
  const list = Array.from({ length: mostNumbers + 1 }, (_, at) => at);
  await database.query(`CREATE TABLE t (${list.map((at) => `c${at} bigint`).join(", ")})`);
  await expect(database.query(`INSERT INTO t VALUES (${list.map(() => 7).join(", ")})`)).rejects.toThrow(
    "row is too big: size 8168, maximum size 8160",
  );
});

test("NULLs take no room", async () => {
  const columns = Array.from({ length: 1500 }, (_, at) => `c${at} INTEGER`).join(", ");
  const { findings } = await plan(
    makeFile(
      "wide",
      `CREATE TABLE t (${columns}); ${[0, 600, 1400].map((at) => `INSERT INTO t (c${at}) VALUES (7);`).join("")}`,
    ).path,
    { jobs: 1 },
  );
  expect(findings).toEqual([]);
});
