import { beforeAll, expect, test } from "vitest";
import type { Session } from "../../src/target/session.js";
import { checkZones } from "../../src/target/zones.js";
import { databaseForAll } from "../database.js";
import { planOfTables } from "./plan-of-tables.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
});

const planIn = (zone: string | null) => {
  const plan = planOfTables("public", ["t"]);
  return {
    tables: plan.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, zone })),
    })),
  };
};

test("a zone that the server does not know is refused by its name", async () => {
  await expect(checkZones(session, planIn("Mars/Base"))).rejects.toMatchObject({
    code: "target-failed",
    message: "The server does not know the time zone Mars/Base, which the mapping names.",
    hint: expect.stringContaining("pg_timezone_names") as string,
  });
});

test("a plan without zones, or in one that it knows, asks for nothing more", async () => {
  await checkZones(session, planIn(null));
  await checkZones(session, planIn("Europe/Berlin"));
});

test("a connection that is gone is no unknown zone", async () => {
  const lost = await database.open();
  await lost.end();
  await expect(checkZones(lost, planIn("Europe/Berlin"))).rejects.not.toMatchObject({
    message: expect.stringContaining("does not know") as string,
  });
});
