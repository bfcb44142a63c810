import { afterAll, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { databaseForAll } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

const database = databaseForAll();
const source = makeSqlite(
  "used-up",
  "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (7, 'a'), (2147483647, 'b');",
);
afterAll(() => source.remove());

test("a sequence that has nothing more to give is told with its last number", async () => {
  await database.query("CREATE TABLE t (id serial PRIMARY KEY, n text)");
  const outcome = await migrate(source.path, database.url, {
    environment: process.env,
    intoExisting: true,
  });
  expect(outcome.findings).toEqual([
    {
      kind: "identity-exhausted",
      at: { table: "t", column: "id" },
      type: "integer",
      largest: "2147483647",
    },
  ]);
});
