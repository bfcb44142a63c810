/** An application that goes on while its tables are filled: what it adds is told apart from what was moved, and stays. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationExitCode } from "../../../src/cli/exit-code.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { undo } from "../../../src/pipeline/undo.js";
import { copyForEach, databaseForAll } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

const source = makeSqlite(
  "others",
  `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL);
   WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO item SELECT i, 'item ' || i, i / 4.0 FROM n;
   CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('a'), ('a'), ('b');
   CREATE TABLE later (id INTEGER PRIMARY KEY); INSERT INTO later VALUES (1), (2);`,
);
afterAll(() => source.remove());
const original = databaseForAll();
beforeAll(async () => {
  await original.query(
    `CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, price float8);
     CREATE TABLE note (text text); CREATE TABLE later (id int PRIMARY KEY)`,
  );
});
const database = copyForEach(original);

/** Does `writing` when the rows of item and note are in, and those of another table are waited for. */
async function moveWhile(writing: string) {
  const holder = await database.open();
  await holder.query("BEGIN");
  await holder.query("LOCK TABLE public.later IN SHARE MODE");
  const moved = migrate(source.path, database.url, { environment: process.env, intoExisting: true }).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error }),
  );
  const loaded = "SELECT FROM sqlift.loads HAVING count(*) = 2";
  while ((await database.query("SELECT to_regclass('sqlift.loads') AS loads"))[0]?.["loads"] === null)
    await pause();
  while ((await database.query(loaded)).length === 0) await pause();
  await database.query(writing);
  await holder.end();
  return moved;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

test("rows that others add are told, are no difference, and stay", async () => {
  const moved = await moveWhile(
    "INSERT INTO item OVERRIDING SYSTEM VALUE VALUES (7000, 'mine', 1), (-3, 'mine', NULL); INSERT INTO note VALUES ('a')",
  );
  if (!("outcome" in moved)) throw moved.error;
  const { outcome } = moved;
  expect(outcome.verdicts.map(({ verdict, reason }) => [verdict, reason])).toEqual(
    Array(3).fill(["identical", null]),
  );
  expect(outcome.findings).toEqual([
    { kind: "rows-by-others", at: { table: "item" }, target: "item", rows: 2 },
    { kind: "rows-by-others", at: { table: "note" }, target: "note", rows: 1 },
  ]);
  expect([outcome.status, migrationExitCode(outcome, false)]).toEqual(["migrated", 0]);
  const undone = await undo(database.url, null, { environment: process.env });
  expect(undone).toMatchObject({ status: "undone" });
  expect(await database.query("SELECT name FROM item UNION ALL SELECT text FROM note")).toEqual([
    { name: "mine" },
    { name: "mine" },
    { name: "a" },
  ]);
});

test.each([
  ["changes", "UPDATE item SET name = 'mine' WHERE id = 7"],
  ["removes", "DELETE FROM item WHERE id = 7; INSERT INTO item OVERRIDING SYSTEM VALUE VALUES (7000)"],
])("a row of the run that somebody %s makes the answer no, and all rows stay", async (_, writing) => {
  const moved = await moveWhile(writing);
  expect(moved).toMatchObject({
    error: {
      code: "target-failed",
      message: expect.stringContaining(
        "of the 500 rows that the run loaded, as it loaded them, are there: 499",
      ) as string,
    },
  });
  expect(await database.query("SELECT FROM item")).toHaveLength(500);
});
