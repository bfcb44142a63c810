/** Columns of types that no proof knows: loaded where somebody lets the table be unproven. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationExitCode } from "../../../src/cli/exit-code.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { copyForEach, databaseForAll } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

const source = makeSqlite(
  "unproven",
  `CREATE TABLE t (id INTEGER PRIMARY KEY, took TEXT); INSERT INTO t VALUES (1, '01:30:00'), (2, NULL);
   CREATE TABLE u (id INTEGER PRIMARY KEY, took TEXT); INSERT INTO u VALUES (1, 'soon');`,
);
afterAll(() => source.remove());
const original = databaseForAll();
const database = copyForEach(original);
beforeAll(async () => {
  await original.query(
    "CREATE TABLE t (id int PRIMARY KEY, took interval); CREATE TABLE u (id int PRIMARY KEY, took interval)",
  );
});

const move = (allowUnproven: readonly string[], exclude: readonly string[] = []) =>
  migrate(source.path, database.url, {
    environment: process.env,
    intoExisting: true,
    allowUnproven,
    exclude,
  });

test("nobody is asked for: the plan is refused", async () => {
  const { status, findings } = await move([]);
  expect(status).toBe("blocked");
  expect(findings.map((finding) => "reason" in finding && finding.reason)).toEqual([
    "other-type",
    "other-type",
  ]);
});

test("a table that is let be unproven takes its rows", async () => {
  const outcome = await move(["t"], ["u"]);
  expect(outcome.verdicts).toMatchObject([{ source: "t", verdict: "unproven", asked: true }]);
  expect([outcome.status, migrationExitCode(outcome, false)]).toEqual(["migrated", 0]);
  expect(await database.query("SELECT id, took::text FROM t ORDER BY id")).toEqual([
    { id: "1", took: "PT1H30M" },
    { id: "2", took: null },
  ]);
});

test("a text that is no value of the type makes the answer no, and nothing remains", async () => {
  await expect(move(["t", "u"])).rejects.toMatchObject({
    code: "value-misfit",
    message: expect.stringContaining(
      "Table u of the target refuses a row: invalid input syntax for type interval",
    ) as string,
    hint: expect.stringContaining("Nothing of this run remains") as string,
  });
  expect(await database.query("SELECT id FROM t UNION ALL SELECT id FROM u")).toEqual([]);
});

test("a table that is not there is wrong use", async () => {
  await expect(move(["v"])).rejects.toMatchObject({ code: "usage" });
});
