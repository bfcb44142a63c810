/** The fixture whose names are all spelled anew: what was carried works under the new names as it did under the old. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMapping } from "../../src/mapping/read.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { databaseForAll } from "../database.js";
import { fixturesFolder, fixtureSql, makeSqlite, type SqliteFile } from "../fixture.js";

const postgres = databaseForAll();
let source: SqliteFile;
let sqlite: Database.Database;

beforeAll(async () => {
  source = makeSqlite("styled", fixtureSql("styled"));
  const mapping = readMapping(join(fixturesFolder, "styled", "mapping.yaml"));
  const outcome = await migrate(source.path, postgres.url, {
    mappings: [mapping],
    environment: process.env,
  });
  // After the migration: it refuses a file that this process has open.
  sqlite = new Database(source.path);
  sqlite.pragma("foreign_keys = ON");
  expect(outcome.status).toBe("migrated");
  expect(outcome.notCarried).toEqual([]);
});
afterAll(() => {
  sqlite.close();
  source.remove();
});

const inSqlite = (sql: string): string => {
  try {
    sqlite.exec(sql);
    return "done";
  } catch {
    return "refused";
  }
};
const inPostgres = (sql: string): Promise<string> =>
  postgres.query(sql).then(
    () => "done",
    () => "refused",
  );

/** Under the old names and the new ones. */
const statements: readonly (readonly [what: string, outcome: string, old: string, styled: string])[] = [
  [
    "a check by its name",
    "refused",
    `INSERT INTO "Order Details" (BuyerID, unitPrice) VALUES (1, 0)`,
    "INSERT INTO order_details (buyer_id, unit_price) VALUES (1, 0)",
  ],
  [
    "a check of a column that gave way",
    "refused",
    `INSERT INTO "Order Details" (BuyerID, unitPrice, HTTPServerID, http_server_id) VALUES (1, 1, 'x', 'y')`,
    "INSERT INTO order_details (buyer_id, unit_price, http_server_id_2, http_server_id) VALUES (1, 1, 'x', 'y')",
  ],
  [
    "a unique key",
    "refused",
    `INSERT INTO "Order Details" (BuyerID, unitPrice, HTTPServerID) VALUES (1, 9, 'a')`,
    "INSERT INTO order_details (buyer_id, unit_price, http_server_id_2) VALUES (1, 9, 'a')",
  ],
  [
    "a unique key without case",
    "refused",
    "INSERT INTO Person (FullName) VALUES ('ADA')",
    `INSERT INTO "People" ("Name") VALUES ('ADA')`,
  ],
  [
    "a foreign key",
    "refused",
    `INSERT INTO "Order Details" (BuyerID, unitPrice) VALUES (99, 1)`,
    "INSERT INTO order_details (buyer_id, unit_price) VALUES (99, 1)",
  ],
  [
    "a trigger that counts",
    "done",
    `INSERT INTO "Order Details" (BuyerID, unitPrice, größeMax) VALUES (2, 6, 3)`,
    "INSERT INTO order_details (buyer_id, unit_price, größe_max) VALUES (2, 6, 3)",
  ],
  [
    "a trigger that guards",
    "refused",
    `UPDATE "Order Details" SET unitPrice = 1`,
    "UPDATE order_details SET unit_price = 1",
  ],
];

test.each(statements)("%s: %s", async (_, outcome, old, styled) => {
  expect([inSqlite(old), await inPostgres(styled)]).toEqual([outcome, outcome]);
});

test.each([
  [
    `SELECT PersonID, FullName, OrderCount FROM Person ORDER BY 1`,
    `SELECT person_id, "Name", order_count FROM "People" ORDER BY 1`,
  ],
  [
    `SELECT BuyerID, TotalPrice FROM "Order Details" ORDER BY 1`,
    "SELECT buyer_id, total_price FROM order_details ORDER BY 1",
  ],
  ["SELECT Who, TotalSum FROM BigOrders ORDER BY 1", "SELECT who, total_sum FROM big_orders ORDER BY 1"],
  ["SELECT * FROM TopBuyer ORDER BY 1", "SELECT who, total_sum, upper_who FROM top_buyer ORDER BY 1"],
])("afterwards %s gives the same", async (old, styled) => {
  const rows = sqlite.prepare(old).raw().all() as unknown[][];
  const words = (row: readonly unknown[]): readonly string[] => row.map(String);
  expect((await postgres.query(styled)).map((row) => words(Object.values(row)))).toEqual(rows.map(words));
});
