/** A run that loaded into tables of others is undone, or repaired where it was cut off. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkReferencesReadable } from "../../../src/import/existing/references.js";
import { setAside } from "../../../src/import/existing/set-aside.js";
import { inspectLoadedRun, repairLoadedRun, undoLoadedRun } from "../../../src/import/existing/undo.js";
import type { RunRecord } from "../../../src/model/history.js";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import { readHistory } from "../../../src/target/history/read.js";
import { beginRun, endRunSql } from "../../../src/target/history/runs.js";
import { readSetAside } from "../../../src/target/history/set-aside.js";
import type { Session } from "../../../src/target/session.js";
import { planQuiet, planRemoval } from "../../../src/translate/existing/quiet.js";
import { catalogLines } from "../../catalogs.js";
import { copyForEach, databaseForAll } from "../../database.js";
import { planOfTables } from "../../target/plan-of-tables.js";
import { loadRun, makeApplication, removeOwner } from "./application.js";

const tables = ["twice", "pair", "person", "team"];
const original = databaseForAll();
let owner: string;
let before: readonly string[];
beforeAll(async () => {
  owner = await makeApplication(original);
  before = await catalogLines(original);
});
afterAll(() => removeOwner(original, owner));
const database = copyForEach(original);
let session: Session;
let run: number;
beforeEach(async () => {
  await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${owner}`);
  session = await asOwner();
  const plan = { ...planOfTables("app", tables), schema: "app" };
  run = await beginRun(session, { plan, toolVersion: "1", strategy: "direct" });
  await session.query(`DROP SCHEMA IF EXISTS sqlift_run_${run}`);
  await setAside(session, run, planQuiet(await readTargetSchema(session, "app"), tables).setAside);
  await loadRun(session, run, { tables });
});

async function asOwner(): Promise<Session> {
  const opened = await database.open();
  await opened.query(`SET ROLE ${owner}`);
  return opened;
}
const record = async (): Promise<RunRecord> => (await readHistory(session)).runs[0]!;
const removing = { plan: planRemoval };
const rows = async (): Promise<number> => {
  const counts = tables.map((name) => `(SELECT count(*) FROM app.${name})`);
  return Number((await database.query(`SELECT ${counts.join(" + ")} AS rows`))[0]?.["rows"]);
};
const die = async (): Promise<void> => {
  await database.query("SELECT pg_terminate_backend($1)", [String(session.processId)]);
  session = await asOwner();
};

describe("undoLoadedRun", () => {
  test("of a run that is under way changes nothing", async () => {
    const facts = await undoLoadedRun(session, await record(), removing);
    expect(facts.refusals).toEqual([`Run ${run} is under way.`]);
    expect(await rows()).toBe(9);
  });

  test("takes its rows out, puts back what is away, and closes it", async () => {
    await session.query(endRunSql(run, "failed", "a fault"));
    const facts = await undoLoadedRun(session, await record(), removing);
    expect(facts).toMatchObject({ refusals: [], drops: [], rejectedRows: 0 });
    expect(await rows()).toBe(0);
    expect(await catalogLines(database)).toEqual(before);
    const after = await record();
    expect(after).toMatchObject({ status: "undone", message: "a fault", rows: 9 });
    expect(after.steps).toMatchObject([{ phase: "undo", success: true }]);
    expect((await inspectLoadedRun(session, after)).refusals).toContain(`Run ${run} is undone already.`);
  });

  test("leaves rows that somebody has worked on, and puts back what is away all the same", async () => {
    await session.query(endRunSql(run, "failed", "a fault"));
    await session.query("UPDATE app.pair SET b = 7 WHERE b = 3");
    const facts = await undoLoadedRun(session, await record(), removing);
    expect(facts.refusals).toHaveLength(1);
    expect(facts.comesBack.length).toBeGreaterThan(3);
    expect(facts.broken).toEqual([expect.stringMatching(/some_null.* NOT VALID.* VALIDATE CONSTRAINT/)]);
    expect(await rows()).toBe(9);
    const isBack = (line: string): boolean => !line.includes("some_null");
    expect((await catalogLines(database)).filter(isBack)).toEqual(before.filter(isBack));
  });

  test("names a foreign key that rows of others break by now", async () => {
    await session.query(endRunSql(run, "failed", "a fault"));
    await session.query("INSERT INTO app.person (id, team) VALUES (77, 88)");
    const facts = await undoLoadedRun(session, await record(), removing);
    expect(facts.refusals).toEqual([]);
    expect(facts.broken).toEqual([expect.stringContaining("person's team")]);
    expect(await database.query("SELECT id FROM app.person")).toEqual([{ id: "77" }]);
  });

  test("removes nothing where a table that points there cannot be read, and puts back what is away", async () => {
    await session.query(endRunSql(run, "failed", "a fault"));
    await database.query("CREATE SCHEMA private; CREATE TABLE private.refs (team int REFERENCES app.team)");
    const facts = await undoLoadedRun(session, await record(), removing);
    expect(facts.refusals).toEqual([expect.stringContaining("private.refs")]);
    expect(facts.broken).toEqual([]);
    const isOurs = (line: string): boolean => !/private|refs_team/.test(line);
    expect((await catalogLines(database)).filter(isOurs)).toEqual(before);
    expect(await rows()).toBe(9);
  });
});

describe("checkReferencesReadable", () => {
  test("names each right that lacks", async () => {
    await database.query("CREATE SCHEMA private; CREATE TABLE private.refs (team int REFERENCES app.team)");
    await expect(checkReferencesReadable(session, ["app.pair"])).resolves.toBeUndefined();
    await expect(checkReferencesReadable(session, ["app.team"])).rejects.toMatchObject({
      code: "target-rights",
      hint: `GRANT USAGE ON SCHEMA private TO ${owner};\nGRANT SELECT ON private.refs TO ${owner};`,
    });
    await database.query(
      `GRANT USAGE ON SCHEMA private TO ${owner}; GRANT SELECT ON private.refs TO ${owner};
       ALTER TABLE private.refs ENABLE ROW LEVEL SECURITY`,
    );
    await expect(checkReferencesReadable(session, ["app.team"])).rejects.toMatchObject({
      hint: `ALTER ROLE ${owner} BYPASSRLS;`,
    });
  });
});

describe("repairLoadedRun", () => {
  const repair = async () => repairLoadedRun(session, await record(), "it was cut off", removing);

  test("of one that died takes its rows out, and closes it", async () => {
    await die();
    expect(await record()).toMatchObject({ isCutOff: true });
    expect(await repair()).toEqual({ refusals: [], broken: [] });
    expect(await rows()).toBe(0);
    expect(await catalogLines(database)).toEqual(before);
    expect(await record()).toMatchObject({
      status: "interrupted",
      message: "it was cut off",
      isCutOff: false,
    });
  });

  test("of one that has come to its end after all leaves everything as it is", async () => {
    const seen = await record();
    await session.query(endRunSql(run, "done"));
    await expect(repairLoadedRun(session, seen, "it was cut off", removing)).rejects.toMatchObject({
      code: "target-in-the-way",
    });
    expect(await rows()).toBe(9);
    expect(await record()).toMatchObject({ status: "done" });
  });

  test("leaves rows that somebody has worked on, and puts back what is away", async () => {
    await die();
    await session.query("UPDATE app.pair SET b = 7 WHERE b = 3");
    const { refusals, broken } = await repair();
    expect(refusals).toEqual([
      "Table app.pair: of the 2 rows that the run loaded, as it loaded them, are there: 1.",
    ]);
    expect(broken.map(({ record: { name } }) => name)).toEqual(["some_null"]);
    expect(await rows()).toBe(9);
    expect(await record()).toMatchObject({ status: "failed" });
    expect((await readSetAside(session)).map(({ name }) => name)).toEqual(["some_null"]);
  });
});
