/** The table for rejected rows: made when a plan first needs it, and only used where every right is there. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { openTarget } from "../../src/target/connect.js";
import { beginRun } from "../../src/target/history.js";
import { databaseForAll, databaseUrl } from "../database.js";
import { planOfTables } from "./plan-of-tables.js";

const database = databaseForAll();
let role: string;
beforeAll(async () => {
  role = `${database.name}_second`;
  await database.query(
    `CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT CREATE ON DATABASE ${database.name} TO ${role}`,
  );
});
afterAll(async () => {
  await database.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
});

const whole: Plan = planOfTables("public", ["t"]);
const rejecting: Plan = {
  ...whole,
  onReject: "quarantine",
  tables: whole.tables.map((table) => ({ ...table, rows: 2, rejected: 1 })),
};

async function begin(plan: Plan, url = database.url): Promise<number> {
  const target = await openTarget(url, { environment: process.env });
  try {
    return await beginRun(await target.open(), plan, "1");
  } finally {
    await target.close();
  }
}

const exists = async (): Promise<string | null | undefined> =>
  (await database.query("SELECT to_regclass('sqlift.rejected_rows') IS NOT NULL AS there"))[0]?.["there"];

test("is not made before it is needed, and then once", async () => {
  await begin(whole);
  expect(await exists()).toBe("f");
  await begin(rejecting);
  expect(await exists()).toBe("t");
  await begin(rejecting);
});

describe("of another role's making", () => {
  const asSecond = (plan: Plan) => begin(plan, databaseUrl(database.name, `${role}:secret`));

  test.each(["", "SELECT, INSERT", "INSERT, DELETE", "SELECT, DELETE"])(
    "is refused to a role that may only %s there",
    async (rights) => {
      await database.query(
        `GRANT USAGE ON SCHEMA sqlift TO ${role}; GRANT SELECT, INSERT, UPDATE ON sqlift.runs TO ${role};
         REVOKE ALL ON sqlift.rejected_rows FROM ${role}`,
      );
      if (rights !== "") await database.query(`GRANT ${rights} ON sqlift.rejected_rows TO ${role}`);
      await expect(asSecond(rejecting)).rejects.toMatchObject({
        code: "target-rights",
        hint: `GRANT SELECT, INSERT, DELETE ON sqlift.rejected_rows TO "${role}";`,
      });
      // A run that rejects nothing needs none of it.
      expect(await asSecond(whole)).toBeGreaterThan(1);
    },
  );

  test("is open to a role with these rights", async () => {
    await database.query(`GRANT SELECT, INSERT, DELETE ON sqlift.rejected_rows TO ${role}`);
    expect(await asSecond(rejecting)).toBeGreaterThan(1);
  });
});
