/** A history that another role has made: used where every right is there, and the missing ones are named at once. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTarget } from "../../../src/target/connection/connect.js";
import { beginRun } from "../../../src/target/history/runs.js";
import { databaseForAll, databaseUrl } from "../../database.js";
import { planOfTables } from "../plan-of-tables.js";

const database = databaseForAll();
let role: string;
beforeAll(async () => {
  role = `${database.name}_second`;
  await database.query(
    `CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT CREATE ON DATABASE ${database.name} TO ${role}`,
  );
  expect(await begin(database.url)).toBe(1);
});
afterAll(async () => {
  await database.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
});
beforeEach(async () => {
  await database.query(
    `GRANT USAGE ON SCHEMA sqlift TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA sqlift TO ${role}`,
  );
});

async function begin(url = databaseUrl(database.name, `${role}:secret`)): Promise<number> {
  const target = await openTarget(url, { environment: process.env });
  try {
    const plan = planOfTables("public", ["t"]);
    return await beginRun(await target.open(), { plan, toolVersion: "1", strategy: "create" });
  } finally {
    await target.close();
  }
}

test.each([
  ["runs", "INSERT", "SELECT, INSERT, UPDATE"],
  ["runs", "UPDATE", "SELECT, INSERT, UPDATE"],
  ["steps", "INSERT", "SELECT, INSERT, UPDATE"],
  ["loads", "SELECT", "SELECT, INSERT"],
  ["made", "INSERT", "SELECT, INSERT"],
  ["set_aside", "UPDATE", "SELECT, INSERT, UPDATE"],
  ["sequences", "SELECT", "SELECT, INSERT"],
  ["rejected_rows", "DELETE", "SELECT, INSERT, DELETE"],
])("%s without %s is refused, with the GRANT", async (table, right, all) => {
  await database.query(`REVOKE ${right} ON sqlift.${table} FROM ${role}`);
  await expect(begin()).rejects.toMatchObject({
    code: "target-rights",
    message: `Role "${role}" may not write the run history: sqlift.${table}.`,
    hint: `GRANT USAGE ON SCHEMA sqlift TO "${role}"; GRANT ${all} ON sqlift.${table} TO "${role}";`,
  });
});

test("all that is missing is named at once", async () => {
  await database.query(
    `REVOKE ALL ON ALL TABLES IN SCHEMA sqlift FROM ${role}; REVOKE USAGE ON SCHEMA sqlift FROM ${role}`,
  );
  await expect(begin()).rejects.toMatchObject({
    hint: expect.stringMatching(/ON SCHEMA .* sqlift\.runs .* sqlift\.rejected_rows /) as string,
  });
});

test("the schema alone is refused, too", async () => {
  await database.query(`REVOKE USAGE ON SCHEMA sqlift FROM ${role}`);
  await expect(begin()).rejects.toMatchObject({
    message: `Role "${role}" may not write the run history.`,
    hint: `GRANT USAGE ON SCHEMA sqlift TO "${role}";`,
  });
});

test("with these rights it is used, and nothing is made in its schema", async () => {
  await database.query(
    `REVOKE ALL ON ALL TABLES IN SCHEMA sqlift FROM ${role};
     GRANT SELECT, INSERT, UPDATE ON sqlift.runs, sqlift.steps, sqlift.set_aside TO ${role};
     GRANT SELECT, INSERT ON sqlift.loads, sqlift.made, sqlift.sequences TO ${role};
     GRANT SELECT, INSERT, DELETE ON sqlift.rejected_rows TO ${role}`,
  );
  expect(await begin()).toBeGreaterThan(1);
});
