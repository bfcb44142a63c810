import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { durableCommitSql, prepareForLoad } from "../../src/import/load-settings.js";
import { openTarget } from "../../src/target/connection/connect.js";
import type { Session, Target } from "../../src/target/session.js";
import { databaseForAll, databaseUrl } from "../database.js";

const database = databaseForAll();
let role: string;
beforeAll(async () => {
  role = database.name.replace("test", "load");
  await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
});
afterAll(async () => {
  await database.query(`DROP ROLE ${role}`);
});

let target: Target | undefined;
afterEach(() => target?.close());

/** Of a role without any special right that has these settings. */
async function session(settings: Readonly<Record<string, string>>): Promise<Session> {
  await database.query(`ALTER ROLE ${role} RESET ALL`);
  for (const [name, value] of Object.entries(settings))
    await database.query(`ALTER ROLE ${role} SET ${name} = '${value}'`);
  target = await openTarget(databaseUrl(database.name, `${role}:x`), { environment: process.env });
  return target.open();
}

const setting = async (of: Session, name: string): Promise<string | null> =>
  (await of.query("SELECT current_setting($1) AS value", [name]))[0]?.["value"] ?? null;

describe("prepareForLoad", () => {
  test.each([
    ["2MB", 4, "64MB"],
    ["64MB", 1, "256MB"],
    ["64MB", 3, "87381kB"],
    ["300MB", 2, "300MB"],
  ])("raises maintenance_work_mem = %s for %s jobs to %s, and never lowers it", async (own, jobs, raised) => {
    const loading = await session({ maintenance_work_mem: own });
    await prepareForLoad(loading, jobs);
    expect(await setting(loading, "maintenance_work_mem")).toBe(raised);
  });

  test("does not wait for the disk at each commit", async () => {
    const loading = await session({});
    await prepareForLoad(loading, 2);
    expect(await setting(loading, "synchronous_commit")).toBe("off");
  });
});

describe("durableCommitSql", () => {
  test.each([
    ["off", "on"],
    ["on", "on"],
    ["local", "local"],
    ["remote_apply", "remote_apply"],
  ])("where the role has synchronous_commit = %s, the last commit has %s", async (own, last) => {
    const loading = await session({ synchronous_commit: own });
    await prepareForLoad(loading, 2);
    await loading.query("BEGIN");
    for (const sql of durableCommitSql) await loading.query(sql);
    expect(await setting(loading, "synchronous_commit")).toBe(last);
    await loading.query("ROLLBACK");
  });
});
