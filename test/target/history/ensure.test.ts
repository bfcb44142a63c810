/** What stands in schema sqlift already: what is missing is made, what another version made is refused. */
import { beforeEach, expect, test } from "vitest";
import { ensureHistory } from "../../../src/target/history/ensure.js";
import type { Session } from "../../../src/target/session.js";
import { databaseForEach } from "../../database.js";

const database = databaseForEach();
let session: Session;
beforeEach(async () => {
  session = await database.open();
});

const tables = async (): Promise<readonly unknown[]> =>
  (
    await database.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'sqlift'::regnamespace AND relkind = 'r' ORDER BY 1",
    )
  ).map(({ relname }) => relname);
const all = ["loads", "made", "rejected_rows", "runs", "sequences", "set_aside", "steps"];

test("a history of a later version is refused", async () => {
  await ensureHistory(session);
  await database.query("COMMENT ON TABLE sqlift.runs IS 'sqlift run history, version 2'");
  await expect(ensureHistory(session)).rejects.toMatchObject({
    code: "target-history",
    message: expect.stringContaining("is of version 2, and this sqlift knows 1") as string,
  });
});

test("a table of another making is refused, and nothing is made beside it", async () => {
  await database.query("CREATE SCHEMA sqlift; CREATE TABLE sqlift.runs (run bigint, status text)");
  await expect(ensureHistory(session)).rejects.toMatchObject({
    code: "target-history",
    message: expect.stringContaining("Table sqlift.runs has no column started") as string,
  });
  expect(await tables()).toEqual(["runs"]);
});

test("an empty schema that an administrator made is filled", async () => {
  await database.query("CREATE SCHEMA sqlift");
  await ensureHistory(session);
  expect(await tables()).toEqual(all);
});

test("a table that is missing is made, and what is there stays", async () => {
  await ensureHistory(session);
  await database.query("DROP TABLE sqlift.made; COMMENT ON TABLE sqlift.loads IS 'mine'");
  await ensureHistory(session);
  expect(await tables()).toEqual(all);
  expect(await database.query("SELECT obj_description('sqlift.loads'::regclass) AS words")).toEqual([
    { words: "mine" },
  ]);
});
