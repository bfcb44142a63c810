/** A foreign key that an earlier run left NOT VALID, for rows broke it, is proven again by a later one. */
import { describe, expect, test } from "vitest";
import { setAside } from "../../../src/import/existing/set-aside.js";
import { putBack } from "../../../src/import/existing/put-back.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { beginRun, endRunSql } from "../../../src/target/history/runs.js";
import { readSetAside } from "../../../src/target/history/set-aside.js";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import { planQuiet } from "../../../src/translate/existing/quiet.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";
import { planOfTables } from "../../target/plan-of-tables.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

/** Its rows are gone, those that somebody else wrote meanwhile are there. @returns what is open still. */
async function cutOff(): Promise<number> {
  const session = await database.open();
  const plan = planOfTables("public", ["team"]);
  const run = await beginRun(session, { plan, toolVersion: "1", strategy: "direct" });
  const target = { ...(await readTargetSchema(session, "public")), mayReplicate: false };
  await setAside(session, run, planQuiet(target, ["team", "person"]).setAside);
  await database.query("INSERT INTO person VALUES (1, 1)");
  const broken = await putBack(session, await readSetAside(session, run));
  await session.query(endRunSql(run, "interrupted", "It was cut off."));
  await session.query(`DROP SCHEMA IF EXISTS sqlift_run_${run}`);
  await session.end();
  return broken.length;
}

const key = () =>
  database.query(
    `SELECT convalidated, (SELECT count(*) FROM sqlift.set_aside WHERE back IS NULL) AS open FROM pg_constraint WHERE conname = 'person_team_fkey'`,
  );

describe.each(["direct", "staged"] as const)("a run that is %s", (strategy) => {
  test.each([
    ["mends it", 1, "t", "0"],
    ["tells that it is NOT VALID still", 2, "f", "1"],
  ])("%s", async (_, team, convalidated, open) => {
    await database.query(
      "CREATE TABLE team (id int PRIMARY KEY); CREATE TABLE person (id int PRIMARY KEY, team int REFERENCES team)",
    );
    expect(await cutOff()).toBe(1);
    if (strategy === "staged") await database.query("INSERT INTO team VALUES (9)");
    const file = makeFile(
      "app",
      `CREATE TABLE team (id INTEGER PRIMARY KEY); INSERT INTO team VALUES (${team})`,
    );
    const outcome = await migrate(file.path, database.url, {
      environment: process.env,
      intoExisting: true,
      existingRows: "skip",
    });
    expect(outcome).toMatchObject({ status: "migrated", plan: { existing: { strategy } } });
    const [row] = await key();
    expect(row).toEqual({ convalidated, open });
    const told = outcome.findings.filter(({ kind }) => kind === "key-still-broken");
    expect(told).toMatchObject(open === "0" ? [] : [{ target: "person", name: "person_team_fkey", run: 1 }]);
  });
});
